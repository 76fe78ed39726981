"""One engine a process, brought to the newest schema before the first request."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from gateway.errors import DatabaseUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """Short transactions on one connection pool; every SQLAlchemy fault leaves as DatabaseUnavailable."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncConnection]:
        """Commit at the end of the block, roll back when it raises.

        Raises:
            DatabaseUnavailable: the engine failed; the message names the kind of failure, never a value.
        """
        try:
            async with self._engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            raise DatabaseUnavailable(type(error).__name__) from error

    async def close(self) -> None:
        await self._engine.dispose()


@asynccontextmanager
async def open_database(url: str) -> AsyncGenerator[Database]:
    """Open the database, creating an SQLite file and its folder when there is none, and migrate it.

    Raises:
        DatabaseUnavailable: see `Database.transaction`.
    """
    parsed = make_url(url)
    embedded = parsed.get_backend_name() == "sqlite"
    if embedded and parsed.database:
        _try_sqlite(Path(parsed.database))
    # hide_parameters: an error message must never carry a question.
    engine = create_async_engine(url, hide_parameters=True, pool_pre_ping=not embedded)
    if embedded:
        event.listen(engine.sync_engine, "connect", _tune_sqlite)
    database = Database(engine)
    try:
        async with database.transaction() as connection:
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


def _tune_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def migrate(connection: Connection) -> None:
    """Bring the connected database to the newest revision."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def now() -> datetime:
    return datetime.now(UTC)
