"""Stored evaluation runs, read as the files that they are: run.json, scores.json, and report.html where one was made."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from gateway.errors import RunUnknown

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,199}")
RECORD_FILE, SCORES_FILE, REPORT_FILE = "run.json", "scores.json", "report.html"


class RunModel(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class RunProvenance(RunModel):
    commit: str | None = None
    dirty: bool = False
    version: str = ""
    models: dict[str, str] = {}
    hashes: dict[str, str] = {}


class RunRecord(RunModel):
    """`subject` is the pilot or the data set; `target` is `pipeline` or the address of a gateway."""

    id: str
    kind: str
    subject: str
    target: str = "pipeline"
    label: str = ""
    created_at: datetime
    provenance: RunProvenance = RunProvenance()


class RunFigure(RunModel):
    value: float
    low: float | None = None
    high: float | None = None
    count: float = 0


class RunThreshold(RunModel):
    name: str
    needed: float
    reached: float | None = None
    at_most: bool = False

    @property
    def is_met(self) -> bool:
        if self.reached is None:
            return self.at_most or self.needed == 0
        return self.reached <= self.needed if self.at_most else self.reached >= self.needed


class RunGap(RunModel):
    """How much less often people of group `b` are served rightly than those of group `a`."""

    dimension: str
    a: str
    b: str
    difference: float
    low: float | None = None
    high: float | None = None
    p: float
    cases: int


class RunFailure(RunModel):
    key: str
    variant: str
    problems: tuple[str, ...]


class RunScores(RunModel):
    items: int
    thresholds: tuple[RunThreshold, ...] = ()
    variants: dict[str, dict[str, RunFigure]] = {}
    counts: dict[str, int] = {}
    gaps: tuple[RunGap, ...] = ()
    failures: tuple[RunFailure, ...] = ()

    @property
    def passed(self) -> bool:
        return all(threshold.is_met for threshold in self.thresholds)


class RunChange(RunModel):
    """The difference B − A of one figure."""

    name: str
    a: float
    b: float
    difference: float
    low: float | None = None
    high: float | None = None
    p: float
    detectable: float | None = None


class RunComparison(RunModel):
    """The call is made by the primary figure alone; `fixed` and `broken` name the cases that passed in one run only."""

    primary: RunChange
    call: str
    others: tuple[RunChange, ...] = ()
    fixed: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """`scores` None: the run was not finished."""

    folder: Path
    record: RunRecord
    scores: RunScores | None

    @property
    def report(self) -> Path | None:
        path = self.folder / REPORT_FILE
        return path if path.is_file() else None


def list_runs(root: Path, *, pilots: Collection[str] | None) -> list[StoredRun]:
    """Return the readable runs, newest first. `pilots` are those that the caller's key covers; None shows every subject."""
    found = [run for path in sorted(root.glob(f"*/{RECORD_FILE}")) if (run := _read(path.parent)) is not None] if root.is_dir() else []
    shown = [run for run in found if pilots is None or run.record.subject in pilots]
    return sorted(shown, key=lambda run: run.record.created_at, reverse=True)


def find_run(root: Path, run_id: str, *, pilots: Collection[str] | None) -> StoredRun:
    """Raises RunUnknown: no such run, or one of a pilot that the key does not cover: the caller cannot tell which."""
    run = _read(root / run_id) if RUN_ID.fullmatch(run_id) else None
    if run is None or (pilots is not None and run.record.subject not in pilots):
        raise RunUnknown("no run of that id is open to this caller")
    return run


def read_comparison(document: Mapping[str, object]) -> RunComparison:
    return RunComparison.model_validate(document)


def _read(folder: Path) -> StoredRun | None:
    try:
        record = RunRecord.model_validate_json((folder / RECORD_FILE).read_bytes())
        scores = (folder / SCORES_FILE).read_bytes() if (folder / SCORES_FILE).is_file() else None
        return StoredRun(folder=folder, record=record, scores=None if scores is None else RunScores.model_validate_json(scores))
    except (OSError, ValidationError):
        return None
