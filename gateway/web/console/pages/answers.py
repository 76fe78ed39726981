"""Finding an answer again by the id on a citizen's slip, and the slip itself."""

import re
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from gateway.errors import AnswerUnknown
from gateway.routes.access import Admitted, Running
from gateway.store.answer_records import SHORTEST_ID
from gateway.web.console.guard import CONSOLE, ConsoleRoute
from gateway.web.console.page import render_page
from gateway.web.console.sight import covered_pilots, see_answer

AnswerPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
_NOT_DIGITS = re.compile(r"[\s\-–—._#№]+")
_DIGITS = re.compile(r"[0-9a-f]{1,32}")

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/answers")
async def search_answers(
    request: Request, gateway: Running, caller: Admitted, wanted: Annotated[str | None, Query(alias="id", max_length=100)] = None
) -> Response:
    """Find answers by an id, its short form, or a trace id; one that is found alone is shown at once."""
    digits = read_digits(wanted or "")
    found = await gateway.answer_records.find(digits, pilots=covered_pilots(gateway, caller), owner=caller.id) if digits else []
    if len(found) == 1:
        return RedirectResponse(f"{CONSOLE}/answers/{found[0].id}", 303)
    too_short = wanted is not None and (digits is None or len(digits) < SHORTEST_ID)
    return render_page(request, "answer_search.html", wanted=wanted, found=found, too_short=too_short, pilots=gateway.pilots)


@router.get("/console/answers/{answer_id}")
async def show_answer(request: Request, gateway: Running, caller: Admitted, answer_id: AnswerPath) -> Response:
    seen = await see_answer(gateway, caller, answer_id)
    return render_page(request, "answer.html", seen=seen, pilots=gateway.pilots)


@router.get("/console/answers/{answer_id}/slip")
async def show_slip(request: Request, gateway: Running, caller: Admitted, answer_id: AnswerPath) -> Response:
    """Return what a citizen takes home: the papers, the answer, its sources with their dates, and the id under which it is found again."""
    seen = await see_answer(gateway, caller, answer_id)
    if seen.view is None:
        raise AnswerUnknown(answer_id)
    return render_page(request, "slip.html", seen=seen, view=seen.view, pilots=gateway.pilots)


def read_digits(words: str) -> str | None:
    """Return the digits of an id as it is read out or typed off («A1B2-C3D4»), None when it is none."""
    digits = _NOT_DIGITS.sub("", words).lower()
    return digits if _DIGITS.fullmatch(digits) else None
