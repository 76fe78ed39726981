"""`korpu eval report|judge|export`: a run for people, a second reader, and other tools."""

import asyncio
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console

from evaluation.commands.options import (
    ANSWER_TIMEOUT_S,
    JsonOption,
    ParallelOption,
    archive,
    faults_as_messages,
    progress_bar,
    run_document,
    step_of,
    write_json,
)
from evaluation.commands.runs import RunArgument
from evaluation.errors import EvaluationError
from evaluation.judging import FEWEST_LABELS, judge_run, load_labels, summarise_judgements
from evaluation.report.content import Content, gather
from evaluation.report.markdown import render_markdown
from evaluation.report.page import render_page
from evaluation.runs.record import RunKind
from evaluation.suites.output import AnswerOutput
from gateway.settings import load_settings


def report(
    run: RunArgument = "latest",
    against: Annotated[str | None, typer.Option("--against", help="the run to compare with; by default the one before")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="folder for the files; by default that of the run", file_okay=False)] = None,
    json_file: JsonOption = None,
) -> None:
    """Write report.html (Azerbaijani and English, one file), report.az.md, report.en.md and report.json."""
    with faults_as_messages():
        runs = archive(load_settings())
        folder = runs.find(run)
        content = gather(folder, runs, against=runs.find(against) if against else None)
        target = out or folder.path
        target.mkdir(parents=True, exist_ok=True)
        (target / "report.html").write_text(render_page(content), encoding="utf-8")
        for language in ("az", "en"):
            (target / f"report.{language}.md").write_text(render_markdown(content, language), encoding="utf-8")
        document = report_document(content) | run_document(folder, content.scores)
        write_json(target / "report.json", document)
        write_json(json_file, document)
    typer.echo(str(target / "report.html"))


def report_document(content: Content) -> dict[str, object]:
    """Return what report.json adds to the scores: the worst cases with their answers, and what changed."""
    cases = [
        case.failure.model_dump(mode="json")
        | {
            "asked": case.shown.asked,
            "expected": case.shown.expected,
            "got": case.shown.got,
            "answer": case.shown.text,
            "sources": [{"n": citation.n, "source_id": citation.source_id, "quote": citation.quote} for citation in case.shown.citations],
            "answer_id": case.shown.answer_id,
            "trace_id": case.shown.trace_id,
        }
        for case in content.cases
    ]
    change = content.change.model_dump(mode="json") if content.change else None
    return {"worst_cases": cases, "change": change, "judge": content.judge.model_dump() if content.judge else None}


def judge(
    run: RunArgument,
    base_url: Annotated[str, typer.Option("--base-url", help="an OpenAI-compatible endpoint, with /v1")],
    model: Annotated[str, typer.Option("--model", help="the model's name there")],
    labels: Annotated[Path, typer.Option("--labels", help="ratings by people: {key, rating: good|bad} a line", exists=True, dir_okay=False)],
    key_file: Annotated[Path | None, typer.Option("--key-file", help="file with the endpoint's key", exists=True, dir_okay=False)] = None,
    parallel: ParallelOption = 1,
    json_file: JsonOption = None,
) -> None:
    """Let a language model read the answers too. It decides nothing; without enough labels by people it is not even reported."""
    with faults_as_messages():
        folder = archive(load_settings()).find(run)
        if folder.record.kind is not RunKind.ANSWERS:
            raise EvaluationError(f"{folder.record.id} has no answers to judge")
        rated = load_labels(labels)
        headers = {"Authorization": f"Bearer {key_file.read_text(encoding='utf-8').strip()}"} if key_file else {}
        asked = [output for output in folder.outputs(AnswerOutput) if output.variant == "clean"]

        async def ask() -> None:
            async with httpx.AsyncClient(timeout=ANSWER_TIMEOUT_S, headers=headers) as http:
                with progress_bar() as bar:
                    await judge_run(folder, http, base_url=base_url, model=model, labels=rated, parallel=parallel, step=step_of(bar, model, asked))

        asyncio.run(ask())
        summary = summarise_judgements(folder)
    if summary is None:
        typer.echo(f"Kept, not reported: fewer than {FEWEST_LABELS} of the judged answers are labelled by people.")
        raise typer.Exit(1)
    agreement = f"agreement with people κ = {summary.kappa:.2f} ({summary.labels} labels)"
    Console().print(f"{summary.model}: {summary.good_share:.3f} of {summary.judged} answers good; {agreement}", markup=False, highlight=False)
    write_json(json_file, summary.model_dump())
