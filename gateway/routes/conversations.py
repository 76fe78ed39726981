"""A person's own conversations."""

from typing import Annotated

from fastapi import APIRouter, Path

from gateway.composition import Gateway
from gateway.conversation_contract import HandoverDocument, HandoverRequest, TranscriptDocument, TurnDocument
from gateway.policy import Caller, GuardedRoute
from gateway.reviewed_answer import retell
from gateway.routes.access import Admitted, Running

router = APIRouter(route_class=GuardedRoute, tags=["conversations"])

ConversationPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.get("/v1/conversations/{conversation_id}")
async def read_conversation(conversation_id: ConversationPath, gateway: Running, caller: Admitted) -> TranscriptDocument:
    """Return a conversation of this session with its questions, answers and the newest hand-over."""
    return await transcribe(gateway, conversation_id, caller)


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


async def transcribe(gateway: Gateway, conversation_id: str, caller: Caller) -> TranscriptDocument:
    """Return a caller's conversation as it stands. Raises ConversationUnknown."""
    transcript = await gateway.conversations.read_transcript(conversation_id, owner=caller.id)
    handover = await gateway.handovers.find_newest(conversation_id, owner=caller.id)
    turns = [
        TurnDocument(
            id=turn.id,
            question=turn.question,
            asked_at=turn.asked_at,
            answer=None if turn.answer is None else await retell(gateway.reviews, turn.id, turn.answer),
        )
        for turn in transcript.turns
    ]
    return TranscriptDocument(
        id=transcript.conversation_id, pilot=transcript.pilot, turns=tuple(turns), handover=HandoverDocument.of(handover) if handover else None
    )
