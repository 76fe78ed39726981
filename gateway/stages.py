"""The stages that hold in a running gateway: decided on the command line, over HTTP or by another gateway, and read every other second."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import structlog

from gateway.errors import DatabaseUnavailable
from gateway.settings import Settings
from gateway.store.database import open_database
from gateway.store.stage_records import StageRecord, StageRecords
from pilots.errors import ManifestInvalid
from pilots.manifest import load_manifest
from pilots.registry import Pilot, find_pilot, load_pilots
from pilots.stages import StageAction

REFRESH_PERIOD_S = 2.0
"""A stop on the command line reaches every gateway within this time; one small query costs under a millisecond."""


class Stages:
    """Owns the served pilots: whoever looks one up here sees it at its present stage.

    A promotion that is recorded while the gateway runs lets it read the pilot's folder again, and a folder that it did not know
    for the first time: what was evaluated is what answers. `on_promotion` hears of these pilots.
    """

    def __init__(self, pilots: Mapping[str, Pilot], records: StageRecords, *, folders: Sequence[Path] = ()) -> None:
        self.records = records
        self.on_promotion: Callable[[Pilot], None] | None = None
        self._pilots = dict(pilots)
        self._folders = tuple(folders)
        self._promotions: dict[str, StageRecord] | None = None
        self._refreshing = asyncio.Lock()
        self._log = structlog.stdlib.get_logger(__name__)

    @property
    def pilots(self) -> Mapping[str, Pilot]:
        """The same mapping for as long as the gateway runs; its values are replaced when a stage changes."""
        return self._pilots

    async def refresh(self) -> None:
        """Raises DatabaseUnavailable."""
        # In turn: a refresh that has read before a stop must not end after the one that has read the stop.
        async with self._refreshing:
            await self._refresh()

    async def _refresh(self) -> None:
        newest, promotions = await self.records.newest(), await self.records.promotions()
        known, self._promotions = self._promotions, promotions
        for name, promotion in promotions.items():
            if known is not None and known.get(name) != promotion:
                await self._read_again(name)
        for name, pilot in self._pilots.items():
            recorded = newest[name].stage_to if name in newest else None
            if recorded != pilot.recorded_stage:
                self._pilots[name] = replace(pilot, recorded_stage=recorded)
                self._log.info("stage", pilot=name, stage=self._pilots[name].stage)

    async def _read_again(self, name: str) -> None:
        """Take the promoted state of a pilot; one that cannot be read any more stays as it is served."""
        before = self._pilots.get(name)
        folder = before.folder if before else next((home / name for home in self._folders if (home / name / "pilot.yaml").exists()), None)
        if folder is None:
            return
        try:
            manifest = await asyncio.to_thread(load_manifest, folder)
        except ManifestInvalid as error:
            self._log.error("promoted_pilot_not_read", pilot=name, reason=str(error))
            return
        self._pilots[name] = Pilot(manifest, folder, before.recorded_stage if before else None)
        if self.on_promotion is not None:
            self.on_promotion(self._pilots[name])

    async def keep_fresh(self) -> None:
        """Refresh for ever; while the database does not answer, the stages that were read last hold."""
        while True:
            await asyncio.sleep(REFRESH_PERIOD_S)
            try:
                await self.refresh()
            except DatabaseUnavailable as error:
                self._log.error("stages_not_read", exc_info=error)

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
