"""`korpu eval extractive DIR` on the command line."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from evaluation.errors import EvaluationError
from evaluation.extractive import measure_extractive
from gateway.errors import GatewayError
from gateway.settings import load_settings
from pilots.errors import PilotError
from rag.errors import RagError
from serving.errors import ServingError


def extractive(
    folder: Annotated[Path, typer.Argument(help="a BEIR folder with evidence.jsonl", exists=True, file_okay=False)],
    train: Annotated[bool, typer.Option("--train", help="fit the weights on this folder and write them into pilots/ first")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the results to this file", dir_okay=False)] = None,
) -> None:
    """Count how often the evidence stands in the first sentences shown, and how well answerable questions are told from the others."""
    try:
        with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("questions", total=None)
            figures = asyncio.run(measure_extractive(load_settings(), folder, train=train, step=lambda: bar.advance(task)))
    except (EvaluationError, GatewayError, PilotError, RagError, ServingError) as fault:
        typer.echo(f"{type(fault).__name__}: {fault}", err=True)
        raise typer.Exit(2) from fault
    typer.echo(json.dumps(figures, ensure_ascii=False))
    if json_file is not None:
        json_file.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
