"""`korpu eval runs|rescore|compare`: what was measured before."""

from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Column, Table

from evaluation.commands.options import JsonOption, ShowOption, archive, faults_as_messages, run_document, write_json
from evaluation.compare import compare_runs
from evaluation.console import print_comparison, print_run
from evaluation.errors import RunInvalid
from evaluation.runs.folder import RunFolder
from evaluation.scores import Scores
from evaluation.suites.registry import score_run
from gateway.settings import load_settings

RunArgument = Annotated[str, typer.Argument(help="id of a run, the beginning of one, its folder, or `latest`")]


def list_runs(json_file: JsonOption = None) -> None:
    """List the stored runs, newest first."""
    table = Table(Column("run", no_wrap=True), "label", "target", "commit", "passed")
    rows: list[dict[str, object]] = []
    for run in archive(load_settings()).runs():
        record = run.record
        passed = _passed(run)
        commit = (record.provenance.commit or "–")[:10] + ("+" if record.provenance.dirty else "")
        words = {True: "yes", False: "no", None: "unreadable" if run.is_finished else "unfinished"}
        table.add_row(record.id, record.label, record.target, commit, words[passed])
        rows.append({"id": record.id, "label": record.label, "target": record.target, "commit": record.provenance.commit, "passed": passed})
    Console().print(table)
    write_json(json_file, rows)


def rescore(run: RunArgument, show: ShowOption = 0, json_file: JsonOption = None) -> None:
    """Compute the scores of a run again from its raw outputs; nothing is asked. Ends with exit code 1 below the thresholds."""
    with faults_as_messages():
        folder = archive(load_settings()).find(run)
        before = _stored(folder)
        scores = score_run(folder)
    print_run(Console(), folder, scores, show=show)
    if before is not None:
        same = before == scores.model_dump(mode="json")
        typer.echo("the scores are the stored ones" if same else "the scores differ from the stored ones, which are replaced")
    write_json(json_file, run_document(folder, scores))
    if not scores.passed:
        raise typer.Exit(1)


def _stored(run: RunFolder) -> dict[str, Any] | None:
    """Return the stored scores; None when there are none that can be read."""
    try:
        return run.read_scores()
    except RunInvalid:
        return None


def _passed(run: RunFolder) -> bool | None:
    stored = _stored(run)
    try:
        return None if stored is None else Scores.model_validate(stored).passed
    except ValidationError:
        return None


def compare(run_a: RunArgument, run_b: RunArgument, json_file: JsonOption = None) -> None:
    """Say whether run B is worse or better than run A on the questions that both asked. Ends with exit code 1 when B is worse."""
    with faults_as_messages():
        runs = archive(load_settings())
        found = compare_runs(runs.find(run_a), runs.find(run_b))
    print_comparison(Console(), found)
    write_json(json_file, found.model_dump(mode="json"))
    if found.call == "worse":
        raise typer.Exit(1)
