"""Asking with the citizen in front of you."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from gateway.composition import Gateway
from gateway.departure import CLIENT_CLOSED_REQUEST, while_connected
from gateway.errors import AnswerUnknown
from gateway.policy import Caller
from gateway.routes.access import Admitted, Running
from gateway.web.console.forms import LeftOpen, Typed
from gateway.web.console.guard import CONSOLE, ConsoleRoute
from gateway.web.console.page import render_page
from gateway.web.console.sight import see_answer
from pilots.answer import Language
from pilots.registry import Pilot

ANY_PILOT = ""
ASK = f"{CONSOLE}/ask"

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


class AskForm(BaseModel):
    """`conversation_pilot` is whose conversation it is: with another pilot chosen a new one begins."""

    question: Annotated[str, Typed]
    pilot: str = ANY_PILOT
    as_of: Annotated[date | None, LeftOpen] = None
    language: Annotated[Language | None, LeftOpen] = None
    conversation_id: Annotated[str | None, LeftOpen] = None
    conversation_pilot: str = ANY_PILOT


@router.get("/console/ask")
async def show_ask(
    request: Request,
    gateway: Running,
    caller: Admitted,
    answer: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
    pilot: str | None = None,
    reply_to: Annotated[int | None, Query(ge=0, le=50)] = None,
    as_of: Annotated[date | None, LeftOpen] = None,
    language: Annotated[Language | None, LeftOpen] = None,
) -> Response:
    """Show the question box, with one of the caller's own answers below it."""
    seen = await see_answer(gateway, caller, answer) if answer is not None else None
    if seen is not None and not seen.is_own:
        raise AnswerUnknown(seen.record.id)
    pilots = askable(gateway, caller)
    asked = dict(enumerate(seen.view.next_questions)).get(reply_to) if seen and seen.view and reply_to is not None else None
    return render_page(
        request,
        "ask.html",
        pilots=pilots,
        chosen=pilot if pilot is not None else first_choice(pilots),
        seen=seen,
        replying_to=asked,
        as_of=as_of,
        answer_language=language,
    )


@router.post("/console/ask")
async def ask(request: Request, gateway: Running, caller: Admitted, form: Annotated[AskForm, Form()]) -> Response:
    """Answer as the HTTP interface does, and lead to the page of that answer, which may be reloaded, printed and gone back to."""
    goes_on = form.conversation_id if form.conversation_pilot == form.pilot else None
    if form.pilot == ANY_PILOT:
        case = await gateway.desk.take_routed(caller, text=form.question, conversation_id=goes_on, language=form.language, as_of=form.as_of)
    else:
        case = await gateway.desk.take(caller, form.pilot, text=form.question, conversation_id=goes_on, language=form.language, as_of=form.as_of)
    answer = await while_connected(request, gateway.desk.answer(case))
    if answer is None:
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    kept = {"as_of": form.as_of.isoformat() if form.as_of else None, "language": form.language}
    query = "".join(f"&{name}={value}" for name, value in kept.items() if value)
    return RedirectResponse(f"{ASK}?answer={answer.id}&pilot={form.pilot}{query}", 303)


def askable(gateway: Gateway, caller: Caller) -> list[Pilot]:
    return [pilot for pilot in gateway.pilots.values() if caller.may_ask(pilot)]


def first_choice(pilots: list[Pilot]) -> str:
    """Return the pilot that is made for a counter, if it is there."""
    return next((pilot.name for pilot in pilots if pilot.manifest.understanding == "counter"), ANY_PILOT)
