from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from gateway.policy import Role
from gateway.settings import Settings
from gateway.store.database import Database, open_database
from gateway.store.schema import ServiceKeyRow
from gateway.store.service_keys import ServiceKeys


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    async with open_database(settings.database) as opened:
        yield opened


async def test_a_key_opens_what_it_was_made_for(database: Database) -> None:
    keys = ServiceKeys(database)
    caller = await keys.identify(await keys.create(Role.SERVICE_TEAM, pilots=("citizen_chat",), questions_per_minute=5))
    assert caller is not None
    assert (caller.role, caller.pilots, caller.questions_per_minute) == (Role.SERVICE_TEAM, frozenset({"citizen_chat"}), 5)


async def test_only_a_hash_is_stored(database: Database) -> None:
    key = await ServiceKeys(database).create(Role.STAFF)
    async with database.writing() as connection:
        row = (await connection.execute(select(ServiceKeyRow.__table__))).one()
    secret = key.rpartition("_")[2]
    assert secret not in str(row)
    assert len(row.digest) == 64


async def test_a_wrong_secret_an_unknown_id_and_rubbish_are_nobody(database: Database) -> None:
    keys = ServiceKeys(database)
    key = await keys.create(Role.STAFF)
    start, _, secret = key.rpartition("_")
    for forged in (key[:-1] + ("0" if key[-1] != "0" else "1"), f"korpu_ffffffffffff_{secret}", "korpu_", "korpu__", start):
        assert await keys.identify(forged) is None


async def test_a_revoked_key_is_nobody_and_stays_listed(database: Database) -> None:
    keys = ServiceKeys(database)
    key = await keys.create(Role.STAFF, label="portal")
    (listed,) = await keys.list()
    assert await keys.revoke(key_id=listed.id) == 1
    assert await keys.revoke(key_id=listed.id) == 0
    assert await keys.identify(key) is None
    (listed,) = await keys.list()
    assert listed.revoked_at is not None
    assert listed.label == "portal"
