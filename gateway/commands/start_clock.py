"""What `korpu models serve` shows while a model is loaded."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.status import Status

from serving.local_cluster import Phase

REPEAT_S = 30.0
"""How often a log hears that the start goes on."""


class StartClock:
    """One moving line on a terminal; elsewhere a line at each change, and one every half minute."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = Status("", console=console)
        self._began = time.monotonic()
        self._said = ""
        self._said_at = 0.0

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._status.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.stop()

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._began

    def stop(self) -> None:
        self._status.stop()

    def report(self, phase: Phase, detail: str) -> None:
        words = f"{phase} ({detail})" if detail else str(phase)
        if self._console.is_terminal:
            self._status.update(f"{self.elapsed_s:.0f} s: {words}")
        elif words != self._said or self.elapsed_s - self._said_at > REPEAT_S:
            self._console.print(f"{self.elapsed_s:.0f} s: {words}", markup=False)
            self._said, self._said_at = words, self.elapsed_s
