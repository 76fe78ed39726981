from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, make_url, text

from gateway.store.answer_records import AnswerRecords
from gateway.store.database import Database, open_database
from gateway.store.schema import ConversationRow, TurnRow
from tests.gateway.store.conftest import POSTGRES_URL

LATE = datetime(2026, 3, 1, 21, 30, tzinfo=UTC)
"""The first of March in UTC, the second in Baku."""


async def keep_answer(database: Database, *, asked_at: datetime) -> None:
    async with database.writing() as connection:
        row = {"id": "c", "owner": "session:a", "pilot": "citizen_chat", "thread": "", "started_at": asked_at, "last_at": asked_at}
        await connection.execute(insert(ConversationRow).values(row))
        await connection.execute(insert(TurnRow).values(id="t", conversation_id="c", question="?", asked_at=asked_at, status="answered"))


async def days(database: Database) -> list[date]:
    return [one.day for one in await AnswerRecords(database).daily(pilots=["citizen_chat"], since=datetime(2026, 1, 1, tzinfo=UTC))]


async def test_days_are_days_in_utc(database: Database) -> None:
    await keep_answer(database, asked_at=LATE)
    assert await days(database) == [date(2026, 3, 1)]


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
@pytest.mark.skipif(POSTGRES_URL is None, reason="KORPU_TEST_POSTGRES_URL is not set")
async def test_days_are_days_in_utc_on_a_server_of_another_zone(database: Database) -> None:
    await keep_answer(database, asked_at=LATE)
    name = make_url(str(POSTGRES_URL)).database
    async with database.writing() as connection:
        await connection.execute(text(f"ALTER DATABASE {name} SET timezone TO 'Asia/Baku'"))
    try:
        async with open_database(str(POSTGRES_URL)) as elsewhere:
            assert await days(elsewhere) == [date(2026, 3, 1)]
    finally:
        async with database.writing() as connection:
            await connection.execute(text(f"ALTER DATABASE {name} RESET timezone"))
