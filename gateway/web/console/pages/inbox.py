"""Conversations that citizens have handed over to a person: taken, answered, closed."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from gateway.contract import AnswerDocument
from gateway.review_contract import LONGEST_TEXT, Written
from gateway.routes.access import Admitted, Running
from gateway.web.console.answer_view import view_answer
from gateway.web.console.forms import LeftOpen
from gateway.web.console.guard import CONSOLE, ConsoleRoute
from gateway.web.console.page import render_page
from gateway.web.console.sight import covered_pilots, hears_handover

INBOX = f"{CONSOLE}/inbox"
SHOWN = 50
HandoverPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


class CloseForm(BaseModel):
    """`reply` is what the citizen reads in the conversation; a question that was settled by telephone needs none."""

    reply: Annotated[Written | None, LeftOpen] = None


@router.get("/console/inbox")
async def list_handovers(
    request: Request,
    gateway: Running,
    caller: Admitted,
    state: Annotated[Literal["waiting", "taken", "closed"], Query()] = "waiting",
    code: Annotated[str | None, Query(max_length=40), LeftOpen] = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """List hand-overs of the key's pilots, who waits longest first; a code that a citizen says leads to theirs."""
    pilots = covered_pilots(gateway, caller)
    if code is not None:
        return RedirectResponse(f"{INBOX}/{(await gateway.handovers.find(code, pilots=pilots)).id}", 303)
    found = await gateway.handovers.inbox(pilots=pilots, state=state, limit=SHOWN + 1, offset=offset)
    return render_page(
        request, "inbox.html", handovers=found[:SHOWN], state=state, offset=offset, more=len(found) > SHOWN, shown=SHOWN, pilots=gateway.pilots
    )


@router.get("/console/inbox/{handover_id}")
async def show_handover(request: Request, gateway: Running, caller: Admitted, handover_id: HandoverPath) -> Response:
    """Show a hand-over, and its transcript to the person who has taken it."""
    handover = await gateway.handovers.read(handover_id, pilots=covered_pilots(gateway, caller))
    hears = hears_handover(caller, handover)
    transcript = await gateway.conversations.read_transcript(handover.conversation_id, owner=None) if hears else None
    turns = [
        (turn, view_answer(AnswerDocument.model_validate(turn.answer)) if turn.answer is not None else None)
        for turn in (transcript.turns if transcript else ())
    ]
    return render_page(
        request,
        "handover.html",
        handover=handover,
        turns=turns,
        hears=hears,
        is_mine=handover.taken_by == caller.id,
        longest=LONGEST_TEXT,
        pilots=gateway.pilots,
    )


@router.post("/console/inbox/{handover_id}/take")
async def take(gateway: Running, caller: Admitted, handover_id: HandoverPath) -> Response:
    await gateway.handovers.take(handover_id, pilots=covered_pilots(gateway, caller), by=caller.id)
    return RedirectResponse(f"{INBOX}/{handover_id}", 303)


@router.post("/console/inbox/{handover_id}/close")
async def close(gateway: Running, caller: Admitted, handover_id: HandoverPath, form: Annotated[CloseForm, Form()]) -> Response:
    await gateway.handovers.close(handover_id, pilots=covered_pilots(gateway, caller), by=caller.id, reply=form.reply)
    return RedirectResponse(f"{INBOX}/{handover_id}", 303)
