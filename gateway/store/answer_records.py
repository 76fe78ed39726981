"""Answers as those who answer for them find them again: by the id on a slip, for the pilots that their key covers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, cast, func, or_, select

from gateway.errors import AnswerUnknown
from gateway.store.database import Database, as_utc
from gateway.store.schema import ConversationRow, TraceRow, TurnRow
from serving import semconv

SHORTEST_ID = 8
FOUND_LIMIT = 20
DEGRADED_AMONG = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRecord:
    """`answer` is the JSON of the answer as it was given, `question` what was asked; who may read which is the page's matter."""

    id: str
    conversation_id: str
    owner: str
    pilot: str
    question: str
    asked_at: datetime
    status: str
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCount:
    """How many questions of one day (UTC) ended with one status."""

    pilot: str
    day: date
    status: str
    count: int


class AnswerRecords:
    """Reads only. `pilots` are those that the caller's key covers, `owner` is the caller: nothing else is found."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, answer_id: str, *, pilots: Collection[str], owner: str) -> AnswerRecord:
        """Raises AnswerUnknown when there is none of these pilots or this owner, or its question is not answered yet."""
        found = await self._select(TurnRow.id == answer_id, pilots, owner, limit=1)
        if not found:
            raise AnswerUnknown(answer_id)
        return found[0]

    async def find(self, digits: str, *, pilots: Collection[str], owner: str) -> list[AnswerRecord]:
        """Return the answers whose id begins with these hexadecimal digits, or whose trace has them as its id, the newest first.

        Fewer than SHORTEST_ID digits find nothing.
        """
        if len(digits) < SHORTEST_ID:
            return []
        condition: ColumnElement[bool] = TurnRow.id.startswith(digits, autoescape=True)
        if len(digits) == 32:
            condition = or_(condition, TurnRow.id.in_(select(TraceRow.answer_id).where(TraceRow.trace_id == digits)))
        return await self._select(condition, pilots, owner, limit=FOUND_LIMIT)

    async def daily(self, *, pilots: Collection[str], since: datetime) -> list[DailyCount]:
        """Count the questions that were answered since, by pilot, day and status, the oldest day first."""
        day = func.date(TurnRow.asked_at)
        statement = (
            select(ConversationRow.pilot, day.label("day"), TurnRow.status, func.count().label("count"))
            .join(ConversationRow)
            .where(ConversationRow.pilot.in_(sorted(pilots)), TurnRow.asked_at >= since, TurnRow.status.is_not(None))
            .group_by(ConversationRow.pilot, day, TurnRow.status)
            .order_by(day)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement)).all()
        return [DailyCount(pilot=row.pilot, day=_day(row.day), status=str(row.status), count=row[3]) for row in rows]

    async def degraded(self, pilot: str) -> tuple[int, int]:
        """Return how many of the pilot's newest traced answers were found by words alone, and how many were looked at."""
        newest = (
            select(TraceRow.trace).join(TurnRow).where(TraceRow.pilot == pilot).order_by(TurnRow.asked_at.desc()).limit(DEGRADED_AMONG).subquery()
        )
        is_degraded = cast(newest.c.trace, Text).contains(f'"{semconv.DEGRADED}": true', autoescape=True)
        statement = select(func.count().filter(is_degraded), func.count()).select_from(newest)
        async with self._database.reading() as connection:
            found, among = (await connection.execute(statement)).one()
        return found, among

    async def _select(self, condition: ColumnElement[bool], pilots: Collection[str], owner: str, *, limit: int) -> list[AnswerRecord]:
        statement: Select[*tuple[Any, ...]] = (
            select(
                TurnRow.id,
                TurnRow.conversation_id,
                ConversationRow.owner,
                ConversationRow.pilot,
                TurnRow.question,
                TurnRow.asked_at,
                TurnRow.status,
                TurnRow.answer,
            )
            .join(ConversationRow)
            .where(condition, or_(ConversationRow.pilot.in_(sorted(pilots)), ConversationRow.owner == owner), TurnRow.status.is_not(None))
            .order_by(TurnRow.asked_at.desc())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [_record(row) for row in (await connection.execute(statement)).all()]


def _record(row: Row[Any]) -> AnswerRecord:
    return AnswerRecord(
        id=row.id,
        conversation_id=row.conversation_id,
        owner=row.owner,
        pilot=row.pilot,
        question=row.question,
        asked_at=as_utc(row.asked_at),
        status=row.status,
        answer=row.answer,
    )


def _day(value: date | str) -> date:
    """SQLite gives a day as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
