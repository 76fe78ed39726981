"""Both kinds of database; what hangs on a conversation is empty at the start of each test."""

import os
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete

from gateway.settings import Settings
from gateway.store.conversations import Conversations
from gateway.store.database import Database, open_database
from gateway.store.schema import ConversationRow

POSTGRES_URL = os.environ.get("KORPU_TEST_POSTGRES_URL")


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.skipif(POSTGRES_URL is None, reason="KORPU_TEST_POSTGRES_URL is not set")]),
    ]
)
async def database(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[Database]:
    async with open_database(settings.database if request.param == "sqlite" else str(POSTGRES_URL)) as opened:
        async with opened.writing() as connection:
            await connection.execute(delete(ConversationRow))
        yield opened


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database)
