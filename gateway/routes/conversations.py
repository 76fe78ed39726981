"""A person's own conversations."""

from typing import Annotated

from fastapi import APIRouter, Path

from gateway.conversation_contract import HandoverDocument, HandoverRequest, TranscriptDocument
from gateway.policy import GuardedRoute
from gateway.routes.access import Admitted, Running

router = APIRouter(route_class=GuardedRoute, tags=["conversations"])

ConversationPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.get("/v1/conversations/{conversation_id}")
async def read_conversation(conversation_id: ConversationPath, gateway: Running, caller: Admitted) -> TranscriptDocument:
    """Return a conversation of this session with its questions, answers and the newest hand-over."""
    transcript = await gateway.conversations.read_transcript(conversation_id, owner=caller.id)
    return TranscriptDocument.of(transcript, handover=await gateway.handovers.find_newest(conversation_id, owner=caller.id))


@router.delete("/v1/conversations/{conversation_id}", status_code=204)
async def delete_conversation(conversation_id: ConversationPath, gateway: Running, caller: Admitted) -> None:
    """Delete a conversation of this session with its questions, answers, feedback and hand-overs."""
    await gateway.conversations.delete(conversation_id, owner=caller.id)


@router.post("/v1/conversations/{conversation_id}/handover", status_code=201)
async def hand_over(conversation_id: ConversationPath, body: HandoverRequest, gateway: Running, caller: Admitted) -> HandoverDocument:
    """Ask a person to go on. `code` is what the citizen says at the counter or on the telephone; asking twice gives the same one."""
    return HandoverDocument.of(await gateway.handovers.request(conversation_id, owner=caller.id, language=body.language, note=body.note))


@router.get("/v1/conversations/{conversation_id}/handover")
async def read_handover(conversation_id: ConversationPath, gateway: Running, caller: Admitted) -> HandoverDocument:
    """Return how far the newest hand-over of a conversation is, and what a colleague has replied."""
    return HandoverDocument.of(await gateway.handovers.of_conversation(conversation_id, owner=caller.id))
