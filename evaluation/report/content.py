"""What stands in a report, before it has a form: the scores of a run, its worst cases and what changed since the run before."""

from dataclasses import dataclass

from evaluation.compare import Comparison, compare_runs
from evaluation.errors import RunsDiffer
from evaluation.judging import JudgeSummary, summarise_judgements
from evaluation.runs.folder import RunArchive, RunFolder
from evaluation.runs.record import RunRecord
from evaluation.scores import Failure, Scores
from evaluation.suites.registry import load_outputs, score_run, suite_of
from evaluation.suites.suite import Shown

MOST_CASES = 25


@dataclass(frozen=True, slots=True)
class WorstCase:
    failure: Failure
    shown: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """`cases` are the worst `MOST_CASES`; `change` is None without an earlier run of the same questions."""

    record: RunRecord
    scores: Scores
    cases: tuple[WorstCase, ...]
    change: Comparison | None
    judge: JudgeSummary | None


def gather(run: RunFolder, archive: RunArchive, *, against: RunFolder | None = None) -> Content:
    """Read a run and score it again; `against` is the run to compare with, the one before by default.

    Raises:
        RunInvalid
    """
    scores = score_run(run)
    suite = suite_of(run)
    outputs = {(output.key, output.variant): output for output in load_outputs(run)}
    failures = scores.failures[:MOST_CASES]
    earlier = against or archive.before(run)
    return Content(
        record=run.record,
        scores=scores,
        cases=tuple(WorstCase(failure, suite.show(outputs[failure.key, failure.variant])) for failure in failures),
        change=_compare(earlier, run),
        judge=summarise_judgements(run),
    )


def _compare(earlier: RunFolder | None, run: RunFolder) -> Comparison | None:
    if earlier is None:
        return None
    try:
        return compare_runs(earlier, run)
    except RunsDiffer:
        return None
