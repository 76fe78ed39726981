"""Gives each request an id, a span and a log line."""

import re
import time
from uuid import uuid4

import structlog
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PROPAGATOR = TraceContextTextMapPropagator()


class Tracing:
    """Takes over the caller's `traceparent` and, when it is short and plain, its `x-request-id`; both go back with the response.

    The span covers a stream to its last event. Its name is the route's template: a path may hold a conversation's id.
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
        started = time.perf_counter()
        status = 0
        method: str = scope["method"]

        with (
            trace.get_tracer(__name__).start_as_current_span(
                method, context=_PROPAGATOR.extract(headers), kind=trace.SpanKind.SERVER, record_exception=False, set_status_on_exception=False
            ) as span,
            structlog.contextvars.bound_contextvars(request_id=request_id),
        ):

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
                    {"http.request.method": method, "http.route": route, "http.response.status_code": status, "korpu.request_id": request_id}
                )
                structlog.stdlib.get_logger(__name__).info("request", method=method, route=route, status=status, duration_ms=duration_ms)
