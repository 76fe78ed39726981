"""Answers in use as the tests of this folder make them up."""

from datetime import UTC, datetime, timedelta

from gateway.store.answers_in_use import AnswerInUse
from gateway.store.feedback import FeedbackReason, Helpfulness
from gateway.store.reviews import Verdict
from pilots.answer import AnswerStatus

START = datetime(2026, 11, 20, 9, tzinfo=UTC)


def used(
    n: int,
    *,
    groundedness: float | None = None,
    withheld: float | None = None,
    feedback: Helpfulness | None = None,
    reasons: tuple[FeedbackReason, ...] = (),
    decision: Verdict | None = None,
    conversation: str | None = None,
    status: AnswerStatus = AnswerStatus.ANSWERED,
    rungs: tuple[str, ...] = (),
    awaits: bool = False,
) -> AnswerInUse:
    """The n-th answer, asked n minutes after START, in a conversation of its own unless one is named."""
    scores = {name: value for name, value in (("groundedness", groundedness), ("withheld_share", withheld)) if value is not None}
    return AnswerInUse(
        id=f"{n:032x}",
        conversation_id=conversation or f"conversation-{n}",
        pilot="citizen_chat",
        asked_at=START + timedelta(minutes=n),
        status=status,
        rungs=rungs,
        is_sampled=bool(scores),
        scores=scores,
        feedback=feedback,
        reasons=reasons,
        decision=decision,
        awaits_decision=awaits,
    )
