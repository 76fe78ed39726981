import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from gateway.errors import DatabaseUnavailable
from gateway.settings import Settings
from gateway.store import database as database_module
from gateway.store.conversations import Conversations
from gateway.store.database import Database, migrate, open_database
from gateway.store.schema import Table, TurnRow
from tests.gateway.store.conftest import POSTGRES_URL


async def test_migrations_lead_to_the_declared_tables(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), Table.metadata))

    async with database.writing() as connection:
        assert await connection.run_sync(differences) == []


async def test_questions_of_a_period_are_found_by_an_index(database: Database) -> None:
    async with database.reading() as connection:
        if connection.dialect.name == "sqlite":
            explain = "EXPLAIN QUERY PLAN "
        else:
            explain = "EXPLAIN "
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = (await connection.execute(text(f"{explain}SELECT id FROM turns WHERE asked_at >= '2026-01-01'"))).all()
    assert "ix_turns_age" in str(plan)


async def test_processes_that_start_together_migrate_one_after_another(settings: Settings) -> None:
    await asyncio.gather(*(open_and_close(settings.database) for _ in range(4)))


@pytest.mark.postgres
@pytest.mark.skipif(POSTGRES_URL is None, reason="KORPU_TEST_POSTGRES_URL is not set")
async def test_processes_that_start_together_on_postgres_migrate_one_after_another() -> None:
    admin = create_async_engine(str(POSTGRES_URL), isolation_level="AUTOCOMMIT")
    try:
        async with admin.connect() as connection:
            await connection.execute(text("DROP DATABASE IF EXISTS korpu_test_start"))
            await connection.execute(text("CREATE DATABASE korpu_test_start"))
        url = make_url(str(POSTGRES_URL)).set(database="korpu_test_start").render_as_string(hide_password=False)
        await asyncio.gather(*(open_and_close(url) for _ in range(4)))
        async with admin.connect() as connection:
            await connection.execute(text("DROP DATABASE korpu_test_start"))
    finally:
        await admin.dispose()


async def open_and_close(url: str) -> None:
    async with open_database(url) as database:
        await database.ping()


async def test_migrating_twice_changes_nothing(settings: Settings) -> None:
    async with open_database(settings.database) as database, database.writing() as connection:
        await connection.run_sync(migrate)


async def test_sqlite_writes_ahead_and_keeps_foreign_keys(settings: Settings) -> None:
    async with open_database(settings.database) as database, database.writing() as connection:
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
        assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar_one() == 1


async def test_writers_queue_instead_of_racing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_MS", 0)
    async with open_database(settings.database) as database:
        conversations = Conversations(database)
        asked = (conversations.begin_turn(owner="session:a", pilot="citizen_chat", question=str(number)) for number in range(30))
        turns = await asyncio.gather(*asked)
    assert len({turn.id for turn in turns}) == 30


async def test_a_writer_that_another_process_keeps_waiting_names_the_databases_code(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_MS", 0)
    async with open_database(settings.database) as database:
        with closing(sqlite3.connect(settings.data_dir / "korpu.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(DatabaseUnavailable, match="OperationalError SQLITE_BUSY"):
                await Conversations(database).begin_turn(owner="session:a", pilot="citizen_chat", question="?")


async def test_a_fault_of_the_engine_names_no_value(settings: Settings) -> None:
    async with open_database(settings.database) as database:
        with pytest.raises(DatabaseUnavailable) as caught:
            async with database.writing() as connection:
                await connection.execute(insert(TurnRow).values(id="1", conversation_id="none", question="gizli sual"))
        assert "gizli" not in f"{caught.value} {caught.value.__cause__}"


async def test_a_database_that_cannot_be_opened_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "dir.db").mkdir()
    with pytest.raises(DatabaseUnavailable):
        async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'dir.db'}"):
            pass
