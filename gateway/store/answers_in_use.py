"""Answers with all that is known of how good they were, joined by the answer's id: identifiers and figures, none of their words."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, Text, cast, func, select

from gateway.online_evaluation import SPAN_NAME
from gateway.store.database import Database, as_utc
from gateway.store.feedback import FeedbackReason, Helpfulness
from gateway.store.reviews import Verdict
from gateway.store.schema import ConversationRow, FeedbackRow, ReviewDecisionRow, ReviewRow, ScoreRow, TraceRow, TurnRow
from pilots.answer import AnswerStatus

MOST_READ: Final = 20_000
"""Of one pilot at a time, so that a look at a busy year does not fill a gateway's memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerInUse:
    """`rungs` are what the answer went down, empty when no part failed. `scores` lie in [0, 1] by metric; a sampled answer without facts has none.

    `feedback` None: nobody said whether it helped. `decision` None: no supervisor decided; `awaits_decision` tells whether one has to.
    """

    id: str
    conversation_id: str
    pilot: str
    asked_at: datetime
    status: AnswerStatus
    rungs: tuple[str, ...] = ()
    is_sampled: bool = False
    scores: Mapping[str, float]
    feedback: Helpfulness | None = None
    reasons: tuple[FeedbackReason, ...] = ()
    decision: Verdict | None = None
    awaits_decision: bool = False


class AnswersInUse:
    """Reads only. The pilot of an answer is the one that gave it, as its trace says; without a trace it is that of its conversation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, *, since: datetime, pilots: Collection[str] | None = None) -> dict[str, int]:
        """Return how many questions asked since then have an ending, by pilot, names in order. `pilots` None means every pilot."""
        pilot = _pilot()
        statement = _finished(select(pilot, func.count()), since).group_by(pilot).order_by(pilot)
        if pilots is not None:
            statement = statement.where(pilot.in_(sorted(pilots)))
        async with self._database.reading() as connection:
            return {row[0]: row[1] for row in (await connection.execute(statement)).all()}

    async def read(self, pilot: str, *, since: datetime, limit: int = MOST_READ) -> list[AnswerInUse]:
        """Return the answers of one pilot to questions asked since then, at most the newest `limit`, the newest first."""
        newest = _finished(select(TurnRow.id), since).where(_pilot() == pilot).order_by(TurnRow.asked_at.desc(), TurnRow.id).limit(limit).subquery()
        answers = (
            select(
                TurnRow.id,
                TurnRow.conversation_id,
                TurnRow.asked_at,
                TurnRow.status,
                TurnRow.answer["details"]["degraded"].label("rungs"),
                cast(TraceRow.trace, Text).contains(f'"name": "{SPAN_NAME}"', autoescape=True).label("is_sampled"),
                FeedbackRow.verdict.label("feedback"),
                FeedbackRow.reasons,
                ReviewRow.id.label("review_id"),
                ReviewDecisionRow.verdict.label("decision"),
            )
            .join(newest, newest.c.id == TurnRow.id)
            .outerjoin(TraceRow, TraceRow.answer_id == TurnRow.id)
            .outerjoin(FeedbackRow, FeedbackRow.answer_id == TurnRow.id)
            .outerjoin(ReviewRow, ReviewRow.id == TurnRow.id)
            .outerjoin(ReviewDecisionRow, ReviewDecisionRow.review_id == TurnRow.id)
            .order_by(TurnRow.asked_at.desc(), TurnRow.id)
        )
        scored = select(ScoreRow.answer_id, ScoreRow.name, ScoreRow.value).join(newest, newest.c.id == ScoreRow.answer_id).order_by(ScoreRow.name)
        scores: defaultdict[str, dict[str, float]] = defaultdict(dict)
        async with self._database.reading() as connection:
            rows = (await connection.execute(answers)).all()
            for answer_id, name, value in (await connection.execute(scored)).all():
                scores[answer_id][name] = value
        return [
            AnswerInUse(
                id=row.id,
                conversation_id=row.conversation_id,
                pilot=pilot,
                asked_at=as_utc(row.asked_at),
                status=AnswerStatus(row.status),
                rungs=tuple(row.rungs or ()),
                is_sampled=bool(row.is_sampled),
                scores=scores.get(row.id, {}),
                feedback=Helpfulness(row.feedback) if row.feedback else None,
                reasons=tuple(map(FeedbackReason, row.reasons or ())),
                decision=Verdict(row.decision) if row.decision else None,
                awaits_decision=row.review_id is not None and row.decision is None,
            )
            for row in rows
        ]


def _pilot():
    return func.coalesce(TraceRow.pilot, ConversationRow.pilot)


def _finished(statement: Select[*tuple[Any, ...]], since: datetime) -> Select[*tuple[Any, ...]]:
    return (
        statement.select_from(TurnRow)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .outerjoin(TraceRow, TraceRow.answer_id == TurnRow.id)
        .where(TurnRow.asked_at >= since, TurnRow.status.is_not(None))
    )
