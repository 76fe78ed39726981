"""Every kind of run by its name."""

from collections.abc import Mapping
from typing import Any, Final

from evaluation.errors import RunInvalid
from evaluation.runs.folder import RunFolder
from evaluation.runs.record import RunKind
from evaluation.scores import Scores
from evaluation.suites.answers import ANSWERS
from evaluation.suites.extractive import EXTRACTIVE
from evaluation.suites.retrieval import RETRIEVAL
from evaluation.suites.routing import ROUTING
from evaluation.suites.safety import SAFETY
from evaluation.suites.suite import Suite
from evaluation.suites.triage import TRIAGE

SUITES: Final[Mapping[RunKind, Suite]] = {
    RunKind.ANSWERS: ANSWERS,
    RunKind.ROUTING: ROUTING,
    RunKind.TRIAGE: TRIAGE,
    RunKind.SAFETY: SAFETY,
    RunKind.RETRIEVAL: RETRIEVAL,
    RunKind.EXTRACTIVE: EXTRACTIVE,
}


def suite_of(run: RunFolder) -> Suite:
    return SUITES[run.record.kind]


def load_outputs(run: RunFolder) -> list[Any]:
    """Return the outputs by variant and key, whatever order they arrived in; the variants in the order of the run's plan."""
    outputs = run.outputs(suite_of(run).output)
    planned = [str(name) for name in written] if isinstance(written := run.record.config.get("variants"), list) else []
    return sorted(outputs, key=lambda output: (planned.index(output.variant) if output.variant in planned else len(planned), output.key))


def score_run(run: RunFolder) -> Scores:
    """Compute the scores of a run from its raw outputs and write them.

    Raises:
        RunInvalid: not every question was answered yet: figures of a part would pass for those of the whole, and end the run.
    """
    record, outputs = run.record, load_outputs(run)
    if len(outputs) < (record.questions or 1):
        raise RunInvalid(f"{run.path}: {len(outputs)} of {record.questions or '?'} questions are answered; the same command continues it")
    scores = suite_of(run).score(record.subject, outputs, record.config)
    run.write_scores(scores.model_dump(mode="json"))
    return scores
