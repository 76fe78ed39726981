"""What people think of the answers that they were given."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select

from gateway.errors import AnswerUnknown
from gateway.store.database import Database, as_utc, now
from gateway.store.schema import ConversationRow, FeedbackRow, TurnRow


class Helpfulness(StrEnum):
    HELPFUL = "helpful"
    UNHELPFUL = "unhelpful"


class FeedbackReason(StrEnum):
    """Why an answer did not help."""

    WRONG_FACT = "wrong_fact"
    OUTDATED = "outdated"
    OTHER_QUESTION = "other_question"
    INCOMPLETE = "incomplete"
    UNCLEAR = "unclear"
    NO_ANSWER = "no_answer"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFeedback:
    """`question` is empty when it held personal data; `answer` is the JSON of the answer as it was given."""

    answer_id: str
    pilot: str
    verdict: Helpfulness
    reasons: tuple[FeedbackReason, ...]
    comment: str | None
    given_at: datetime
    question: str
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """Which conversation an answer belongs to, and whose conversation that is now."""

    pilot: str
    conversation_id: str


class Feedback:
    """Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def give(
        self, answer_id: str, *, owner: str, verdict: Helpfulness, reasons: Collection[FeedbackReason] = (), comment: str | None = None
    ) -> JudgedAnswer:
        """Put down what the owner of an answer thinks of it, in place of what was said before.

        Raises:
            AnswerUnknown: no such answer of this owner, or its question is not answered yet.
        """
        answered = (
            select(ConversationRow.pilot, ConversationRow.id)
            .select_from(TurnRow)
            .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
            .where(TurnRow.id == answer_id, TurnRow.status.is_not(None), ConversationRow.owner == owner)
        )
        values = {
            "answer_id": answer_id,
            "verdict": verdict.value,
            "reasons": sorted(reason.value for reason in set(reasons)),
            "comment": comment,
            "given_at": now(),
        }
        async with self._database.writing() as connection:
            # The turn's lock lets two clicks at once follow each other.
            found = (await connection.execute(answered.with_for_update(of=TurnRow))).one_or_none()
            if found is None:
                raise AnswerUnknown(answer_id)
            await connection.execute(delete(FeedbackRow).where(FeedbackRow.answer_id == answer_id))
            await connection.execute(insert(FeedbackRow).values(values))
        return JudgedAnswer(pilot=found.pilot, conversation_id=found.id)

    async def collect(
        self,
        *,
        pilots: Collection[str] | None,
        verdict: Helpfulness | None = None,
        since: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[StoredFeedback]:
        """Return feedback with its questions and answers, the newest first. `pilots` None means every pilot."""
        statement = (
            select(FeedbackRow, ConversationRow.pilot, TurnRow.question, TurnRow.answer)
            .join(TurnRow, TurnRow.id == FeedbackRow.answer_id)
            .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
            .order_by(FeedbackRow.given_at.desc(), FeedbackRow.answer_id)
            .limit(limit)
            .offset(offset)
        )
        if pilots is not None:
            statement = statement.where(ConversationRow.pilot.in_(sorted(pilots)))
        if verdict is not None:
            statement = statement.where(FeedbackRow.verdict == verdict.value)
        if since is not None:
            statement = statement.where(FeedbackRow.given_at >= since)
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement)).all()
        return [
            StoredFeedback(
                answer_id=row.answer_id,
                pilot=row.pilot,
                verdict=Helpfulness(row.verdict),
                reasons=tuple(map(FeedbackReason, row.reasons)),
                comment=row.comment,
                given_at=as_utc(row.given_at),
                question=row.question,
                answer=row.answer,
            )
            for row in rows
        ]

    async def of_answer(self, answer_id: str) -> Helpfulness | None:
        """Return what was said of an answer, None when nothing was. The caller has checked whose answer it is."""
        async with self._database.reading() as connection:
            verdict = (await connection.execute(select(FeedbackRow.verdict).where(FeedbackRow.answer_id == answer_id))).scalar_one_or_none()
        return Helpfulness(verdict) if verdict else None
