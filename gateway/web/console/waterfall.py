"""An answer's trace as a person reads it: a bar a span, what search found with its scores, what the guard decided."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from pydantic import JsonValue

from gateway.trace_contract import SpanDocument, TraceDocument
from rag.passages import Passage
from serving import semconv

SHOWN = "shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`left` and `width` are shares of the whole time in [0, 1]."""

    span: SpanDocument
    depth: int
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """What a search returned, best first; `score` is its fused score, None when it was not kept.

    `passage` is what stands in the index under that id now, None when another release has taken its place.
    """

    id: str
    score: float | None
    passage: Passage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardDecision:
    """`sentence` is the place in the draft from 1, None for the whole draft."""

    span: str
    sentence: int | None
    decision: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    trace: TraceDocument
    bars: Sequence[Bar]
    passages: Sequence[FoundPassage]
    guard: Sequence[GuardDecision]
    """Of sentences that were not simply shown."""
    shown_sentences: int
    scores: Mapping[str, float]
    is_degraded: bool


def waterfall(trace: TraceDocument, passages: Iterable[Passage] = ()) -> Waterfall:
    known = {passage.id: passage for passage in passages}
    decisions = list(_guard(trace))
    whole = max(trace.duration_ms, 0.001)
    bars = [
        Bar(span=span, depth=depth, left=min(span.start_ms / whole, 1.0), width=min(span.duration_ms / whole, 1.0)) for depth, span in trace.rows()
    ]
    return Waterfall(
        trace=trace,
        bars=bars,
        passages=[replace(found, passage=known.get(found.id)) for found in _passages(trace)],
        guard=[decision for decision in decisions if decision.decision != SHOWN],
        shown_sentences=sum(decision.decision == SHOWN for decision in decisions),
        scores=trace.scores(),
        is_degraded=any(span.attributes.get(semconv.DEGRADED) is True for span in trace.spans),
    )


def _passages(trace: TraceDocument) -> Iterator[FoundPassage]:
    for span in trace.spans:
        for found in _documents(span.attributes.get(semconv.RETRIEVAL_DOCUMENTS)):
            score = found.get("score")
            yield FoundPassage(str(found.get("id", "")), float(score) if isinstance(score, int | float) else None)


def _documents(value: JsonValue) -> list[dict[str, Any]]:
    """Spans carry lists of objects as JSON text where their attributes allow plain values only."""
    read: object = json.loads(value) if isinstance(value, str) else value
    return [cast("dict[str, Any]", one) for one in cast("list[object]", read) if isinstance(one, dict)] if isinstance(read, list) else []


def _guard(trace: TraceDocument) -> Iterator[GuardDecision]:
    for span in trace.spans:
        for event in span.events:
            if event.name == semconv.GUARD_EVENT:
                place = event.attributes.get(semconv.GUARD_SENTENCE)
                yield GuardDecision(
                    span=span.name,
                    sentence=int(place) + 1 if isinstance(place, int) else None,
                    decision=str(event.attributes.get(semconv.GUARD_DECISION, "")),
                    reason=str(event.attributes.get(semconv.GUARD_REASON, "")),
                )
