"""The JSON of a trace: what is stored of an answer's spans, served over HTTP and drawn by the console and `korpu trace`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from gateway.contract import Document
from serving import semconv

SpanKindName = Literal["internal", "server", "client", "producer", "consumer"]


class SpanEventDocument(Document):
    """A moment within a span: a guard decision, an evaluation result."""

    name: str
    start_ms: float = Field(description="since the trace began")
    attributes: dict[str, JsonValue]


class SpanDocument(Document):
    """One piece of work. Attributes and events hold identifiers, scores and numbers, never the words of question or answer."""

    id: str = Field(description="16 hexadecimal digits")
    parent_id: str | None = Field(description="null for the first span of this answer, though a client's span may stand above it")
    name: str
    kind: SpanKindName
    start_ms: float = Field(description="since the trace began")
    duration_ms: float
    is_error: bool
    attributes: dict[str, JsonValue]
    events: tuple[SpanEventDocument, ...] = Field(description="in the order in which they happened")


class TraceDocument(Document):
    """The gateway's own spans of one answer. Those of an engine are found at the collector that it sends them to, under the same trace id."""

    answer_id: str
    pilot: str
    trace_id: str = Field(description="32 hexadecimal digits, the same in logs and at collectors")
    started_at: datetime
    duration_ms: float
    spans: tuple[SpanDocument, ...] = Field(description="each before those below it, neighbours by the time that they began")

    def rows(self) -> Iterator[tuple[int, SpanDocument]]:
        """Yield each span with its depth, 0 for the first: the lines of a waterfall, from top to bottom."""
        depths: dict[str, int] = {}
        for span in self.spans:
            depths[span.id] = depths[span.parent_id] + 1 if span.parent_id in depths else 0
            yield depths[span.id], span

    def scores(self) -> dict[str, float]:
        """Return what the online evaluation gave the answer, by metric; empty when it was not sampled."""
        results = [event.attributes for span in self.spans for event in span.events if event.name == semconv.EVALUATION_EVENT]
        values = {str(result[semconv.EVALUATION_NAME]): result[semconv.EVALUATION_SCORE_VALUE] for result in results}
        return {name: float(value) for name, value in values.items() if isinstance(value, int | float)}
