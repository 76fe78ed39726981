"""Options, messages and progress bars that the commands share."""

import asyncio
import json
import sys
from collections.abc import Generator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any, get_args

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from evaluation.asking import Asker, GatewayAsker, open_pipeline_asker
from evaluation.errors import EvaluationError
from evaluation.noise import NOISE_KINDS, NoiseKind
from evaluation.run import CLEAN, Step, Variant
from evaluation.runs.folder import RunArchive, RunFolder
from evaluation.scores import Scores
from gateway.errors import GatewayError
from gateway.settings import Settings
from pilots.errors import PilotError
from pilots.registry import Pilot
from rag.errors import RagError
from rag.ingest import IngestStage
from rag.ingest import Progress as IngestProgress
from serving.errors import ServingError

ANSWER_TIMEOUT_S = 60.0

NoiseOption = Annotated[
    str, typer.Option("--noise", help=f"also ask as people type: any of {', '.join(NOISE_KINDS)}, separated by commas; empty: as given only")
]
JsonOption = Annotated[Path | None, typer.Option("--json", help="write the results to this file", dir_okay=False)]
BaseUrlOption = Annotated[str | None, typer.Option("--base-url", help="ask a running gateway instead of the pipeline in this process")]
KeyOption = Annotated[Path | None, typer.Option("--key-file", help="file with a service key for --base-url", exists=True, dir_okay=False)]
ParallelOption = Annotated[int, typer.Option("--parallel", min=1, max=64, help="questions at a time; with 1 latencies are those of an idle service")]
LabelOption = Annotated[str, typer.Option("--label", help="a word for the run, shown in reports")]
FreshOption = Annotated[bool, typer.Option("--fresh", help="begin anew instead of continuing an interrupted run of the same")]
ShowOption = Annotated[int, typer.Option("--show", min=0, help="failed cases to print; all stand in the report")]


def read_variants(noise: str) -> list[Variant]:
    kinds: list[NoiseKind] = []
    for word in filter(None, (part.strip() for part in noise.split(","))):
        kind = next((kind for kind in get_args(NoiseKind) if kind == word), None)
        if kind is None:
            raise typer.BadParameter(f"{word} is none of {', '.join(NOISE_KINDS)}", param_hint="--noise")
        kinds.append(kind)
    return [CLEAN, *dict.fromkeys(kinds)]


def archive(settings: Settings) -> RunArchive:
    return RunArchive(settings.runs_path)


@contextmanager
def faults_as_messages() -> Generator[None]:
    """A wrong folder, a held index or a silent gateway is a message for the person, not a traceback."""
    try:
        yield
    except (EvaluationError, GatewayError, PilotError, RagError, ServingError) as fault:
        typer.echo(f"{type(fault).__name__}: {fault}", err=True)
        raise typer.Exit(2) from fault


async def open_asker(settings: Settings, pilot: Pilot, stack: AsyncExitStack, *, base_url: str | None, key_file: Path | None) -> Asker:
    if base_url is not None:
        key = (await asyncio.to_thread(key_file.read_text, encoding="utf-8")).strip() if key_file else None
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=ANSWER_TIMEOUT_S))
        return GatewayAsker(http, base_url=base_url, pilot=pilot.name, key=key)
    with progress_bar() as bar:
        return await stack.enter_async_context(open_pipeline_asker(settings, pilot, progress=ingest_progress(bar)))


def progress_bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def ingest_progress(bar: Progress) -> IngestProgress:
    tasks = {stage: bar.add_task(stage.value, total=None, visible=False) for stage in IngestStage}

    def report(done: int, total: int, stage: IngestStage) -> None:
        bar.update(tasks[stage], completed=done, total=total, visible=True)

    return report


def step_of(bar: Progress, description: str, plan: Sequence[object]) -> Step:
    task = bar.add_task(description, total=len(plan))
    return lambda: bar.advance(task)


def write_json(path: Path | None, document: object) -> None:
    if path is not None:
        path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def run_document(run: RunFolder, scores: Scores) -> dict[str, Any]:
    """Return what `--json` writes: the run's record and its scores."""
    return {"run": run.record.model_dump(mode="json"), "shortfalls": scores.shortfalls, **scores.model_dump(mode="json")}
