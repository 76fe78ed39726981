"""`korpu eval extractive`: whether the sentences that answer stand first, and whether the service knows when none does.

The folder is a BEIR folder with evidence.jsonl: {_id, answerable, answer, evidence: [{chunk_id, text}]}. Questions, search, reading and ranking are
those of a documents pilot. Weights are judged on questions that they were not fitted to: five folds over groups of source documents.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from evaluation.beir_index import BEIR_PILOT, open_beir_retriever
from evaluation.dataset import load_beir, read_lines
from evaluation.evidence_training import Sample, cross_validate, fit
from gateway.knowledge import open_embedder
from gateway.settings import Settings
from pilots.evidence import LEANING, Evidence, is_whole, joined, measure, weigh
from pilots.evidence_features import FEATURES, AskedWords, certainty_of, sentences_of, words_of
from pilots.evidence_model import MODEL_FILE, EvidenceModel, load_evidence_model
from pilots.reading import read
from pilots.vocabulary import load_vocabulary
from rag.azerbaijani import fold, words
from rag.passages import ScoredPassage

TOP_K: Final = 10
NEEDED: Final = 0.8
"""A text holds the evidence when it has this share of its words."""
SHOWN: Final = (1, 2, 3)
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
    """One question with its ranked material: `shown` are the texts of the weighed sentences with their antecedents."""

    id: str
    answerable: bool
    evidence: tuple[str, ...]
    group: str
    weighed: tuple[Evidence, ...]
    shown: tuple[str, ...]
    sample: Sample
    asked: AskedWords
    passages: tuple[ScoredPassage, ...]
    is_whole: bool

    def order(self, strengths: Sequence[float]) -> list[int]:
        """Return the places of the sentences as the pilot ranks them, the most telling first."""
        if not self.is_whole:
            return list(range(len(strengths)))
        scored = [joined(replace(evidence, strength=strength)) for evidence, strength in zip(self.weighed, strengths, strict=True)]
        return sorted(range(len(scored)), key=lambda place: -scored[place])


async def measure_extractive(settings: Settings, folder: Path, *, train: bool, step: Callable[[], None]) -> dict[str, object]:
    """Return the shares of questions whose evidence is shown and the AUC of the certainty; with `train` fit and write the weights first."""
    found = await _gather(settings, folder, step)
    samples = [one.sample for one in found]
    if train:
        MODEL_FILE.write_text(fit(samples, _certainty_of(found)).model_dump_json(indent=2) + "\n", encoding="utf-8")
        load_evidence_model.cache_clear()
    shipped = load_evidence_model()
    unseen = cross_validate(samples, _certainty_of(found))
    return {
        "questions": sum(bool(one.evidence) for one in found),
        "unanswerable": sum(not one.answerable for one in found),
        "cross_validated": scores(found, unseen),
        "shipped_in_sample": scores(found, [shipped] * len(found)),
    }


def scores(found: Sequence[Found], models: Sequence[EvidenceModel]) -> dict[str, object]:
    """Judge each question by the model given for it.

    `any_at`, `all_at`: the share of questions with gold evidence of which one piece, or all pieces together, stand in the first sentences
    shown; `auc`: how often an answerable question is held for surer than one that is not.
    """
    from sklearn.metrics import roc_auc_score  # pyright: ignore[reportUnknownVariableType]

    hits: Counter[tuple[str, int]] = Counter()
    certainty: list[float] = []
    for one, model in zip(found, models, strict=True):
        strengths = [model.strength(row) for row in one.sample.rows]
        order = one.order(strengths)
        certainty.append(model.chance(_certainty(one, order, strengths)))
        if one.evidence:
            for count in SHOWN:
                text = " ".join(one.shown[place] for place in _distinct([evidence.text for evidence in one.weighed], order)[:count])
                hits["any", count] += any(holds(text, piece) for piece in one.evidence)
                hits["all", count] += holds(text, " ".join(one.evidence))
    judged = sum(bool(one.evidence) for one in found)
    area = cast("float", roc_auc_score([one.answerable for one in found], certainty))
    return {
        "any_at": {count: round(hits["any", count] / judged, 4) for count in SHOWN},
        "all_at": {count: round(hits["all", count] / judged, 4) for count in SHOWN},
        "auc": round(area, 4),
    }


def holds(text: str, evidence: str) -> bool:
    """Tell whether a text has NEEDED of the evidence's words, in the forms in which they stand there."""
    own = {fold(word) for word in words(text)}
    needed = [fold(word) for word in words(evidence)]
    return sum(word in own for word in needed) >= NEEDED * len(needed)


def _distinct(sentences: Sequence[str], order: Sequence[int]) -> list[int]:
    """Leave out what was shown already: chunks that overlap repeat their sentences."""
    chosen: list[int] = []
    for place in order:
        own = words_of(sentences[place]).own
        if not any(len(own & words_of(sentences[other]).own) >= 0.9 * len(own) for other in chosen):
            chosen.append(place)
        if len(chosen) == max(SHOWN):
            break
    return chosen


def _certainty(one: Found, order: Sequence[int], strengths: Sequence[float]) -> list[float]:
    return certainty_of(one.asked, one.passages, score=strengths[order[0]] if order else 0.0)


def _certainty_of(found: Sequence[Found]) -> Callable[[EvidenceModel], NDArray[np.float64]]:
    def of(model: EvidenceModel) -> NDArray[np.float64]:
        rows: list[list[float]] = []
        for one in found:
            strengths = [model.strength(row) for row in one.sample.rows]
            rows.append(_certainty(one, one.order(strengths), strengths))
        return np.array(rows)

    return of


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
            passages = tuple(await retriever.retrieve(query.text, pilot=BEIR_PILOT, top_k=TOP_K))
            gold = dataset.qrels.get(query.id, {})
            home = next(iter(gold), passages[0].passage.source_id if passages else query.id)
            found.append(_prepare(query, evidence[query.id], passages, gold=frozenset(gold), group=groups.of(_document(home))))
            step()
    return found


def _prepare(query: QueryRecord, record: EvidenceRecord, passages: tuple[ScoredPassage, ...], *, gold: frozenset[str], group: str) -> Found:
    reading = read(query.text, load_vocabulary())
    weighed = weigh(passages, reading)
    rows = np.array(measure(passages, weighed, query.text)).reshape(-1, len(FEATURES))
    pieces = tuple(piece.text for piece in record.evidence)
    told = [one.found.passage.source_id in gold and any(_is_evidence(one.text, piece) for piece in pieces) for one in weighed]
    shown: list[str] = []
    for one in weighed:
        leans = one.place > 0 and LEANING.match(one.text)
        shown.append(f"{sentences_of(one.found.passage)[one.place - 1]} {one.text}" if leans else one.text)
    return Found(
        id=query.id,
        answerable=record.answerable,
        evidence=pieces,
        group=group,
        weighed=tuple(weighed),
        shown=tuple(shown),
        sample=Sample(rows=rows, right=np.array(told, dtype=bool), answerable=record.answerable, group=group),
        asked=AskedWords(query.text, passages),
        passages=passages,
        is_whole=is_whole(reading),
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
