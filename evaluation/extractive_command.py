"""`korpu eval extractive DIR` on the command line."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue

from evaluation.commands.keeping import finish_run, start_run
from evaluation.commands.option_sets import QuietKeepingOptions, with_options
from evaluation.commands.options import faults_as_messages, progress_bar
from evaluation.extractive import ask_extractive
from evaluation.runs.folder import RunFolder
from evaluation.runs.provenance import hash_files
from evaluation.runs.record import RunKind
from evaluation.suites.extractive import WEIGHTS
from evaluation.suites.output import ExtractiveOutput
from gateway.settings import Settings, load_settings
from pilots.evidence_model import MODEL_FILE
from pilots.registry import find_pilot, load_pilots
from pilots.steps.choose_passages import ChoosePassages

LIMITS_OF = "document_qa"


@with_options
def extractive(
    options: QuietKeepingOptions,
    folder: Annotated[Path, typer.Argument(help="a BEIR folder with evidence.jsonl", exists=True, file_okay=False)],
    train: Annotated[bool, typer.Option("--train", help="fit the weights on this folder and write them into pilots/ first")] = False,
) -> None:
    """Count how often the evidence stands in the first lines shown, and how well answerable questions are told from the others.

    Three columns: the shipped weights, weights fitted without the documents of the question, and the answers of document_qa with its limits.
    The last line is one JSON object.
    """
    with faults_as_messages():
        settings = load_settings()
        pilot = find_pilot(load_pilots(*settings.pilot_folders), LIMITS_OF)
        outputs = _ask(settings, folder, ChoosePassages.with_limits(pilot.manifest.retrieval), train=train)
        files = [folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels" / "test.tsv", folder / "evidence.jsonl"]
        config: dict[str, JsonValue] = {"variants": [*WEIGHTS], "split": folder.name, "weights": hash_files([MODEL_FILE]), "trained_on_it": train}
        run = start_run(RunKind.EXTRACTIVE, folder.name, settings, files, config, options, questions=len(outputs), pilot=pilot)
        _keep(run, outputs)
    scores = finish_run(run, options)
    summary = {variant: {name: figure.value for name, figure in figures.items()} for variant, figures in scores.variants.items()}
    typer.echo(json.dumps({"questions": scores.items, **scores.counts, **summary, **scores.timing}, ensure_ascii=False))


def _ask(settings: Settings, folder: Path, answering: ChoosePassages, *, train: bool) -> list[ExtractiveOutput]:
    with progress_bar() as bar:
        task = bar.add_task("questions", total=None)
        return asyncio.run(ask_extractive(settings, folder, train=train, answering=answering, step=lambda: bar.advance(task)))


def _keep(run: RunFolder, outputs: list[ExtractiveOutput]) -> None:
    kept = {(output.key, output.variant) for output in run.outputs(ExtractiveOutput)}
    for output in outputs:
        if (output.key, output.variant) not in kept:
            run.append(output)
