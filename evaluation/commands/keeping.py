"""What every measurement does before its first question and after its last: begin or continue a run, score it, print it."""

from collections.abc import Sequence
from pathlib import Path

import typer
from pydantic import JsonValue
from rich.console import Console

from evaluation.commands.option_sets import KeepingOptions
from evaluation.commands.options import archive, run_document, write_json
from evaluation.console import print_run
from evaluation.runs.folder import RunFolder
from evaluation.runs.provenance import take_provenance
from evaluation.runs.record import RunKind
from evaluation.scores import Scores
from evaluation.suites.registry import score_run
from gateway.settings import Settings
from pilots.registry import Pilot


def start_run(
    kind: RunKind,
    subject: str,
    settings: Settings,
    files: Sequence[Path],
    config: dict[str, JsonValue],
    options: KeepingOptions,
    *,
    questions: int,
    pilot: Pilot | None = None,
    target: str | None = None,
) -> RunFolder:
    """`target` is the gateway that is asked; None: the code in this process."""
    provenance = take_provenance(settings, data=files, pilot=pilot)
    return archive(settings).start(
        kind,
        subject,
        target=target or "pipeline",
        config=config,
        provenance=provenance,
        questions=questions,
        label=options.label,
        fresh=options.fresh,
    )


def finish_run(run: RunFolder, options: KeepingOptions) -> Scores:
    """Score and print a run. Ends the command with exit code 1 below a threshold."""
    scores = score_run(run)
    print_run(Console(), run, scores, show=options.show)
    write_json(options.json_file, run_document(run, scores))
    if not scores.passed:
        raise typer.Exit(1)
    return scores
