"""Sends a question to a pilot, to nobody, or back with one question."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from opentelemetry import trace

from pilots.routing.classifier import Classifier, fit_classifier
from pilots.routing.decision import OUT_OF_SCOPE, Candidate, RouteDecision, Routing
from pilots.routing.examples import ExampleSets
from pilots.routing.features import LexicalFeatures, Matrix
from rag.azerbaijani import fold, lower, words
from rag.embedding_cache import EmbeddingCache
from rag.points import batches
from serving import semconv
from serving.deadline import deadline
from serving.errors import ServingError
from serving.protocols import Embedder, EmbeddingKind
from serving.spans import open_span

tracer = trace.get_tracer("korpu.pilots", schema_url=semconv.SCHEMA_URL)

READ_CHARS: Final = 600
"""Of a longer text the beginning: what kind of text it is shows there, and the model reads no more than 512 tokens."""

ROUTING_S: Final = 4.0
"""What choosing a pilot may take before its answer is begun; a model that is slower leaves it to the words."""

EMBEDDED_AT_ONCE: Final = 50
"""A gateway that is stopped while it learns keeps what it has so far."""

SPELLING_WEIGHTS: Final = np.array([0.3, 1.0])
"""What the small letters and the folded text count beside the words: even weights lose 3 points on questions typed in haste."""

# All chosen on evaluation/data/routing-dev.jsonl; the held-out utterances had no say.
NOBODYS_SHARE: Final = 0.45
UNSURE_MARGIN: Final = 0.08
LEAVING_MARGIN: Final = 0.8
LEAVING_WORDS: Final = 4
_LEANING: Final = "bes be hem onda onu onun ona onlar orda ordan bu bunu bunun buna bunda eger ve amma yaxsi he yox xeyr and if а и если это"
LEANING: Final = frozenset(_LEANING.split())
"""«bəs itirilibsə?» says nothing of its own: a question leaves its conversation only when it has some words, none of these opens
it, and it is clearly another pilot's."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    """The classifier over words and meaning. `centre` is the examples' mean: E5's vectors all point much the same way."""

    embedder: Embedder
    centre: NDArray[np.float64]
    classifier: Classifier


def _read(texts: Sequence[str], labels: Sequence[str]) -> tuple[LexicalFeatures, Matrix, Classifier]:
    features = LexicalFeatures(texts)
    rows = features(texts)
    return features, rows, fit_classifier(rows, labels)


class Router:
    """Knows the examples by their words at once, and by their meaning too as soon as `learn_meaning` is through."""

    def __init__(self, sets: ExampleSets) -> None:
        self._reading = asyncio.Lock()
        self.relearn(sets)

    def relearn(self, sets: ExampleSets) -> None:
        """Begin anew with other examples: those of a pilot that joined. Their meaning has to be learnt again."""
        self._texts = [text for examples in sets.values() for text in examples]
        self._labels = [label for label, examples in sets.items() for _ in examples]
        self._words: tuple[LexicalFeatures, Matrix, Classifier] | None = None
        self._meaning: _Meaning | None = None

    @property
    def knows_meaning(self) -> bool:
        return self._meaning is not None

    def knows(self, pilot: str) -> bool:
        """Tell whether the pilot has examples: without any it is never routed to."""
        return pilot in self._labels

    async def learn_words(self) -> tuple[LexicalFeatures, Matrix, Classifier]:
        """Read the examples, once: some tenths of a second in a thread."""
        async with self._reading:
            while self._words is None:
                texts, labels = self._texts, self._labels
                read = await asyncio.to_thread(_read, texts, labels)
                if self._texts is texts:  # else other examples have come meanwhile
                    self._words = read
            return self._words

    async def learn_meaning(self, embedder: Embedder, cache: EmbeddingCache) -> None:
        """Add the examples' vectors, from the cache or from the model.

        Raises:
            ServingError, IndexUnavailable: the model or the cache failed; routing goes on by words.
        """
        _, rows, _ = words = await self.learn_words()
        labels = self._labels
        vectors = await embed_examples(self._texts, embedder, cache)
        centre = vectors.mean(axis=0)
        joint = np.hstack([rows, _directions(vectors, centre)])
        meaning = _Meaning(embedder, centre, await asyncio.to_thread(fit_classifier, joint, labels))
        if self._words is words:  # else other examples have come meanwhile, and these are forgotten
            self._meaning = meaning

    async def route(self, text: str, *, among: Collection[str], current: str | None = None) -> Routing:
        """Decide among the pilots that the caller may ask; the shares of all others count for nothing.

        `current` is the pilot of the conversation that the text goes on with.
        """
        with open_span(tracer, "route") as span:
            with deadline(ROUTING_S):
                shares, evidence = await self._weigh(text[:READ_CHARS])
            routing = decide(shares, among=among, current=current, stands_alone=stands_alone(text))
            span.set_attributes(
                {
                    semconv.ROUTE_DECISION: routing.decision.value,
                    semconv.ROUTE_PILOT: routing.pilot or "",
                    semconv.ROUTE_MARGIN: routing.margin,
                    semconv.ROUTE_CANDIDATES: [candidate.pilot for candidate in routing.candidates],
                    semconv.ROUTE_SCORES: [candidate.score for candidate in routing.candidates],
                    semconv.ROUTE_EVIDENCE: evidence,
                }
            )
        return routing

    async def _weigh(self, text: str) -> tuple[dict[str, float], str]:
        """Return every label's share and what it rests on; a model that fails leaves the words."""
        features, _, classifier = await self.learn_words()
        row, evidence = features([text]), "words"
        if (meaning := self._meaning) is not None:
            try:
                vectors = (await meaning.embedder.embed(spellings(text), kind=EmbeddingKind.QUERY)).astype(np.float64)
                row, evidence, classifier = np.hstack([row, _directions(vectors[None], meaning.centre)]), "words and meaning", meaning.classifier
            except ServingError as fault:
                trace.get_current_span().set_attribute(semconv.ERROR_TYPE, type(fault).__name__)
        return dict(zip(classifier.labels, classifier.shares(row)[0].tolist(), strict=True)), evidence


def stands_alone(text: str) -> bool:
    """Tell whether a text can be understood without what was said before it."""
    said = [fold(word) for word in words(text)]
    return len(said) >= LEAVING_WORDS and said[0] not in LEANING


def decide(shares: dict[str, float], *, among: Collection[str], current: str | None = None, stands_alone: bool = True) -> Routing:
    """Turn the labels' shares into a decision. A text that does not stand alone stays with `current`."""
    open_ones = {label: share for label, share in shares.items() if label in among or label == OUT_OF_SCOPE}
    total = sum(open_ones.values()) or 1.0
    ranked = sorted(((share / total, label) for label, share in open_ones.items() if label != OUT_OF_SCOPE), reverse=True)
    candidates = tuple(Candidate(label, round(share, 4)) for share, label in ranked)
    lead = round(ranked[0][0] - (ranked[1][0] if len(ranked) > 1 else 0.0), 4) if ranked else 0.0
    best = ranked[0][1] if ranked else None

    def found(decision: RouteDecision, pilot: str | None = None) -> Routing:
        return Routing(decision=decision, pilot=pilot, margin=lead, candidates=candidates)

    if current is not None:
        own = next((share for share, label in ranked if label == current), 0.0)
        leaves = best not in (None, current) and stands_alone and ranked[0][0] - own >= LEAVING_MARGIN
        return found(RouteDecision.PILOT, best) if leaves else found(RouteDecision.CONTINUED, current)
    if best is None or open_ones.get(OUT_OF_SCOPE, 0.0) / total >= NOBODYS_SHARE:
        return found(RouteDecision.OUT_OF_SCOPE)
    if len(ranked) > 1 and lead < UNSURE_MARGIN:
        return found(RouteDecision.CLARIFICATION)
    return found(RouteDecision.PILOT, best)


def spellings(text: str) -> tuple[str, str]:
    """Return the two ways in which the model reads a text: in small letters, and folded, where every usual way to type it is one.

    The first alone loses 6 points of macro-F1 where diacritics are missing (development utterances), the second alone 3 points
    everywhere (cross-validation over the examples).
    """
    return lower(text), fold(text)


async def embed_examples(texts: Sequence[str], embedder: Embedder, cache: EmbeddingCache) -> NDArray[np.float64]:
    """Return the vectors of both spellings: shape (len(texts), 2, dimension)."""
    wanted = list(dict.fromkeys(spelling for text in texts for spelling in spellings(text)))
    known = await asyncio.to_thread(cache.get, embedder.model_id, EmbeddingKind.QUERY, wanted)
    for some in batches([spelling for spelling in wanted if spelling not in known], EMBEDDED_AT_ONCE):
        fresh = dict(zip(some, await embedder.embed(some, kind=EmbeddingKind.QUERY), strict=True))
        await asyncio.to_thread(cache.put, embedder.model_id, EmbeddingKind.QUERY, fresh)
        known |= fresh
    return np.array([[known[spelling] for spelling in spellings(text)] for text in texts], dtype=np.float64)


def _directions(vectors: NDArray[np.float64], centre: NDArray[np.float64]) -> Matrix:
    """Return each spelling's direction from the centre, as long as its weight, side by side: shape (texts, 2 * dimension)."""
    moved = vectors - centre
    moved *= SPELLING_WEIGHTS[:, None] / np.maximum(np.linalg.norm(moved, axis=2, keepdims=True), 1e-9)
    return moved.reshape(len(moved), -1)
