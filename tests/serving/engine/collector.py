"""An OTLP/HTTP collector that keeps the spans and the names of metrics that it is sent, and every byte of both."""

import json
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

import uvicorn
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class Collector:
    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        self.spans: list[Span] = []
        self.metric_names: set[str] = set()
        self.received = b""

    async def receive_traces(self, request: Request) -> Response:
        self.received += (body := await request.body())
        batch = ExportTraceServiceRequest.FromString(body)
        self.spans += [span for resource in batch.resource_spans for scope in resource.scope_spans for span in scope.spans]
        return Response(media_type="application/x-protobuf")

    async def receive_metrics(self, request: Request) -> Response:
        self.received += (body := await request.body())
        batch = ExportMetricsServiceRequest.FromString(body)
        self.metric_names |= {metric.name for resource in batch.resource_metrics for scope in resource.scope_metrics for metric in scope.metrics}
        return Response(media_type="application/x-protobuf")

    def wait_for(self, wanted: Callable[[Span], bool], *, timeout_s: float) -> Span | None:
        """Return the first span that is wanted, or None when none has come in time."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            for span in list(self.spans):
                if wanted(span):
                    return span
            time.sleep(0.2)
        return None


@contextmanager
def collect_traces(port: int) -> Generator[Collector]:
    """`port` 0 takes any free one."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        collector = Collector(listener.getsockname()[1])
        receivers = {"/v1/traces": collector.receive_traces, "/v1/metrics": collector.receive_metrics}
        app = Starlette(routes=[Route(path, receive, methods=["POST"]) for path, receive in receivers.items()])
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none", lifespan="off", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield collector
        server.should_exit = True
        thread.join(timeout=10)


def attributes_of(span: Span) -> dict[str, str | int | float | bool]:
    """Return the plain attributes of a span."""
    kinds = ("string_value", "int_value", "double_value", "bool_value")
    return {a.key: getattr(a.value, kind) for a in span.attributes if (kind := a.value.WhichOneof("value")) in kinds}


def written_forms(words: str) -> tuple[bytes, bytes]:
    """Return the bytes in which words would be found in an export: as they are, and as JSON escapes them."""
    return words.encode(), json.dumps(words)[1:-1].encode()
