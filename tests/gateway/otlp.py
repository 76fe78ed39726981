"""An OTLP/HTTP collector on a loopback socket that keeps the bytes it was sent."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Collector:
    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.bodies: dict[str, list[bytes]] = {}

    def spans(self) -> list[Span]:
        exports = map(ExportTraceServiceRequest.FromString, self.bodies.get("/v1/traces", []))
        return [span for export in exports for resource in export.resource_spans for scope in resource.scope_spans for span in scope.spans]

    def services(self) -> dict[str, str]:
        """Return which service each span, by its id, came from."""
        exports = map(ExportTraceServiceRequest.FromString, self.bodies.get("/v1/traces", []))
        return {
            span.span_id.hex(): attribute.value.string_value
            for export in exports
            for resource in export.resource_spans
            for attribute in resource.resource.attributes
            if attribute.key == "service.name"
            for scope in resource.scope_spans
            for span in scope.spans
        }

    def metric_names(self) -> set[str]:
        exports = map(ExportMetricsServiceRequest.FromString, self.bodies.get("/v1/metrics", []))
        return {
            metric.name for export in exports for resource in export.resource_metrics for scope in resource.scope_metrics for metric in scope.metrics
        }

    @property
    def everything(self) -> bytes:
        return b"".join(body for bodies in self.bodies.values() for body in bodies)


@contextmanager
def collecting(*, host: str = "127.0.0.1") -> Generator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            collector.bodies.setdefault(self.path, []).append(body)
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    collector = Collector(f"http://{host}:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def attributes_of(span: Span) -> dict[str, str | int | float | bool]:
    """Return the plain attributes of a span."""
    kinds = ("string_value", "int_value", "double_value", "bool_value")
    return {a.key: getattr(a.value, kind) for a in span.attributes if (kind := a.value.WhichOneof("value")) in kinds}
