"""The stages that hold in a running gateway: decided on the command line, over HTTP or in another process, and read again every other second."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog

from gateway.errors import DatabaseUnavailable
from gateway.settings import Settings
from gateway.store.database import open_database
from gateway.store.stage_records import StageRecord, StageRecords
from pilots.registry import Pilot, find_pilot, load_pilots
from pilots.stages import StageAction

REFRESH_PERIOD_S = 2.0
"""A stop on the command line reaches every gateway within this time; one small query costs under a millisecond."""


class Stages:
    """Owns the served pilots: whoever looks one up here sees it at its present stage."""

    def __init__(self, pilots: Mapping[str, Pilot], records: StageRecords) -> None:
        self.records = records
        self._pilots = dict(pilots)

    @property
    def pilots(self) -> Mapping[str, Pilot]:
        """The same mapping for as long as the gateway runs; its values are replaced when a stage changes."""
        return self._pilots

    async def refresh(self) -> None:
        """Raises DatabaseUnavailable."""
        newest = await self.records.newest()
        for name, pilot in self._pilots.items():
            recorded = newest[name].stage_to if name in newest else None
            if recorded != pilot.recorded_stage:
                self._pilots[name] = replace(pilot, recorded_stage=recorded)
                structlog.stdlib.get_logger(__name__).info("stage", pilot=name, stage=self._pilots[name].stage)

    async def keep_fresh(self) -> None:
        """Refresh for ever; while the database does not answer, the stages that were read last hold."""
        while True:
            await asyncio.sleep(REFRESH_PERIOD_S)
            try:
                await self.refresh()
            except DatabaseUnavailable as error:
                structlog.stdlib.get_logger(__name__).error("stages_not_read", exc_info=error)

    async def change(self, pilot_name: str, action: StageAction, *, recorded_by: str, note: str) -> StageRecord:
        """Record a change that needs no evaluation and let it hold here at once.

        Raises:
            PilotUnknown, StageChangeRefused, DatabaseUnavailable
        """
        pilot = find_pilot(self._pilots, pilot_name)
        record = await self.records.add(pilot.name, action, manifest_stage=pilot.manifest.stage, recorded_by=recorded_by, note=note)
        await self.refresh()
        return record


@asynccontextmanager
async def open_stages(settings: Settings) -> AsyncGenerator[Stages]:
    """Load the served pilots at the stages that hold now, for the command line.

    Raises:
        ManifestInvalid, DatabaseUnavailable
    """
    pilots = load_pilots(*settings.pilot_folders)
    async with open_database(settings.database) as database:
        stages = Stages(pilots, StageRecords(database))
        await stages.refresh()
        yield stages
