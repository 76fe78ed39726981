"""What examines pilots and runs. The command line, which may import the evaluation, hands it in; without it the pages say so."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import JsonValue

from gateway.onboarding.findings import Finding

FolderCheck = Callable[[Path, date], Sequence[Finding]]
"""Everything that can be said of a pilot's folder without asking it a question, errors first."""

RunComparison = Callable[[Path, Path], Mapping[str, JsonValue]]
"""The second run against the first, as evaluation's Comparison in JSON. Raises RunsIncomparable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """Each takes seconds: call it in a thread."""

    check_folder: FolderCheck
    compare_runs: RunComparison
