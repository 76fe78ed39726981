"""What a guard decided of each sentence, as a span: places and reasons, never the sentences."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry import trace
from opentelemetry.trace import Span

from serving import semconv
from serving.spans import mark_failed

tracer = trace.get_tracer("korpu.pilots", schema_url=semconv.SCHEMA_URL)


@dataclass(slots=True)
class GuardRecord:
    span: Span
    checked: int = 0
    withheld: int = 0

    def tell(self, place: int, reason: str | None) -> None:
        """Record the decision on the sentence at `place` of the draft, from 0. `reason` None: it is shown; otherwise why it is not."""
        self.checked += 1
        self.withheld += reason is not None
        decision = {semconv.GUARD_DECISION: "withheld", semconv.GUARD_REASON: reason} if reason else {semconv.GUARD_DECISION: "shown"}
        self.span.add_event(semconv.GUARD_EVENT, {semconv.GUARD_SENTENCE: place, **decision})


@contextmanager
def record_guard(check: str) -> Generator[GuardRecord]:
    """Open the span of one look at an answer. `check` names what is looked for: `sources`, `grounding`.

    It is never the current span: a guard that judges sentences as a model writes them has the model's span beside it, not below.
    """
    span = tracer.start_span("guard", attributes={semconv.GUARD_CHECK: check})
    record = GuardRecord(span)
    try:
        yield record
    except Exception as fault:
        mark_failed(span, fault)
        raise
    finally:
        span.set_attributes({semconv.GUARD_CHECKED: record.checked, semconv.GUARD_WITHHELD: record.withheld})
        span.end()
