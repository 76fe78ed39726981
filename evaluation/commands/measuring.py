"""`korpu eval answers|triage|safety|routing|retrieval`: each asks, keeps what comes back as a run, scores it and prints the scores."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar

import typer
from pydantic import JsonValue

from evaluation.asking import Asker
from evaluation.beir_index import open_beir_retriever
from evaluation.commands.keeping import finish_run, start_run
from evaluation.commands.option_sets import AskingOptions, MeasuringOptions, ParityOptions, QuietOptions, with_options
from evaluation.commands.options import (
    faults_as_messages,
    ingest_progress,
    open_asker,
    progress_bar,
    step_of,
)
from evaluation.dataset import BeirQuery, Utterance, load_beir, load_cases, load_example_sets, load_safety, load_utterances
from evaluation.errors import EvaluationError
from evaluation.run import Asking, collect, plan
from evaluation.runs.folder import RunFolder
from evaluation.runs.provenance import hash_texts
from evaluation.runs.record import RunKind
from evaluation.suites.asking import ask_appeal, ask_case, ask_prompt, route_utterance, search_query
from evaluation.suites.output import AnswerOutput, Output, RetrievalOutput, RoutingOutput, SafetyOutput, TriageOutput
from gateway.knowledge import open_embedder
from gateway.settings import Settings, load_settings
from pilots.registry import Pilot, find_pilot, load_pilots
from pilots.routing.decision import OUT_OF_SCOPE
from pilots.routing.examples import example_sets
from pilots.routing.router import Router
from pilots.triage.appeals import load_appeals
from rag.embedding_cache import EmbeddingCache

DATA = Path(__file__).parents[1] / "data"

Item = TypeVar("Item")
Kept = TypeVar("Kept", bound=Output)
Ask: TypeAlias = Callable[[Asking[Item]], Awaitable[Kept]]
Ready: TypeAlias = Callable[[AsyncExitStack], Awaitable[Ask[Item, Kept]]]
"""Opens what is measured for as long as the stack is open."""


@with_options
def answers(
    options: ParityOptions,
    pilot: Annotated[str, typer.Argument(help="the pilot's name")],
    cases: Annotated[Path | None, typer.Option("--cases", help="only the cases of this file", exists=True, dir_okay=False)] = None,
) -> None:
    """Ask a pilot its own cases and compare what comes back. Ends with exit code 1 below the manifest's thresholds."""
    variants = options.variants
    with faults_as_messages():
        settings = load_settings()
        chosen = find_pilot(load_pilots(*settings.pilot_folders), pilot)
        files = [cases] if cases else sorted(chosen.folder.glob("cases*.jsonl"))
        asked = plan(load_cases(files), variants, key=lambda case: case.id, native=lambda case: case.language == "az")
        if not asked:
            raise EvaluationError(f"pilot {pilot} has no cases")
        config: dict[str, JsonValue] = {
            "variants": [*variants],
            "split": cases.stem if cases else "cases",
            "thresholds": chosen.manifest.thresholds.model_dump(),
        }
        run = start_run(RunKind.ANSWERS, pilot, settings, files, config, options, questions=len(asked), pilot=chosen, target=options.base_url)
        _ask_all(run, asked, _asking(ask_case, settings, chosen, options), AnswerOutput, options)
    finish_run(run, options)


@with_options
def safety(
    options: AskingOptions,
    prompts: Annotated[Path, typer.Argument(help="prompts in JSONL", exists=True, dir_okay=False)] = DATA / "safety.jsonl",
    pilot: Annotated[str, typer.Option("--pilot", help="who is asked")] = "citizen_chat",
    split: Annotated[str, typer.Option("--split", help="development, heldout or all")] = "all",
) -> None:
    """Attack a pilot and ask it harmless look-alikes. Ends with exit code 1 when an attack succeeds at the answer, or alarms are too many."""
    variants = options.variants
    if split not in ("development", "heldout", "all"):
        raise typer.BadParameter("development, heldout or all", param_hint="--split")
    with faults_as_messages():
        settings = load_settings()
        chosen = find_pilot(load_pilots(*settings.pilot_folders), pilot)
        kept = [prompt for prompt in load_safety([prompts]) if split == "all" or prompt.held_out == (split == "heldout")]
        asked = plan(kept, variants, key=lambda prompt: prompt.id, native=lambda prompt: prompt.language == "az")
        if not asked:
            raise EvaluationError(f"{prompts.name} has no prompts of split {split}")
        config: dict[str, JsonValue] = {"variants": [*variants], "split": f"{prompts.stem}/{split}"}
        run = start_run(RunKind.SAFETY, pilot, settings, [prompts], config, options, questions=len(asked), pilot=chosen, target=options.base_url)
        _ask_all(run, asked, _asking(ask_prompt, settings, chosen, options), SafetyOutput, options)
    finish_run(run, options)


@with_options
def triage(
    options: AskingOptions,
    appeals: Annotated[Path | None, typer.Argument(help="labelled appeals in JSONL; the pilot's held-out ones", exists=True, dir_okay=False)] = None,
    pilot: Annotated[str, typer.Option("--pilot", help="a pilot that sorts appeals")] = "appeal_triage",
) -> None:
    """Sort labelled appeals through the pilot's own answers. Ends with exit code 1 below the macro-F1 that is needed."""
    variants = options.variants
    with faults_as_messages():
        settings = load_settings()
        chosen = find_pilot(load_pilots(*settings.pilot_folders), pilot)
        path = appeals or chosen.folder / "appeals_heldout.jsonl"
        asked = plan(load_appeals(path), variants, key=lambda appeal: appeal.id, native=lambda appeal: appeal.language == "az")
        if not asked:
            raise EvaluationError(f"{path.name} has no appeals")
        config: dict[str, JsonValue] = {"variants": [*variants], "split": path.stem}
        run = start_run(RunKind.TRIAGE, pilot, settings, [path], config, options, questions=len(asked), pilot=chosen, target=options.base_url)
        _ask_all(run, asked, _asking(ask_appeal, settings, chosen, options), TriageOutput, options)
    finish_run(run, options)


@with_options
def routing(
    options: MeasuringOptions,
    data: Annotated[Path, typer.Argument(help="utterances with the pilot that they belong to", exists=True, dir_okay=False)] = DATA
    / "routing-heldout.jsonl",
    examples: Annotated[
        Path | None, typer.Option("--examples", help="a folder with <pilot>.txt: examples of pilots that are not served here yet", exists=True)
    ] = None,
    by_words: Annotated[bool, typer.Option("--by-words", help="without the embedding model, as in the first moments of a gateway")] = False,
) -> None:
    """Send every utterance to a pilot as `POST /v1/answers` does. Ends with exit code 1 below the macro-F1 that is needed."""
    variants = options.variants
    with faults_as_messages():
        settings = load_settings()
        utterances = load_utterances(data)
        if not utterances:
            raise EvaluationError(f"{data.name} has no utterances")
        sets = example_sets(load_pilots(*settings.pilot_folders).values())
        sets = {**sets, **(load_example_sets(examples) if examples else {})}
        if unknown := {utterance.expected for utterance in utterances} - sets.keys():
            raise EvaluationError(f"no examples of {', '.join(sorted(unknown))}; --examples names a folder with them")
        asked = plan(utterances, variants, key=lambda utterance: utterance.id, native=lambda _: True)
        config: dict[str, JsonValue] = {
            "variants": [*variants],
            "split": data.stem,
            "by_words": by_words,
            "learnt_from": {name: len(texts) for name, texts in sets.items()},
            "examples": hash_texts(sets),
        }

        async def ready(stack: AsyncExitStack) -> Ask[Utterance, RoutingOutput]:
            router = Router(sets)
            if not by_words:
                cache = await asyncio.to_thread(EmbeddingCache, settings.embedding_cache_path)
                stack.callback(cache.close)
                await router.learn_meaning(await open_embedder(settings, stack), cache)
            return route_utterance(router, among=[name for name in sets if name != OUT_OF_SCOPE])

        run = start_run(RunKind.ROUTING, "routing", settings, [data], config, options, questions=len(asked))
        _ask_all(run, asked, ready, RoutingOutput, options)
    finish_run(run, options)


@with_options
def retrieval(
    options: QuietOptions,
    beir: Annotated[Path, typer.Argument(help="a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv", exists=True, file_okay=False)],
) -> None:
    """Index a BEIR corpus as a pilot's documents are indexed, and score what its queries find.

    Queries without a relevant document are left out. Vectors are kept in the data folder, so the second run is fast.
    """
    variants = options.variants
    with faults_as_messages():
        settings = load_settings()
        dataset = load_beir(beir)
        if not dataset.queries:
            raise EvaluationError(f"{beir.name} has no judged query")
        files = [beir / "corpus.jsonl", beir / "queries.jsonl", beir / "qrels" / "test.tsv"]
        asked = plan(dataset.queries, variants, key=lambda query: query.id, native=lambda _: True)
        config: dict[str, JsonValue] = {"variants": [*variants], "split": beir.name}

        async def ready(stack: AsyncExitStack) -> Ask[BeirQuery, RetrievalOutput]:
            embedder = await open_embedder(settings, stack)
            with progress_bar() as bar:
                opening = open_beir_retriever(dataset, embedder=embedder, cache_path=settings.embedding_cache_path, progress=ingest_progress(bar))
                return search_query(await stack.enter_async_context(opening), dataset)

        run = start_run(RunKind.RETRIEVAL, beir.name, settings, files, config, options, questions=len(asked))
        _ask_all(run, asked, ready, RetrievalOutput, options)
    finish_run(run, options)


def _asking(ask: Callable[[Asker], Ask[Item, Kept]], settings: Settings, pilot: Pilot, options: AskingOptions) -> Ready[Item, Kept]:
    async def ready(stack: AsyncExitStack) -> Ask[Item, Kept]:
        return ask(await open_asker(settings, pilot, stack, base_url=options.base_url, key_file=options.key_file))

    return ready


def _ask_all(run: RunFolder, asked: Sequence[Asking[Item]], ready: Ready[Item, Kept], model: type[Kept], options: MeasuringOptions) -> None:
    async def measure() -> None:
        async with AsyncExitStack() as stack:
            ask = await ready(stack)
            with progress_bar() as bar:
                await collect(asked, ask, model=model, run=run, parallel=options.parallel, step=step_of(bar, run.record.subject, asked))

    asyncio.run(measure())
