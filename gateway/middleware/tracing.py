"""Gives each request an id, a span and a log line."""

import re
import time
from http import HTTPStatus
from uuid import uuid4

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.span_collection import collect_spans
from serving import semconv

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PROPAGATOR = TraceContextTextMapPropagator()


class Tracing:
    """Takes over the caller's `traceparent` and, when it is short and plain, its `x-request-id`; both go back with the response.

    The span covers a stream to its last event. Its name is the route's template: a path may hold a conversation's id. The spans of a
    request that led to an answer are kept with it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        offered = headers.get("x-request-id", "")
        request_id = offered if REQUEST_ID.fullmatch(offered) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        with collect_spans() as collection:
            await self._trace(scope, receive, send, request_id=request_id)
        if (document := collection.document()) is not None:
            scope["app"].state.gateway.traces.keep(document)

    async def _trace(self, scope: Scope, receive: Receive, send: Send, *, request_id: str) -> None:
        started = time.perf_counter()
        status = 0
        # A method may be any word: one that nobody serves must not make a metric of its own.
        method: str = scope["method"] if scope["method"] in METHODS else "_OTHER"
        opened = trace.get_tracer(__name__).start_as_current_span(
            method,
            context=caller_context(Headers(scope=scope)),
            kind=trace.SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        )
        with opened as span, structlog.contextvars.bound_contextvars(request_id=request_id):

            async def send_with_ids(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    response_headers = MutableHeaders(scope=message)
                    response_headers["x-request-id"] = request_id
                    carrier: dict[str, str] = {}
                    _PROPAGATOR.inject(carrier)
                    for name, value in carrier.items():
                        response_headers[name] = value
                await send(message)

            try:
                await self._app(scope, receive, send_with_ids)
            finally:
                route: str = getattr(scope.get("route"), "path_format", "unmatched")
                duration_ms = round((time.perf_counter() - started) * 1000, 1)
                span.update_name(f"{method} {route}")
                span.set_attributes(
                    {semconv.HTTP_METHOD: method, semconv.HTTP_ROUTE: route, semconv.HTTP_STATUS: status, semconv.REQUEST_ID: request_id}
                )
                if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    span.set_status(trace.StatusCode.ERROR)
                structlog.stdlib.get_logger(__name__).info("request", method=method, route=route, status=status, duration_ms=duration_ms)


def caller_context(headers: Headers) -> Context:
    """Return the span that a request names as its own in `traceparent`, to hang ours under it; an empty context without one.

    Anybody may send one, so only its two ids are taken. Its sampling flag is not: a client would choose whether its question leaves a
    trace. Neither are `tracestate` and `baggage`, which would carry a stranger's words to collectors and engines.
    """
    offered = trace.get_current_span(_PROPAGATOR.extract(headers, Context())).get_span_context()
    if not offered.is_valid:
        return Context()
    ours = trace.SpanContext(offered.trace_id, offered.span_id, is_remote=True, trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED))
    return trace.set_span_in_context(trace.NonRecordingSpan(ours), Context())
