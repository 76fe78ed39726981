"""A person's own conversations."""

from typing import Annotated

from fastapi import APIRouter, Path

from gateway.policy import GuardedRoute
from gateway.routes.access import Admitted, Running

router = APIRouter(route_class=GuardedRoute, tags=["conversations"])


@router.delete("/v1/conversations/{conversation_id}", status_code=204)
async def delete_conversation(conversation_id: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")], gateway: Running, caller: Admitted) -> None:
    """Delete a conversation of this session with its questions and answers."""
    await gateway.conversations.delete(conversation_id, owner=caller.id)
