"""A run on disk: run.json before the first question, outputs.jsonl a line an answer, scores.json at the end.

Scores are always computed from outputs.jsonl, so a run can be scored again when a metric changes, and continued when it was interrupted.
"""

import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from os import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from pydantic import JsonValue, ValidationError

from evaluation.errors import RunInvalid, RunNotFound
from evaluation.runs.record import Provenance, RunKind, RunRecord
from evaluation.suites.output import Output

Kept = TypeVar("Kept", bound=Output)

RECORD_FILE = "run.json"
OUTPUTS_FILE = "outputs.jsonl"
SCORES_FILE = "scores.json"


class RunFolder:
    """One run. Lines are appended as answers arrive, in any order; who reads them sorts by what was asked."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def record(self) -> RunRecord:
        """Raises RunInvalid when run.json cannot be read."""
        try:
            return RunRecord.model_validate_json((self.path / RECORD_FILE).read_bytes())
        except (OSError, ValidationError) as error:
            raise RunInvalid(f"{self.path / RECORD_FILE}: {type(error).__name__}") from error

    @property
    def is_finished(self) -> bool:
        return (self.path / SCORES_FILE).is_file()

    def append(self, output: Output) -> None:
        """Add a line and have it on disk, so that an interruption loses nothing that was answered. A last line that one cut is cut off first."""
        with (self.path / OUTPUTS_FILE).open("a+b") as lines:
            _cut_last_line(lines)
            lines.write(output.model_dump_json().encode() + b"\n")

    def outputs(self, model: type[Kept]) -> list[Kept]:
        """Return what was answered so far, the newest answer to each question, in the order in which the questions were first answered.

        A last line that is not whole is left out: an interruption cut it, or it is being written.

        Raises:
            RunInvalid: another line cannot be read; names it.
        """
        path = self.path / OUTPUTS_FILE
        if not path.is_file():
            return []
        found: dict[tuple[str, str], Kept] = {}
        for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], start=1):
            try:
                output = model.model_validate_json(line)
            except ValidationError as error:
                raise RunInvalid(f"{path}:{number}: {error.error_count()} faults") from None
            found[output.key, output.variant] = output
        return [*found.values()]

    def write_scores(self, scores: dict[str, Any]) -> None:
        """Write the scores in one step: the file says that the run is finished, so it must not be there in part."""
        part = self.path / f"{SCORES_FILE}.{secrets.token_hex(4)}"
        part.write_text(json.dumps(scores, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        part.replace(self.path / SCORES_FILE)

    def read_scores(self) -> dict[str, Any]:
        """Raises RunInvalid when the run was never finished, or its scores cannot be read."""
        try:
            return json.loads((self.path / SCORES_FILE).read_text(encoding="utf-8"))
        except OSError as error:
            raise RunInvalid(f"{self.path}: not finished; the same command continues it") from error
        except ValueError as error:
            raise RunInvalid(f"{self.path / SCORES_FILE}: {type(error).__name__}; `korpu eval rescore` writes it again") from error


def _cut_last_line(lines: BinaryIO) -> None:
    end = lines.seek(0, SEEK_END)
    lines.seek(max(0, end - 1))
    if lines.read(1) not in (b"", b"\n"):
        lines.seek(0)
        lines.truncate(lines.read().rfind(b"\n") + 1)


class RunArchive:
    """All runs of a data folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def start(
        self,
        kind: RunKind,
        subject: str,
        *,
        target: str,
        config: dict[str, JsonValue],
        provenance: Provenance,
        questions: int | None = None,
        label: str = "",
        fresh: bool = False,
    ) -> RunFolder:
        """Continue the unfinished run that asks the same questions of the same service, else begin a new one (always when `fresh`)."""
        now = datetime.now(UTC)
        run_id = f"{now:%Y%m%dT%H%M%S}-{kind.value}-{subject}-{secrets.token_hex(2)}"
        record = RunRecord(
            id=run_id,
            kind=kind,
            subject=subject,
            target=target,
            label=label,
            created_at=now,
            questions=questions,
            config=config,
            provenance=provenance,
        )
        for run in () if fresh else self.runs():
            if not run.is_finished and run.record.identity == record.identity:
                return run
        path = self.root / run_id
        path.mkdir(parents=True)
        (path / RECORD_FILE).write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")
        return RunFolder(path)

    def runs(self) -> list[RunFolder]:
        """Return every readable run, newest first."""
        found = [RunFolder(path.parent) for path in self.root.glob(f"*/{RECORD_FILE}")] if self.root.is_dir() else []
        return sorted(_readable(found), key=lambda run: run.record.created_at, reverse=True)

    def find(self, name: str) -> RunFolder:
        """Return a run by its folder, its id, an unambiguous beginning of its id, or `latest`.

        Raises:
            RunNotFound
        """
        if (Path(name) / RECORD_FILE).is_file():
            return RunFolder(Path(name))
        runs = self.runs()
        found = runs[:1] if name == "latest" else [run for run in runs if run.path.name.startswith(name)]
        exact = [run for run in found if run.path.name == name]
        if len(exact or found) != 1:
            known = ", ".join(run.path.name for run in (found or runs)[:5]) or "none"
            raise RunNotFound(f"{'no' if not found else 'more than one'} run {name} in {self.root}; there: {known}")
        return (exact or found)[0]

    def before(self, run: RunFolder) -> RunFolder | None:
        """Return the newest finished run of the same kind, subject and cases that is older than this one."""
        record = run.record
        for other in self.runs():
            past = other.record
            same = (past.kind, past.subject, past.config.get("split")) == (record.kind, record.subject, record.config.get("split"))
            if past.created_at < record.created_at and same and other.is_finished:
                return other
        return None


def _readable(runs: Iterable[RunFolder]) -> Sequence[RunFolder]:
    kept: list[RunFolder] = []
    for run in runs:
        try:
            _ = run.record
        except RunInvalid:
            continue
        kept.append(run)
    return kept
