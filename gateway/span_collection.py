"""The spans of one answer, kept beside whatever is exported, until they are stored with it."""

from collections import defaultdict, deque
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.trace import StatusCode
from opentelemetry.util.types import AnyValue
from pydantic import JsonValue

from gateway.trace_contract import SpanDocument, SpanEventDocument, SpanKindName, TraceDocument
from serving import semconv

MOST_SPANS: Final = 200
"""Kept of one answer, the newest; a pipeline makes about a dozen, and questions that a client repeats are asked again before the last one."""

_KINDS: Final[dict[trace.SpanKind, SpanKindName]] = {
    trace.SpanKind.INTERNAL: "internal",
    trace.SpanKind.SERVER: "server",
    trace.SpanKind.CLIENT: "client",
    trace.SpanKind.PRODUCER: "producer",
    trace.SpanKind.CONSUMER: "consumer",
}


@dataclass(slots=True)
class SpanCollection:
    """The newest of the spans that ended while it was open, in that order: the first span of the request comes last."""

    spans: deque[ReadableSpan] = field(default_factory=lambda: deque[ReadableSpan](maxlen=MOST_SPANS))

    def attribute(self, key: str) -> list[AnyValue]:
        """Return every value that the spans so far have for an attribute."""
        return [span.attributes[key] for span in self.spans if span.attributes and key in span.attributes]

    def document(self) -> TraceDocument | None:
        """Return the trace of the answer whose id the first span carries; None when that span is missing or names no answer."""
        here = {_id(span) for span in self.spans}
        first = next((span for span in reversed(self.spans) if span.parent is None or f"{span.parent.span_id:016x}" not in here), None)
        if first is None or first.context is None or first.attributes is None or semconv.ANSWER_ID not in first.attributes:
            return None
        start_ns = first.start_time or 0
        below: dict[str | None, list[ReadableSpan]] = defaultdict(list)
        for span in sorted(self.spans, key=lambda span: span.start_time or 0):
            parent = f"{span.parent.span_id:016x}" if span.parent else None
            below[parent if parent in here else None].append(span)
        ordered: list[SpanDocument] = []
        waiting = [(None, span) for span in reversed(below[None])]
        while waiting:
            parent, span = waiting.pop()
            ordered.append(_span_document(span, parent, start_ns))
            waiting += [(_id(span), child) for child in reversed(below[_id(span)])]
        return TraceDocument(
            answer_id=str(first.attributes[semconv.ANSWER_ID]),
            pilot=str(first.attributes.get(semconv.PILOT, "")),
            trace_id=f"{first.context.trace_id:032x}",
            started_at=datetime.fromtimestamp(start_ns / 1e9, UTC),
            duration_ms=_milliseconds((first.end_time or start_ns) - start_ns),
            spans=tuple(ordered),
        )


_collection: ContextVar[SpanCollection | None] = ContextVar("korpu_span_collection", default=None)


@contextmanager
def collect_spans() -> Generator[SpanCollection]:
    """Collect the spans that end within the block, in its own task and in those that it starts."""
    collection = SpanCollection()
    token = _collection.set(collection)
    try:
        yield collection
    finally:
        _collection.reset(token)


def current_spans() -> SpanCollection:
    """Return what has been collected of this request so far; outside of one it is empty."""
    return _collection.get() or SpanCollection()


class SpanCollector(SpanProcessor):
    """Hands spans to the collection of the request that they belong to, and each span what it takes from the one above it."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        above = trace.get_current_span(parent_context)
        if isinstance(above, ReadableSpan) and above.attributes:
            for key in semconv.INHERITED:
                if key in above.attributes and key not in (span.attributes or {}):
                    span.set_attribute(key, above.attributes[key])

    def on_end(self, span: ReadableSpan) -> None:
        collection = _collection.get()
        if collection is not None:
            collection.spans.append(span)


def _id(span: ReadableSpan) -> str:
    return f"{span.context.span_id:016x}" if span.context else ""


def _milliseconds(nanoseconds: int) -> float:
    return round(nanoseconds / 1e6, 3)


def _span_document(span: ReadableSpan, parent_id: str | None, start_ns: int) -> SpanDocument:
    started, ended = span.start_time or start_ns, span.end_time or span.start_time or start_ns
    return SpanDocument(
        id=_id(span),
        parent_id=parent_id,
        name=span.name,
        kind=_KINDS[span.kind],
        start_ms=_milliseconds(started - start_ns),
        duration_ms=_milliseconds(ended - started),
        is_error=span.status.status_code is StatusCode.ERROR,
        attributes={key: _json(value) for key, value in (span.attributes or {}).items()},
        events=tuple(
            SpanEventDocument(
                name=event.name,
                start_ms=_milliseconds(event.timestamp - start_ns),
                attributes={key: _json(value) for key, value in (event.attributes or {}).items()},
            )
            for event in span.events
        ),
    )


def _json(value: AnyValue) -> JsonValue:
    match value:
        case None | str() | bool() | int() | float():
            return value
        case Mapping():
            return {key: _json(inner) for key, inner in value.items()}
        case bytes():
            return value.hex()
        case _:
            return [_json(inner) for inner in value]
