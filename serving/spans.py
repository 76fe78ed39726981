"""Spans as every package opens them: with identifiers and numbers, never with the words of an exception."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager

import httpx
from opentelemetry import trace
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from serving import semconv

_PROPAGATOR = TraceContextTextMapPropagator()


@contextmanager
def open_span(
    tracer: Tracer,
    name: str,
    *,
    attributes: Mapping[str, AttributeValue] | None = None,
    kind: SpanKind = SpanKind.INTERNAL,
    links: Sequence[Link] = (),
) -> Generator[Span]:
    """Make a span the current one for the block. An exception that leaves the block is told by its class alone: its message, or one
    that it was raised from, may quote the question, and OpenTelemetry would record both."""
    with tracer.start_as_current_span(
        name, attributes=attributes, kind=kind, links=links, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except Exception as fault:
            mark_failed(span, fault)
            raise


def mark_failed(span: Span, fault: BaseException) -> None:
    """Say on a span that it ended in a fault of this class."""
    span.set_attribute(semconv.ERROR_TYPE, type(fault).__name__)
    span.set_status(Status(StatusCode.ERROR))


async def inject_traceparent(request: httpx.Request) -> None:
    """Pass the current span on as the W3C `traceparent` of a request; spans of the called service then hang under it."""
    if trace.get_current_span().get_span_context().is_valid:
        _PROPAGATOR.inject(request.headers)


def model_attributes(base_url: str | None) -> dict[str, AttributeValue]:
    """Return where a model runs, as attributes of a call to it; None: in this process."""
    if not base_url:
        return {semconv.PROVIDER_NAME: semconv.Provider.IN_PROCESS.value}
    parsed = httpx.URL(base_url)
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    return {semconv.PROVIDER_NAME: semconv.Provider.ENDPOINT.value, semconv.SERVER_ADDRESS: parsed.host, semconv.SERVER_PORT: port}
