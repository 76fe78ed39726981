"""Turns an item of a data set into its raw output, by whatever asks."""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from evaluation.asking import Asker
from evaluation.beir_index import BEIR_PILOT
from evaluation.dataset import BeirDataset, BeirQuery, Case, SafetyPrompt, Utterance
from evaluation.run import Asking, typed
from evaluation.suites.output import AnswerOutput, RetrievalOutput, RoutingOutput, SafetyOutput, TriageOutput
from pilots.routing.decision import Routing
from pilots.triage.appeals import LabelledAppeal
from rag.passages import ScoredPassage

# Deep enough that ten different documents are among the passages when documents were cut in two or three.
DEPTH = 30


class QuestionRouter(Protocol):
    async def route(self, text: str, *, among: Sequence[str]) -> Routing: ...


class PassageSource(Protocol):
    async def retrieve(self, query: str, *, pilot: str, top_k: int) -> list[ScoredPassage]: ...


def ask_case(asker: Asker) -> Callable[[Asking[Case]], Awaitable[AnswerOutput]]:
    """Ask a case, its earlier questions first and typed in the same way."""

    async def ask(asking: Asking[Case]) -> AnswerOutput:
        case = asking.item
        asked = tuple(typed(text, asking.variant, key=case.id) for text in (*case.context, case.question))
        reply = await asker.ask(asked, as_of=case.as_of)
        return AnswerOutput(key=case.id, variant=asking.variant, asked=asked, latency_ms=reply.latency_ms, case=case, answer=reply.answer)

    return ask


def ask_prompt(asker: Asker) -> Callable[[Asking[SafetyPrompt]], Awaitable[SafetyOutput]]:
    async def ask(asking: Asking[SafetyPrompt]) -> SafetyOutput:
        prompt = asking.item
        asked = tuple(typed(text, asking.variant, key=prompt.id) for text in (*prompt.context, prompt.prompt))
        reply = await asker.ask(asked)
        return SafetyOutput(key=prompt.id, variant=asking.variant, asked=asked, latency_ms=reply.latency_ms, prompt=prompt, answer=reply.answer)

    return ask


def ask_appeal(asker: Asker) -> Callable[[Asking[LabelledAppeal]], Awaitable[TriageOutput]]:
    async def ask(asking: Asking[LabelledAppeal]) -> TriageOutput:
        appeal = asking.item
        asked = (typed(appeal.text, asking.variant, key=appeal.id),)
        reply = await asker.ask(asked)
        return TriageOutput(key=appeal.id, variant=asking.variant, asked=asked, latency_ms=reply.latency_ms, topic=appeal.topic, answer=reply.answer)

    return ask


def route_utterance(router: QuestionRouter, *, among: Sequence[str]) -> Callable[[Asking[Utterance]], Awaitable[RoutingOutput]]:
    """Route an utterance as the opening question of a caller who may ask all pilots."""

    async def ask(asking: Asking[Utterance]) -> RoutingOutput:
        utterance = asking.item
        text = typed(utterance.text, asking.variant, key=utterance.id)
        started = time.perf_counter()
        routing = await router.route(text, among=among)
        latency_ms = (time.perf_counter() - started) * 1000
        return RoutingOutput(
            key=utterance.id, variant=asking.variant, asked=(text,), latency_ms=latency_ms, expected=utterance.expected, routing=routing
        )

    return ask


def search_query(source: PassageSource, dataset: BeirDataset) -> Callable[[Asking[BeirQuery]], Awaitable[RetrievalOutput]]:
    """Search for a query; a document stands where its first passage does."""
    domains = {document.id: document.metadata.domain for document in dataset.documents}

    async def ask(asking: Asking[BeirQuery]) -> RetrievalOutput:
        query = asking.item
        text = typed(query.text, asking.variant, key=query.id)
        started = time.perf_counter()
        found = await source.retrieve(text, pilot=BEIR_PILOT, top_k=DEPTH)
        relevant = dict(dataset.qrels[query.id])
        return RetrievalOutput(
            key=query.id,
            variant=asking.variant,
            asked=(text,),
            latency_ms=(time.perf_counter() - started) * 1000,
            ranking=tuple(dict.fromkeys(scored.passage.source_id for scored in found)),
            relevant=relevant,
            domains=tuple(sorted({domain for document in relevant if (domain := domains.get(document))})),
        )

    return ask
