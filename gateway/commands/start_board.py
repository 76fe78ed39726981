"""What `korpu serve` shows while the corpora are read."""

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from gateway.readiness import PilotProgress, Stage

STAGE_WORDS = {
    Stage.WAITING: "waiting",
    Stage.READING: "reading the sources",
    Stage.FILLING: "ready; vectors follow",
    Stage.COMPLETE: "ready",
    Stage.FAILED: "failed",
}


class StartBoard:
    """A bar a pilot on a terminal, a line a change of stage elsewhere; and once, when all are ready, how to ask."""

    def __init__(self, pilots: Iterable[str], *, ready_text: str, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[words]}"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._tasks = {pilot: self._bars.add_task(pilot, total=None, words="waiting") for pilot in pilots}
        self._stages = dict.fromkeys(self._tasks, Stage.WAITING)
        self._ready_text = ready_text
        self._announced = False

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._bars.stop()

    def report(self, pilot: str, progress: PilotProgress) -> None:
        words = STAGE_WORDS[progress.stage] + (f" ({progress.fault})" if progress.fault else "")
        total = progress.total or None
        self._bars.update(self._tasks[pilot], completed=progress.done, total=total, words=words, visible=progress.stage is not Stage.COMPLETE)
        if self._stages[pilot] is not progress.stage:
            self._stages[pilot] = progress.stage
            if not self._console.is_terminal:
                self._console.print(f"{pilot}: {words}", markup=False)
        if not self._announced and all(stage in (Stage.FILLING, Stage.COMPLETE) for stage in self._stages.values()):
            self._announced = True
            self._console.print(self._ready_text, markup=False)
        if all(stage in (Stage.COMPLETE, Stage.FAILED) for stage in self._stages.values()):
            self._bars.stop()
