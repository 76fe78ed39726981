"""The supervisors' queue: approve, edit or reject, with what an edit changed."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ConfigDict

from gateway.contract import AnswerDocument
from gateway.judgements import decide_review
from gateway.policy import Role
from gateway.review_contract import DecisionDocument, Written
from gateway.routes.access import Admitted, Running
from gateway.routes.reviews import ReviewId, reviewed_pilots
from gateway.store.reviews import StoredReview
from gateway.web.console.answer_view import view_answer
from gateway.web.console.forms import LeftOpen
from gateway.web.console.guard import CONSOLE, ConsoleRoute
from gateway.web.console.page import render_page
from gateway.web.console.word_diff import Change, word_diff

LIST = f"{CONSOLE}/reviews"
SHOWN = 50

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


class DecisionForm(DecisionDocument):
    """`preview` shows what an edit would change and decides nothing."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: Annotated[Written | None, LeftOpen] = None
    reason: Annotated[Written | None, LeftOpen] = None
    preview: bool = False


@router.get("/console/reviews")
async def list_reviews(
    request: Request,
    gateway: Running,
    caller: Admitted,
    state: Annotated[Literal["pending", "approved", "edited", "rejected"], Query()] = "pending",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """List the reviews of the key's pilots, who waits longest first."""
    found = await gateway.reviews.queue(pilots=reviewed_pilots(gateway, caller), state=state, limit=SHOWN + 1, offset=offset)
    return render_page(
        request, "reviews.html", reviews=found[:SHOWN], state=state, offset=offset, more=len(found) > SHOWN, shown=SHOWN, pilots=gateway.pilots
    )


@router.get("/console/reviews/{review_id}")
async def show_review(request: Request, gateway: Running, caller: Admitted, review_id: ReviewId) -> Response:
    review = await gateway.reviews.read(review_id, pilots=reviewed_pilots(gateway, caller))
    return render_page(request, "review.html", **_context(review))


@router.post("/console/reviews/{review_id}/decision")
async def decide(request: Request, gateway: Running, caller: Admitted, review_id: ReviewId, form: Annotated[DecisionForm, Form()]) -> Response:
    pilots = reviewed_pilots(gateway, caller)
    if form.preview:
        review = await gateway.reviews.read(review_id, pilots=pilots)
        return render_page(request, "review.html", **_context(review, edited=form.text, note=form.reason))
    await decide_review(gateway, review_id, pilots=pilots, verdict=form.verdict, by=caller.id, text=form.text, note=form.reason)
    return RedirectResponse(f"{LIST}/{review_id}", 303)


def _context(review: StoredReview, *, edited: str | None = None, note: str | None = None) -> dict[str, Any]:
    document = AnswerDocument.model_validate(review.answer)
    given = given_text(document)
    after = review.decision.text if review.decision else edited
    return {
        "review": review,
        "view": view_answer(document),
        "given": given,
        "edited": edited,
        "note": note,
        "changes": word_diff(given, after) if after else list[Change](),
        "read_only": review.decision is not None,
        "roles": Role,
    }


def given_text(document: AnswerDocument) -> str:
    """Return the answer as it was given, without the line that called it a draft: what an edit starts from."""
    lines = document.text.splitlines()
    return "\n".join(lines[1:] if document.review is not None else lines)
