"""Who may see what of an answer that somebody else was given.

An answer is found by the keys that cover its pilot. Its text is for those who answer for it before the person (staff, supervisors, service
teams, administrators); an evaluator sees how it ended and how long it took. What the person asked is shown to nobody but the one who asked,
the supervisors who have to look at it, and whoever has taken a conversation that the person has handed over.
"""

from dataclasses import dataclass

from gateway.composition import Gateway
from gateway.contract import AnswerDocument
from gateway.policy import ADMITTED, Caller, Policy, Role
from gateway.reviewed_answer import show_decision
from gateway.store.answer_records import AnswerRecord
from gateway.store.feedback import Helpfulness
from gateway.store.handovers import StoredHandover
from gateway.store.reviews import StoredReview
from gateway.web.console.answer_view import AnswerView, view_answer
from pilots.routing.decision import SERVICE

TEXT_READERS = frozenset({Role.STAFF, Role.SUPERVISOR, Role.SERVICE_TEAM, Role.ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAnswer:
    """`view` None: the role sees no text. `question` None: not shown; empty: it held personal data and was not kept."""

    record: AnswerRecord
    document: AnswerDocument
    review: StoredReview | None
    view: AnswerView | None
    question: str | None
    is_own: bool
    feedback: Helpfulness | None


def covered_pilots(gateway: Gateway, caller: Caller) -> frozenset[str]:
    """Return the pilots of whose answers a caller may hear; a key for every pilot covers questions that reached none, too."""
    covered = {name for name, pilot in gateway.pilots.items() if caller.covers(pilot)}
    return frozenset(covered | {SERVICE} if caller.pilots is None else covered)


async def see_answer(gateway: Gateway, caller: Caller, answer_id: str) -> SeenAnswer:
    """Raises AnswerUnknown when there is none that the caller may hear of."""
    record = await gateway.answer_records.read(answer_id, pilots=covered_pilots(gateway, caller), owner=caller.id)
    review = await gateway.reviews.of_answer(answer_id)
    document = AnswerDocument.model_validate(record.answer)
    if review is not None:
        document = show_decision(document, review)
    is_own = record.owner == caller.id
    reviews_it = review is not None and caller.role in ADMITTED[Policy.SUPERVISOR]
    handover = await gateway.handovers.find_newest(record.conversation_id, owner=record.owner)
    hears_it = handover is not None and hears_handover(caller, handover)
    return SeenAnswer(
        record=record,
        document=document,
        review=review,
        view=view_answer(document) if is_own or caller.role in TEXT_READERS else None,
        question=record.question if is_own or reviews_it or hears_it else None,
        is_own=is_own,
        feedback=await gateway.feedback.of_answer(answer_id),
    )


def hears_handover(caller: Caller, handover: StoredHandover) -> bool:
    """Tell whether a caller of the pilot reads what was said: who has taken the conversation, and supervisors, who stand in for them."""
    return caller.role in ADMITTED[Policy.SUPERVISOR] or (caller.role is Role.STAFF and handover.taken_by == caller.id)
