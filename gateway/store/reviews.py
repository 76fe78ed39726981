"""The supervisors' queue: answers that somebody has to look at, and what was decided of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Insert, Row, Select, insert, literal, select
from sqlalchemy.exc import IntegrityError

from gateway.errors import ReviewDecided, ReviewUnknown
from gateway.store.database import Database, as_utc, now
from gateway.store.schema import ConversationRow, ReviewDecisionRow, ReviewRow, TurnRow


class Verdict(StrEnum):
    APPROVED = "approved"
    EDITED = "edited"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`by` is the caller's id. `text` stands with an edit, `note` (the reason) with a rejection."""

    verdict: Verdict
    by: str
    at: datetime
    text: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReview:
    """`id` is the answer's. `answer` is the JSON of the answer as it was given; `question` is empty when it held personal data."""

    id: str
    pilot: str
    reason: str
    asked_at: datetime
    conversation_id: str
    question: str
    answer: dict[str, Any]
    decision: Decision | None

    @property
    def state(self) -> str:
        return self.decision.verdict.value if self.decision else "pending"


def open_review(turn_id: str, *, reason: str, moment: datetime) -> Insert:
    """Return the statement that puts an answer into the queue of its conversation's pilot; one that was deleted meanwhile waits for nobody."""
    row = (
        select(TurnRow.id, ConversationRow.pilot, literal(reason), literal(moment, DateTime(timezone=True)))
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(TurnRow.id == turn_id)
    )
    return insert(ReviewRow).from_select(["id", "pilot", "reason", "asked_at"], row)


class Reviews:
    """Each method is one transaction. `pilots` are those that the caller's key covers, None every pilot: nothing else is seen or decided."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def queue(self, *, pilots: Collection[str] | None, state: str | None = None, limit: int = 50, offset: int = 0) -> list[StoredReview]:
        """Return reviews, the oldest first: who waits longest is looked at first. `state` None means every state."""
        statement = _covered(pilots).order_by(ReviewRow.asked_at, ReviewRow.id).limit(limit).offset(offset)
        if state == "pending":
            statement = statement.where(ReviewDecisionRow.verdict.is_(None))
        elif state is not None:
            statement = statement.where(ReviewDecisionRow.verdict == state)
        async with self._database.reading() as connection:
            return [_review(row) for row in (await connection.execute(statement)).all()]

    async def read(self, review_id: str, *, pilots: Collection[str] | None) -> StoredReview:
        """Raises ReviewUnknown when there is none, or none of these pilots."""
        async with self._database.reading() as connection:
            row = (await connection.execute(_covered(pilots).where(ReviewRow.id == review_id))).one_or_none()
        if row is None:
            raise ReviewUnknown(review_id)
        return _review(row)

    async def decide(
        self, review_id: str, *, pilots: Collection[str] | None, verdict: Verdict, by: str, text: str | None = None, note: str | None = None
    ) -> StoredReview:
        """Put a decision on record. Of several at once the database takes one.

        Raises:
            ReviewUnknown: no such review of these pilots.
            ReviewDecided: a decision stands; it is not changed.
        """
        await self.read(review_id, pilots=pilots)
        values = {"review_id": review_id, "verdict": verdict.value, "decided_by": by, "decided_at": now(), "text": text, "note": note}
        async with self._database.writing() as connection:
            # Read again within the transaction: the conversation may have been deleted in between.
            if (await connection.execute(select(literal(1)).where(ReviewRow.id == review_id))).scalar_one_or_none() is None:
                raise ReviewUnknown(review_id)
            try:
                await connection.execute(insert(ReviewDecisionRow).values(values))
            except IntegrityError as error:
                raise ReviewDecided(review_id) from error
        return await self.read(review_id, pilots=pilots)

    async def of_answer(self, answer_id: str) -> StoredReview | None:
        """Return the review of an answer, None when nobody has to look at it. The caller has checked whose answer it is."""
        async with self._database.reading() as connection:
            row = (await connection.execute(_covered(None).where(ReviewRow.id == answer_id))).one_or_none()
        return _review(row) if row is not None else None

    async def questions_before(self, review: StoredReview) -> tuple[str, ...]:
        """Return the earlier questions of the review's conversation, oldest first; a blanked one is empty."""
        statement = (
            select(TurnRow.question)
            .where(TurnRow.conversation_id == review.conversation_id, TurnRow.id != review.id)
            .where(TurnRow.asked_at < select(TurnRow.asked_at).where(TurnRow.id == review.id).scalar_subquery())
            .order_by(TurnRow.asked_at)
        )
        async with self._database.reading() as connection:
            return tuple((await connection.execute(statement)).scalars())


def _covered(pilots: Collection[str] | None) -> Select[*tuple[Any, ...]]:
    statement = (
        select(
            ReviewRow.id,
            ReviewRow.pilot,
            ReviewRow.reason,
            ReviewRow.asked_at,
            TurnRow.conversation_id,
            TurnRow.question,
            TurnRow.answer,
            ReviewDecisionRow.verdict,
            ReviewDecisionRow.decided_by,
            ReviewDecisionRow.decided_at,
            ReviewDecisionRow.text,
            ReviewDecisionRow.note,
        )
        .join(TurnRow, TurnRow.id == ReviewRow.id)
        .outerjoin(ReviewDecisionRow, ReviewDecisionRow.review_id == ReviewRow.id)
    )
    return statement if pilots is None else statement.where(ReviewRow.pilot.in_(sorted(pilots)))


def _review(row: Row[Any]) -> StoredReview:
    decision = None
    if row.verdict is not None:
        decision = Decision(verdict=Verdict(row.verdict), by=row.decided_by, at=as_utc(row.decided_at), text=row.text, note=row.note)
    return StoredReview(
        id=row.id,
        pilot=row.pilot,
        reason=row.reason,
        asked_at=as_utc(row.asked_at),
        conversation_id=row.conversation_id,
        question=row.question,
        answer=row.answer,
        decision=decision,
    )
