"""Traces and logs. Both carry identifiers and numbers; question text only when Settings turns that on, and then only in logs."""

import logging
import sys
from collections.abc import MutableMapping
from importlib.metadata import version
from typing import Any, TextIO, cast

import structlog
from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from structlog.typing import WrappedLogger

from gateway.metrics import SpanMetrics
from gateway.settings import Settings
from gateway.span_collection import SpanCollector
from serving import semconv

OWN_LOGGERS = ("gateway", "pilots", "rag", "serving", "evaluation", "uvicorn.error")


def start_telemetry(settings: Settings) -> TracerProvider:
    """Configure logs and return this process's tracer provider.

    OpenTelemetry takes one provider a process, so a second application in it (as in tests) shares the first one's.
    """
    configure_logs(settings)
    current = trace.get_tracer_provider()
    if isinstance(current, TracerProvider):
        return current
    # Every question leaves a trace: a complaint must find it, and metrics are counted from the spans. Collectors thin them out.
    resource = Resource.create({"service.name": "korpu", "service.version": version("korpu")})
    readers: list[MetricReader] = [PrometheusMetricReader(scope_info_enabled=False)]
    provider = TracerProvider(resource=resource, sampler=ALWAYS_ON)
    provider.add_span_processor(SpanCollector())
    if settings.otlp_endpoint:
        provider.add_span_processor(export_spans(settings.otlp_endpoint))
        readers.append(PeriodicExportingMetricReader(OTLPMetricExporter(endpoint=f"{settings.otlp_endpoint.rstrip('/')}/v1/metrics")))
    measuring = MeterProvider(metric_readers=readers, resource=resource)
    provider.add_span_processor(SpanMetrics(measuring.get_meter("korpu.gateway", schema_url=semconv.SCHEMA_URL)))
    metrics.set_meter_provider(measuring)
    trace.set_tracer_provider(provider)
    return provider


def export_spans(endpoint: str) -> BatchSpanProcessor:
    """Return what sends spans to the OTLP/HTTP collector at this base URL, in batches and from a thread of its own."""
    return BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces"))


class StderrHandler(logging.StreamHandler[TextIO]):
    """Looks standard error up for each record, so that a progress bar that takes it over keeps its lines apart."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def configure_logs(settings: Settings) -> None:
    """Send structlog's and the standard library's records to standard error as one JSON object a line."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_trace,
        without_messages,
    ]
    renderer = structlog.dev.ConsoleRenderer() if settings.log_format == "console" else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = StderrHandler()
    handler.set_name("korpu")
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
        )
    )
    root = logging.getLogger()
    root.handlers = [*(other for other in root.handlers if other.get_name() != "korpu"), handler]
    # Other libraries speak up from warnings on: below that some repeat what they are given, aiosqlite every stored question.
    root.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[settings.log_level.upper()]))
    for name in OWN_LOGGERS:
        logging.getLogger(name).setLevel(settings.log_level.upper())


def add_trace(_logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if (trace_id := current_trace_id()) is not None:
        event["trace_id"] = trace_id
    return event


def without_messages(_logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its class and places: a message of a library may quote what it was given."""
    info = event.pop("exc_info", None)
    error: object = sys.exc_info()[1] if info is True else info
    if isinstance(info, tuple):
        error = cast("tuple[object, ...]", info)[1]
    if isinstance(error, BaseException):
        event["exception"] = type(error).__name__
        event["stack"] = frames_of(error)
    return event


def frames_of(error: BaseException) -> list[str]:
    """Return where an exception passed, innermost last, as file, line and function."""
    frames: list[str] = []
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return frames


def current_trace_id() -> str | None:
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None
