"""The supervisors' queue: answers that went out marked as drafts, and the decisions on them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from gateway.composition import Gateway
from gateway.judgements import decide_review as put_on_record
from gateway.policy import Caller, GuardedRoute
from gateway.review_contract import DecisionDocument, ReviewDocument, ReviewList
from gateway.routes.access import Admitted, Running
from pilots.registry import find_pilot

router = APIRouter(route_class=GuardedRoute, tags=["reviews"])

ReviewId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="the answer's id")]


@router.get("/v1/reviews")
async def list_reviews(
    gateway: Running,
    caller: Admitted,
    pilot: Annotated[str | None, Query(description="omitted: every pilot that the key covers")] = None,
    state: Annotated[Literal["pending", "approved", "edited", "rejected", "any"], Query()] = "pending",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> ReviewList:
    """List reviews, the one that waits longest first."""
    covered = reviewed_pilots(gateway, caller)
    if pilot is not None:
        # What a stopped pilot has answered still waits for its supervisors.
        caller.check_known(find_pilot(gateway.pilots, pilot))
        covered &= {pilot}
    found = await gateway.reviews.queue(pilots=covered, state=None if state == "any" else state, limit=limit, offset=offset)
    return ReviewList(reviews=tuple(map(ReviewDocument.of, found)))


@router.get("/v1/reviews/{review_id}")
async def read_review(review_id: ReviewId, gateway: Running, caller: Admitted) -> ReviewDocument:
    """Return one review with its question, its answer and what was decided."""
    return ReviewDocument.of(await gateway.reviews.read(review_id, pilots=reviewed_pilots(gateway, caller)))


@router.post("/v1/reviews/{review_id}/decision", status_code=201)
async def decide_review(review_id: ReviewId, body: DecisionDocument, gateway: Running, caller: Admitted) -> ReviewDocument:
    """Approve, edit or reject, once: a decision is put on record with the key's id and is not changed."""
    decided = await put_on_record(
        gateway, review_id, pilots=reviewed_pilots(gateway, caller), verdict=body.verdict, by=caller.id, text=body.text, note=body.reason
    )
    return ReviewDocument.of(decided)


def reviewed_pilots(gateway: Gateway, caller: Caller) -> frozenset[str]:
    """Return the pilots whose reviews a caller may see."""
    return frozenset(name for name, pilot in gateway.pilots.items() if caller.oversees(pilot))
