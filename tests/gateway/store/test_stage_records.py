import asyncio
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import delete

from gateway.settings import Settings
from gateway.store.database import Database, open_database
from gateway.store.schema import StageRecordRow
from gateway.store.stage_records import StageRecord, StageRecords
from pilots.errors import StageChangeRefused
from pilots.stages import StageAction
from tests.gateway.store.conftest import POSTGRES_URL

PROCESSES = 6


async def test_of_several_who_stop_a_pilot_at_once_one_is_put_on_record(database: Database, settings: Settings) -> None:
    """Each opens the database for itself, as a gateway and the command line do; SQLite lets the readers in together."""
    async with database.writing() as connection:
        await connection.execute(delete(StageRecordRow))
        url = settings.database if connection.dialect.name == "sqlite" else str(POSTGRES_URL)
    async with AsyncExitStack() as stack:
        opened = [StageRecords(await stack.enter_async_context(open_database(url))) for _ in range(PROCESSES)]
        for records in opened:
            await records.newest()  # connected by now, so that they begin together
        stops = (records.add("p", StageAction.STOP, manifest_stage="live", recorded_by="Leyla", note="wrong fee") for records in opened)
        ended = await asyncio.gather(*stops, return_exceptions=True)
        (kept,) = await opened[0].history("p")
    assert [one for one in ended if isinstance(one, StageRecord)] == [kept]
    assert sum(isinstance(one, StageChangeRefused) for one in ended) == PROCESSES - 1


@pytest.mark.parametrize("action", [StageAction.RESUME, StageAction.ROLLBACK])
async def test_a_change_starts_from_the_stage_that_holds(database: Database, action: StageAction) -> None:
    records = StageRecords(database)
    async with database.writing() as connection:
        await connection.execute(delete(StageRecordRow))
    await records.add("p", StageAction.STOP, manifest_stage="live", recorded_by="Leyla", note="wrong fee")
    record = await records.add("p", action, manifest_stage="live", recorded_by="Leyla", note="decided")
    assert record.stage_from == "stopped"
