"""How far each pilot's corpus is on its way into the index."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Questions are taken from FILLING on: the words of the corpus are searchable then, its vectors follow."""

    WAITING = "waiting"
    READING = "reading"
    FILLING = "filling"
    COMPLETE = "complete"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PilotProgress:
    """`done` of `total` passages in this stage; `fault` is the class of what went wrong."""

    stage: Stage = Stage.WAITING
    done: int = 0
    total: int = 0
    fault: str | None = None


Watch = Callable[[str, PilotProgress], None]


class Readiness:
    def __init__(self, pilots: Iterable[str], *, watch: Watch | None = None) -> None:
        """`watch` hears of every change to these pilots: the pilot's name and how far it is. Others may be reported later."""
        self._progress = dict.fromkeys(pilots, PilotProgress())
        self._watch = watch
        self.at_start = frozenset(self._progress)
        self._changed = asyncio.Event()

    @property
    def progress(self) -> Mapping[str, PilotProgress]:
        return self._progress

    def is_ready(self, pilot: str) -> bool:
        return self._progress.get(pilot, PilotProgress()).stage in (Stage.FILLING, Stage.COMPLETE)

    async def settled(self, pilot: str) -> PilotProgress:
        """Wait until the pilot takes questions or has failed."""
        while not self.is_ready(pilot) and self._progress[pilot].stage is not Stage.FAILED:
            self._changed.clear()
            await self._changed.wait()
        return self._progress[pilot]

    def report(self, pilot: str, stage: Stage, *, done: int = 0, total: int = 0, fault: str | None = None) -> None:
        self._progress[pilot] = PilotProgress(stage, done, total, fault)
        self._changed.set()
        if self._watch is not None and pilot in self.at_start:
            self._watch(pilot, self._progress[pilot])
