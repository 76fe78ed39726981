"""What the console shows of a pilot's examination. The command line, which may import the evaluation, hands it in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gateway.onboarding.findings import Finding

FolderCheck = Callable[[Path, date], Sequence[Finding]]
"""Everything that can be said of a pilot's folder without asking it a question, errors first. Takes seconds: call it in a thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    check_folder: FolderCheck
