"""`korpu eval calibrate PILOT`: which limit on certainty a manifest may set, and what it costs."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from evaluation.calibrating import Observed, Trade, observe_answers, observe_evidence, propose, trade_off
from evaluation.commands.options import JsonOption, faults_as_messages, open_asker, progress_bar, step_of, write_json
from evaluation.console import show_interval
from evaluation.dataset import load_cases
from evaluation.errors import EvaluationError
from evaluation.extractive import ask_extractive
from evaluation.run import CLEAN, collect, plan
from evaluation.scores import Figure
from evaluation.suites.asking import ask_case
from evaluation.suites.output import AnswerOutput
from gateway.settings import Settings, load_settings
from pilots.manifest import Manifest
from pilots.registry import Pilot, find_pilot, load_pilots
from pilots.steps.choose_passages import ChoosePassages


def calibrate(
    pilot: Annotated[str, typer.Argument(help="a pilot that answers from documents")],
    beir: Annotated[Path | None, typer.Option("--beir", help="also a BEIR folder with evidence.jsonl", exists=True, file_okay=False)] = None,
    answered: Annotated[float, typer.Option("--answered", min=0, max=1, help="share of the questions in scope that must be answered")] = 0.9,
    json_file: JsonOption = None,
) -> None:
    """Print what each `min_certainty` gives on the pilot's own cases (never the held-out ones) and the largest that keeps enough answered."""
    with faults_as_messages():
        settings = load_settings()
        chosen = find_pilot(load_pilots(*settings.pilot_folders), pilot)
        if chosen.manifest.understanding != "documents":
            raise EvaluationError(f"{pilot} does not answer from documents: nothing is estimated there")
        unlimited = replace(chosen, manifest=_without_limit(chosen))
        observed = {"cases": asyncio.run(_ask_cases(settings, unlimited))}
        if beir is not None:
            observed[beir.name] = asyncio.run(_ask_folder(settings, unlimited, beir))
    trades = {name: trade_off(items) for name, items in observed.items()}
    for name, rows in trades.items():
        _print(name, observed[name], rows)
    proposed = {name: propose(rows, answered=answered) for name, rows in trades.items()}
    for name, row in proposed.items():
        typer.echo(
            f"{name}: min_certainty {row.limit:g} keeps {answered:g} answered; right answers lost: {row.lost}, wrong ones avoided: {row.avoided}"
        )
    document = {name: {"proposed": row.limit, "trade": [_plain(one) for one in trades[name]]} for name, row in proposed.items()}
    write_json(json_file, document)
    typer.echo(json.dumps({name: row.limit for name, row in proposed.items()}))


def _without_limit(pilot: Pilot) -> Manifest:
    retrieval = pilot.manifest.retrieval.model_copy(update={"min_certainty": 0.0})
    return pilot.manifest.model_copy(update={"retrieval": retrieval})


async def _ask_cases(settings: Settings, pilot: Pilot) -> list[Observed]:
    asked = plan(load_cases(sorted(pilot.folder.glob("cases*.jsonl"))), [CLEAN], key=lambda case: case.id, native=lambda _: True)
    async with AsyncExitStack() as stack:
        asker = await open_asker(settings, pilot, stack, base_url=None, key_file=None)
        with progress_bar() as bar:
            return observe_answers(await collect(asked, ask_case(asker), model=AnswerOutput, step=step_of(bar, pilot.name, asked)))


async def _ask_folder(settings: Settings, pilot: Pilot, folder: Path) -> list[Observed]:
    answering = ChoosePassages.with_limits(pilot.manifest.retrieval)
    with progress_bar() as bar:
        task = bar.add_task("questions", total=None)
        return observe_evidence(await ask_extractive(settings, folder, train=False, answering=answering, step=lambda: bar.advance(task)))


def _print(name: str, observed: Sequence[Observed], trades: Sequence[Trade]) -> None:
    table = Table(title=f"{name}, {len(observed)} questions; 95 % intervals", title_justify="left")
    for column in ("min_certainty", "answered", "right when answered", "refused out of scope", "right lost", "wrong avoided"):
        table.add_column(column, justify="right")
    for row in trades:
        table.add_row(f"{row.limit:g}", *map(show_interval, (row.answered, row.accuracy, row.refused)), str(row.lost), str(row.avoided))
    Console().print(table)


def _plain(row: Trade) -> dict[str, object]:
    return {name: value.model_dump() if isinstance(value, Figure) else value for name, value in asdict(row).items()}
