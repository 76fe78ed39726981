"""`korpu eval`: measure retrieval on a BEIR folder, or a pilot on its own cases."""

import asyncio
import json
import sys
from collections.abc import Generator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Annotated, get_args

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from evaluation.asking import Asker, GatewayAsker, open_pipeline_asker
from evaluation.beir_index import open_beir_retriever
from evaluation.dataset import BeirDataset, Case, Utterance, load_beir, load_cases, load_example_sets, load_utterances
from evaluation.errors import EvaluationError
from evaluation.extractive_command import extractive
from evaluation.metrics.answers import Verdict
from evaluation.metrics.retrieval import RetrievalScores
from evaluation.metrics.routing import Routed
from evaluation.noise import NOISE_KINDS, NoiseKind
from evaluation.report import CLEAN, AnswerReport, answer_document, print_answers, print_retrieval
from evaluation.routing import HELD_OUT, RoutingReport, print_routing, routing_document, run_routing
from evaluation.run import Step, Variant, run_answers, run_retrieval
from gateway.errors import GatewayError
from gateway.knowledge import open_embedder
from gateway.settings import Settings, load_settings
from pilots.errors import PilotError
from pilots.registry import Pilot, find_pilot, load_pilots
from pilots.routing.decision import OUT_OF_SCOPE
from pilots.routing.examples import ExampleSets, example_sets
from pilots.routing.router import Router
from rag.embedding_cache import EmbeddingCache
from rag.errors import RagError
from rag.ingest import IngestStage
from rag.ingest import Progress as IngestProgress
from serving.errors import ServingError

ANSWER_TIMEOUT_S = 60.0

eval_app = typer.Typer(name="eval", help="Measure retrieval and answers.", no_args_is_help=True)

eval_app.command()(extractive)

NoiseOption = Annotated[str, typer.Option("--noise", help=f"also ask as people type: any of {', '.join(NOISE_KINDS)}, separated by commas")]
JsonOption = Annotated[Path | None, typer.Option("--json", help="write the results to this file", dir_okay=False)]


@eval_app.command()
def retrieval(
    beir: Annotated[Path, typer.Argument(help="a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv", exists=True, file_okay=False)],
    noise: NoiseOption = "",
    json_file: JsonOption = None,
) -> None:
    """Index a BEIR corpus as a pilot's documents are indexed, and score what its queries find.

    Queries without a relevant document are left out. Vectors are kept in the data folder, so the second run is fast.
    """
    variants = _variants(noise)
    with _faults_as_messages():
        dataset = load_beir(beir)
        scores = asyncio.run(_measure_retrieval(load_settings(), dataset, variants))
    print_retrieval(Console(), scores, queries=len(dataset.queries))
    _write(json_file, dict(scores))


@eval_app.command()
def answers(
    pilot: Annotated[str, typer.Argument(help="the pilot's name")],
    cases: Annotated[Path | None, typer.Option("--cases", help="only the cases of this file", exists=True, dir_okay=False)] = None,
    noise: NoiseOption = "",
    base_url: Annotated[str | None, typer.Option("--base-url", help="ask a running gateway instead of the pipeline in this process")] = None,
    key_file: Annotated[Path | None, typer.Option("--key-file", help="file with a service key for --base-url", exists=True, dir_okay=False)] = None,
    json_file: JsonOption = None,
) -> None:
    """Ask a pilot its own cases and compare what comes back. Ends with exit code 1 below the manifest's thresholds."""
    variants = _variants(noise)
    with _faults_as_messages():
        settings = load_settings()
        chosen = find_pilot(load_pilots(*settings.pilot_folders), pilot)
        asked = load_cases([cases] if cases else sorted(chosen.folder.glob("cases*.jsonl")))
        key = key_file.read_text(encoding="utf-8").strip() if key_file else None
        if not asked:
            raise EvaluationError(f"pilot {pilot} has no cases")
        verdicts = asyncio.run(_measure_answers(settings, chosen, asked, variants, base_url=base_url, key=key))
    report = AnswerReport(pilot=pilot, thresholds=chosen.manifest.thresholds, verdicts=verdicts)
    print_answers(Console(), report)
    _write(json_file, answer_document(report))
    if report.shortfalls:
        raise typer.Exit(1)


@eval_app.command()
def routing(
    data: Annotated[Path, typer.Option("--data", help="utterances with the pilot that they belong to", exists=True, dir_okay=False)] = HELD_OUT,
    examples: Annotated[
        Path | None, typer.Option("--examples", help="a folder with <pilot>.txt: examples of pilots that are not served here yet", exists=True)
    ] = None,
    by_words: Annotated[bool, typer.Option("--by-words", help="without the embedding model, as in the first moments of a gateway")] = False,
    noise: NoiseOption = "",
    json_file: JsonOption = None,
) -> None:
    """Send every utterance to a pilot as `POST /v1/answers` does. Ends with exit code 1 below the macro-F1 that is needed."""
    variants = _variants(noise)
    with _faults_as_messages():
        settings = load_settings()
        utterances = load_utterances(data)
        sets = example_sets(load_pilots(*settings.pilot_folders).values())
        sets = {**sets, **(load_example_sets(examples) if examples else {})}
        if unknown := {utterance.expected for utterance in utterances} - sets.keys():
            raise EvaluationError(f"no examples of {', '.join(sorted(unknown))}; --examples names a folder with them")
        report = asyncio.run(_measure_routing(settings, utterances, sets, variants, by_words=by_words))
    print_routing(Console(), report)
    _write(json_file, routing_document(report))
    if report.shortfalls:
        raise typer.Exit(1)


async def _measure_routing(
    settings: Settings, utterances: list[Utterance], sets: ExampleSets, variants: list[Variant], *, by_words: bool
) -> RoutingReport:
    router = Router(sets)
    pilots = [label for label in sets if label != OUT_OF_SCOPE]
    async with AsyncExitStack() as stack:
        if not by_words:
            cache = await asyncio.to_thread(EmbeddingCache, settings.embedding_cache_path)
            stack.callback(cache.close)
            await router.learn_meaning(await open_embedder(settings, stack), cache)
        with _progress_bar() as bar:
            routed: dict[Variant, list[Routed]] = {
                variant: await run_routing(utterances, router, among=pilots, variant=variant, step=_step(bar, variant, len(utterances)))
                for variant in variants
            }
    return RoutingReport(utterances=utterances, learnt_from={label: len(texts) for label, texts in sets.items()}, routed=routed)


async def _measure_retrieval(settings: Settings, dataset: BeirDataset, variants: list[Variant]) -> dict[Variant, RetrievalScores]:
    scores: dict[Variant, RetrievalScores] = {}
    async with AsyncExitStack() as stack:
        embedder = await open_embedder(settings, stack)
        with _progress_bar() as bar:
            opening = open_beir_retriever(dataset, embedder=embedder, cache_path=settings.embedding_cache_path, progress=_ingest_progress(bar))
            retriever = await stack.enter_async_context(opening)
            for variant in variants:
                scores[variant] = await run_retrieval(dataset, retriever, variant=variant, step=_step(bar, variant, len(dataset.queries)))
    return scores


async def _measure_answers(
    settings: Settings, pilot: Pilot, cases: list[Case], variants: list[Variant], *, base_url: str | None, key: str | None
) -> dict[Variant, list[Verdict]]:
    async with AsyncExitStack() as stack:
        asker = await _open_asker(settings, pilot, stack, base_url=base_url, key=key)
        with _progress_bar() as bar:
            return {variant: await run_answers(cases, asker, variant=variant, step=_step(bar, variant, len(cases))) for variant in variants}


async def _open_asker(settings: Settings, pilot: Pilot, stack: AsyncExitStack, *, base_url: str | None, key: str | None) -> Asker:
    if base_url is not None:
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=ANSWER_TIMEOUT_S))
        return GatewayAsker(http, base_url=base_url, pilot=pilot.name, key=key)
    with _progress_bar() as bar:
        return await stack.enter_async_context(open_pipeline_asker(settings, pilot, progress=_ingest_progress(bar)))


def _variants(noise: str) -> list[Variant]:
    kinds: list[NoiseKind] = []
    for word in filter(None, (part.strip() for part in noise.split(","))):
        kind = next((kind for kind in get_args(NoiseKind) if kind == word), None)
        if kind is None:
            raise typer.BadParameter(f"{word} is none of {', '.join(NOISE_KINDS)}", param_hint="--noise")
        kinds.append(kind)
    return [CLEAN, *dict.fromkeys(kinds)]


@contextmanager
def _faults_as_messages() -> Generator[None]:
    """A wrong folder, a held index or a silent gateway is a message for the person, not a traceback."""
    try:
        yield
    except (EvaluationError, GatewayError, PilotError, RagError, ServingError) as fault:
        typer.echo(f"{type(fault).__name__}: {fault}", err=True)
        raise typer.Exit(2) from fault


def _progress_bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def _ingest_progress(bar: Progress) -> IngestProgress:
    tasks = {stage: bar.add_task(stage.value, total=None, visible=False) for stage in IngestStage}

    def report(done: int, total: int, stage: IngestStage) -> None:
        bar.update(tasks[stage], completed=done, total=total, visible=True)

    return report


def _step(bar: Progress, variant: Variant, total: int) -> Step:
    task = bar.add_task(variant, total=total)
    return lambda: bar.advance(task)


def _write(path: Path | None, document: object) -> None:
    if path is not None:
        path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
