"""What examines pilots and runs. The command line, which may import the evaluation, hands it in; without it the pages say so."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

from gateway.onboarding.findings import Finding
from gateway.store.answers_in_use import AnswerInUse
from gateway.use_contract import PilotUse

FolderCheck = Callable[[Path, date], Sequence[Finding]]
"""Everything that can be said of a pilot's folder without asking it a question, errors first."""

RunComparison = Callable[[Path, Path], Mapping[str, JsonValue]]
"""The second run against the first, as evaluation's Comparison in JSON. Raises RunsIncomparable."""


class UseMeasure(Protocol):
    def __call__(self, pilot: str, answers: Sequence[AnswerInUse], /, *, counted: int, since: datetime, until: datetime) -> PilotUse:
        """Return what a pilot's answers come to. `counted` is how many there are, also beyond those given."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """Each takes seconds: call it in a thread."""

    check_folder: FolderCheck
    compare_runs: RunComparison
    measure_use: UseMeasure
