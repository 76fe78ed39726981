"""`korpu eval extractive`: whether the sentences that answer stand first, and whether the service knows when none does.

The folder is a BEIR folder with evidence.jsonl: {_id, answerable, answer, evidence: [{chunk_id, text}]}. Questions, search, reading, ranking and
answers are those of a documents pilot. Weights are judged on questions that they were not fitted to: five folds over groups of source documents.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from evaluation.beir_index import BEIR_PILOT, open_beir_retriever
from evaluation.dataset import load_beir, read_lines
from evaluation.evidence_training import Sample, cross_validate, fit
from evaluation.run import CLEAN
from evaluation.suites.extractive import AS_ANSWERED, CROSS_VALIDATED, SHOWN, holds
from evaluation.suites.output import ExtractiveOutput
from gateway.knowledge import open_embedder
from gateway.settings import Settings
from pilots.answer import Question
from pilots.context import Context, Draft
from pilots.evidence import Evidence, is_whole, joined, measure, weigh
from pilots.evidence_features import FEATURES, AskedWords, asked_keys, certainty_of
from pilots.evidence_model import MODEL_FILE, EvidenceModel, load_evidence_model
from pilots.excerpts import excerpts_of
from pilots.reading import read
from pilots.steps.choose_passages import ChoosePassages
from pilots.steps.compose_from_passages import select
from pilots.vocabulary import load_vocabulary
from rag.azerbaijani import words
from rag.passages import ScoredPassage

TOP_K: Final = 10
LEFT_OUT: Final = "insufficient_context_in_retrieved_context"
"""These questions are unanswerable from a context that they came with; the corpus may well answer them."""
LEAST_QUOTE: Final = 4


class EvidencePiece(BaseModel):
    text: str


class EvidenceRecord(BaseModel):
    id: str = Field(validation_alias="_id")
    answerable: bool
    evidence: tuple[EvidencePiece, ...] = ()


class QueryMetadata(BaseModel):
    benchmark_type: str = ""


class QueryRecord(BaseModel):
    id: str = Field(validation_alias="_id")
    text: str
    metadata: QueryMetadata = QueryMetadata()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One question with its ranked material."""

    id: str
    text: str
    answerable: bool
    evidence: tuple[str, ...]
    group: str
    weighed: tuple[Evidence, ...]
    sample: Sample
    asked: AskedWords
    passages: tuple[ScoredPassage, ...]
    is_whole: bool
    latency_ms: float

    def ranked(self, model: EvidenceModel) -> list[Evidence]:
        """Return the sentences as the pilot ranks them, the most telling first."""
        strong = [replace(one, strength=model.strength(row)) for one, row in zip(self.weighed, self.sample.rows, strict=True)]
        return sorted(strong, key=lambda one: -joined(one)) if self.is_whole else strong

    def output(self, variant: str, lines: Sequence[str], certainty: float | None) -> ExtractiveOutput:
        return ExtractiveOutput(
            key=self.id,
            variant=variant,
            asked=(self.text,),
            latency_ms=self.latency_ms,
            answerable=self.answerable,
            evidence=self.evidence,
            lines=tuple(lines),
            certainty=certainty,
            group=self.group,
        )


async def ask_extractive(
    settings: Settings, folder: Path, *, train: bool, answering: ChoosePassages, step: Callable[[], None]
) -> list[ExtractiveOutput]:
    """Return each question's first lines by the shipped weights, by weights fitted without its documents, and as a pilot answers.

    With `train` fit and write the weights first; the shipped ones are then judged on what they were fitted to.
    """
    found = await _gather(settings, folder, step)
    samples = [one.sample for one in found]
    if train:
        MODEL_FILE.write_text(fit(samples, _certainty_of(found)).model_dump_json(indent=2) + "\n", encoding="utf-8")
        load_evidence_model.cache_clear()
    shipped = load_evidence_model()
    unseen = cross_validate(samples, _certainty_of(found))
    outputs = [*_by_weights(found, [shipped] * len(found), CLEAN), *_by_weights(found, unseen, CROSS_VALIDATED)]
    return [*outputs, *[one.output(AS_ANSWERED, await _answer(one, answering), None) for one in found]]


def _by_weights(found: Sequence[Found], models: Sequence[EvidenceModel], variant: str) -> Iterator[ExtractiveOutput]:
    for one, model in zip(found, models, strict=True):
        ranked = one.ranked(model)
        keys = asked_keys(one.text) if one.is_whole else frozenset[str]()
        lines = [excerpt.text for excerpt in islice(excerpts_of(ranked, keys), max(SHOWN))]
        yield one.output(variant, lines, model.chance(_certainty(one, ranked)))


async def _answer(one: Found, choose: ChoosePassages) -> list[str]:
    reading = read(one.text, load_vocabulary())
    asked = Context(question=Question(text=one.text), language="az", reading=reading, search_text=one.text, passages=one.passages)
    context = await choose(asked)
    return [] if isinstance(context, Draft) else [text for _, text in select(context)][: max(SHOWN)]


def _certainty(one: Found, ranked: Sequence[Evidence]) -> list[float]:
    return certainty_of(one.asked, one.passages, score=ranked[0].strength if ranked else 0.0)


def _certainty_of(found: Sequence[Found]) -> Callable[[EvidenceModel], NDArray[np.float64]]:
    return lambda model: np.array([_certainty(one, one.ranked(model)) for one in found])


async def _gather(settings: Settings, folder: Path, step: Callable[[], None]) -> list[Found]:
    dataset = load_beir(folder)
    queries = [query for _, query in read_lines(folder / "queries.jsonl", QueryRecord) if query.metadata.benchmark_type != LEFT_OUT]
    evidence = {record.id: record for _, record in read_lines(folder / "evidence.jsonl", EvidenceRecord)}
    groups = Groups()
    for query in queries:
        groups.join([_document(chunk) for chunk in dataset.qrels.get(query.id, ())])
    found: list[Found] = []
    async with AsyncExitStack() as stack:
        embedder = await open_embedder(settings, stack)
        retriever = await stack.enter_async_context(open_beir_retriever(dataset, embedder=embedder, cache_path=settings.embedding_cache_path))
        for query in queries:
            started = time.perf_counter()
            passages = tuple(await retriever.retrieve(query.text, pilot=BEIR_PILOT, top_k=TOP_K))
            latency_ms = (time.perf_counter() - started) * 1000
            gold = dataset.qrels.get(query.id, {})
            home = next(iter(gold), passages[0].passage.source_id if passages else query.id)
            group = groups.of(_document(home))
            found.append(_prepare(query, evidence[query.id], passages, gold=frozenset(gold), group=group, latency_ms=latency_ms))
            step()
    return found


def _prepare(
    query: QueryRecord, record: EvidenceRecord, passages: tuple[ScoredPassage, ...], *, gold: frozenset[str], group: str, latency_ms: float
) -> Found:
    reading = read(query.text, load_vocabulary())
    weighed = weigh(passages, reading)
    rows = np.array(measure(passages, weighed, query.text)).reshape(-1, len(FEATURES))
    pieces = tuple(piece.text for piece in record.evidence)
    told = [one.found.passage.source_id in gold and any(_is_evidence(one.text, piece) for piece in pieces) for one in weighed]
    return Found(
        id=query.id,
        text=query.text,
        answerable=record.answerable,
        evidence=pieces,
        group=group,
        weighed=tuple(weighed),
        sample=Sample(rows=rows, right=np.array(told, dtype=bool), answerable=record.answerable, group=group),
        asked=AskedWords(query.text, passages),
        passages=passages,
        is_whole=is_whole(reading, query.text),
        latency_ms=latency_ms,
    )


def _is_evidence(sentence: str, piece: str) -> bool:
    """Tell whether a sentence holds a piece of evidence, or is a part of a longer one."""
    return holds(sentence, piece) or (len(words(sentence)) >= LEAST_QUOTE and holds(piece, sentence))


def _document(chunk: str) -> str:
    return chunk.rsplit("_chunk_", 1)[0]


class Groups:
    """Documents that one question needs belong together; a fold never splits them."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def of(self, document: str) -> str:
        while (parent := self._parent.setdefault(document, document)) != document:
            document = parent
        return document

    def join(self, documents: Sequence[str]) -> None:
        for document in documents[1:]:
            self._parent[self.of(document)] = self.of(documents[0])
