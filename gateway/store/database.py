"""One engine a process, brought to the newest schema before the first request."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from gateway.errors import DatabaseUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 5000
"""How long a writer waits for another process, such as `korpu keys new` beside a gateway."""


class Database:
    """Short transactions on one connection pool; every SQLAlchemy fault leaves as DatabaseUnavailable."""

    def __init__(self, engine: AsyncEngine, *, one_writer: bool) -> None:
        """`one_writer`: SQLite lets the writers that wait poll in turnless races, and under load some starve. Here they queue."""
        self._engine = engine
        self._writers: AbstractAsyncContextManager[object] = asyncio.Lock() if one_writer else nullcontext()

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection]:
        """Open a transaction that writes nothing. Raises as `writing` does."""
        try:
            async with self._engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            raise DatabaseUnavailable(_kind(error)) from error

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncConnection]:
        """Commit at the end of the block, roll back when it raises.

        Raises:
            DatabaseUnavailable: the engine failed; the message names the kind of failure, never a value.
        """
        async with self._writers, self.reading() as connection:
            yield connection

    @asynccontextmanager
    async def writing_in_turn(self, subject: str) -> AsyncGenerator[AsyncConnection]:
        """Do as `writing` does; of all processes one at a time is inside for the same subject, so that what it reads there still holds."""
        async with self.writing() as connection:
            await connection.run_sync(take_turn, subject)
            yield connection

    async def ping(self) -> None:
        """Raises DatabaseUnavailable when the database does not answer."""
        async with self.reading() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self._engine.dispose()


@asynccontextmanager
async def open_database(url: str) -> AsyncGenerator[Database]:
    """Open the database, creating an SQLite file and its folder when there is none, and migrate it.

    Raises:
        DatabaseUnavailable: see `Database.writing`.
    """
    parsed = make_url(url)
    embedded = parsed.get_backend_name() == "sqlite"
    if embedded and parsed.database:
        _try_sqlite(Path(parsed.database))
    # Days are days in UTC on both kinds of database, wherever PostgreSQL's server believes to be.
    connecting = {"server_settings": {"timezone": "UTC"}} if parsed.get_driver_name() == "asyncpg" else {}
    # hide_parameters: an error message must never carry a question.
    engine = create_async_engine(url, hide_parameters=True, pool_pre_ping=not embedded, connect_args=connecting)
    if embedded:
        event.listen(engine.sync_engine, "connect", _tune_sqlite)
    database = Database(engine, one_writer=embedded)
    try:
        async with database.writing() as connection:
            await connection.run_sync(migrate)
        yield database
    finally:
        await database.close()


def _try_sqlite(path: Path) -> None:
    """Find out in this thread whether the file opens: a failed opening leaves the asynchronous driver's thread behind."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sqlite3.connect(path).close()
    except (OSError, sqlite3.Error) as error:
        raise DatabaseUnavailable(f"{path}: {error}") from error


def _kind(error: Exception) -> str:
    """Name a failure by its class and the database's own code: messages may quote what was stored."""
    original = getattr(error, "orig", None)
    code = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def _tune_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def take_turn(connection: Connection, subject: str) -> None:
    """Wait until no other process has the turn for a subject, and hold it to the end of the transaction, which must have written nothing yet."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"korpu {subject}", 0))))


def migrate(connection: Connection) -> None:
    """Bring the connected database to the newest revision. Processes that start together do it one after another."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    if MigrationContext.configure(connection).get_current_revision() == ScriptDirectory.from_config(config).get_current_head():
        return
    take_turn(connection, "migration")
    command.upgrade(config, "head")


def now() -> datetime:
    return datetime.now(UTC)


def as_utc(moment: datetime) -> datetime:
    """SQLite gives back what was stored in UTC without saying so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
