"""The answers that an evaluator should read first: those of which people and scores say different things."""

from collections.abc import Iterator, Sequence
from typing import Final

from gateway.online_evaluation import LOWER_IS_BETTER
from gateway.store.answers_in_use import AnswerInUse
from gateway.store.feedback import FeedbackReason, Helpfulness
from gateway.store.reviews import Verdict
from gateway.use_contract import Disagreement

POOR: Final = 0.8
"""A score below this is poor: one in five facts without its source, one in five sentences withheld."""

CONTENT: Final = {
    Helpfulness.UNHELPFUL: 0.0,
    Helpfulness.HELPFUL: 1.0,
    Verdict.REJECTED: 0.0,
    Verdict.EDITED: 0.5,
    Verdict.APPROVED: 1.0,
}
GRAVE: Final = frozenset({FeedbackReason.WRONG_FACT, FeedbackReason.OUTDATED})
"""Reasons that say that the answer itself is wrong; of equally distant answers these come first."""


def find_disagreements(answers: Sequence[AnswerInUse]) -> list[Disagreement]:
    """Return them the worst first: by distance, what a score missed before what it sounded an alarm for, grave reasons first, the newest first."""
    found = [one for answer in answers for one in _disagreements(answer)]
    return sorted(found, key=lambda one: (-one.distance, one.kind != "missed", GRAVE.isdisjoint(one.reasons), -one.asked_at.timestamp()))


def _disagreements(answer: AnswerInUse) -> Iterator[Disagreement]:
    said = [CONTENT[judgement] for judgement in (answer.feedback, answer.decision) if judgement is not None]
    worst = min((1 - value if name in LOWER_IS_BETTER else value for name, value in answer.scores.items()), default=None)
    if not said or worst is None:
        return
    for kind, distance in (("missed", 1 - min(said) if worst == 1 else 0.0), ("alarm", 1 - worst if worst < POOR and max(said) == 1 else 0.0)):
        if distance:
            yield Disagreement.model_validate(
                {
                    "answer_id": answer.id,
                    "kind": kind,
                    "distance": round(distance, 6),
                    "asked_at": answer.asked_at,
                    "scores": dict(answer.scores),
                    "feedback": answer.feedback,
                    "reasons": answer.reasons,
                    "decision": answer.decision,
                }
            )
