from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind, Tracer

from gateway.metrics import SpanMetrics, find_outcome
from gateway.span_collection import SpanCollector, collect_spans
from pilots.answer import AnswerStatus
from serving import semconv
from serving.spans import open_span


class Measured:
    def __init__(self) -> None:
        self._reader = InMemoryMetricReader()
        meter = MeterProvider(metric_readers=[self._reader], shutdown_on_exit=False).get_meter("test")
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SpanCollector())
        provider.add_span_processor(SpanMetrics(meter))
        self.tracer: Tracer = provider.get_tracer("test")

    def points(self, name: str) -> list[tuple[dict[str, Any], Any]]:
        """Return each series of a metric: its labels, and its value or, of a histogram, its sum."""
        data = self._reader.get_metrics_data()
        metrics = [metric for resource in data.resource_metrics for scope in resource.scope_metrics for metric in scope.metrics] if data else []
        points: list[Any] = [point for metric in metrics if metric.name == name for point in metric.data.data_points]
        return [(dict(point.attributes), point.value if hasattr(point, "value") else point.sum) for point in points]


@pytest.fixture
def measured() -> Measured:
    return Measured()


@pytest.mark.parametrize("status", AnswerStatus)
def test_every_status_has_an_outcome(status: AnswerStatus) -> None:
    assert find_outcome(status) in {"answered", "clarification", "refused", "error"}
    assert (find_outcome(status) == "error") == status.value.startswith("error_")


def test_an_answer_counts_by_pilot_status_and_whether_its_search_was_degraded(measured: Measured) -> None:
    for is_degraded in (False, True, True):
        with collect_spans(), open_span(measured.tracer, "POST", kind=SpanKind.SERVER, attributes={semconv.PILOT: "p"}) as request:
            with open_span(measured.tracer, "retrieval", attributes={semconv.DEGRADED: is_degraded}):
                pass
            request.set_attribute(semconv.ANSWER_STATUS, "answered_partial")
    known = {semconv.PILOT: "p", semconv.OUTCOME: "answered", semconv.STATUS: "answered_partial"}
    counted = {labels.pop(semconv.DEGRADED): (labels, value) for labels, value in measured.points("korpu.answers")}
    assert counted == {False: (known, 1), True: (known, 2)}


def test_a_call_counts_its_time_its_tokens_and_its_first_text(measured: Measured) -> None:
    call: dict[str, Any] = {semconv.OPERATION_NAME: "chat", semconv.PROVIDER_NAME: "openai_compatible", semconv.REQUEST_MODEL: "m"}
    used = {semconv.USAGE_INPUT_TOKENS: 40, semconv.USAGE_OUTPUT_TOKENS: 9, semconv.RESPONSE_TIME_TO_FIRST_CHUNK: 0.25}
    with open_span(measured.tracer, "chat m", attributes=call | used):
        pass
    assert sorted((labels[semconv.TOKEN_TYPE], value) for labels, value in measured.points("gen_ai.client.token.usage")) == [
        ("input", 40),
        ("output", 9),
    ]
    assert measured.points("gen_ai.client.operation.time_to_first_chunk") == [(call, 0.25)]
    ((labels, seconds),) = measured.points("gen_ai.client.operation.duration")
    assert labels == call
    assert seconds > 0


def test_a_failed_call_is_told_apart_by_its_fault(measured: Measured) -> None:
    with pytest.raises(ValueError, match="no"), open_span(measured.tracer, "embeddings", attributes={semconv.OPERATION_NAME: "embeddings"}):
        raise ValueError("no")
    ((labels, _),) = measured.points("gen_ai.client.operation.duration")
    assert labels[semconv.ERROR_TYPE] == "ValueError"


def test_withheld_sentences_waits_and_scores_are_counted(measured: Measured) -> None:
    with open_span(measured.tracer, "guard", attributes={semconv.PILOT: "p", semconv.GUARD_CHECK: "sources", semconv.GUARD_CHECKED: 2}) as guard:
        guard.add_event(semconv.GUARD_EVENT, {semconv.GUARD_SENTENCE: 0, semconv.GUARD_DECISION: "shown"})
        guard.add_event(semconv.GUARD_EVENT, {semconv.GUARD_SENTENCE: 1, semconv.GUARD_DECISION: "withheld", semconv.GUARD_REASON: "uncited"})
    with open_span(measured.tracer, "embeddings", attributes={semconv.OPERATION_NAME: "embeddings", semconv.QUEUE_WAIT_MS: 1500.0}):
        pass
    with open_span(measured.tracer, "evaluation") as evaluation:
        evaluation.add_event(semconv.EVALUATION_EVENT, {semconv.EVALUATION_NAME: "groundedness", semconv.EVALUATION_SCORE_VALUE: 0.5})
    guarded = {semconv.PILOT: "p", semconv.GUARD_CHECK: "sources"}
    assert measured.points("korpu.guard.checked") == [(guarded, 2)]
    assert measured.points("korpu.guard.withheld") == [(guarded | {semconv.GUARD_REASON: "uncited"}, 1)]
    assert measured.points("korpu.queue.wait") == [({semconv.OPERATION_NAME: "embeddings"}, 1.5)]
    assert measured.points("korpu.evaluation.score") == [({semconv.EVALUATION_NAME: "groundedness"}, 0.5)]


def test_identifiers_never_become_labels(measured: Measured) -> None:
    ids = {semconv.ANSWER_ID: "a" * 32, semconv.CONVERSATION_ID: "c" * 32, semconv.REQUEST_ID: "r" * 32}
    attributes = ids | {semconv.ANSWER_STATUS: "answered", semconv.OPERATION_NAME: "chat", semconv.QUEUE_WAIT_MS: 1.0}
    with open_span(measured.tracer, "POST", kind=SpanKind.SERVER, attributes=attributes):
        pass
    names = ("korpu.answers", "korpu.answer.duration", "korpu.queue.wait", "gen_ai.client.operation.duration", "http.server.request.duration")
    series = [labels for name in names for labels, _ in measured.points(name)]
    assert len(series) == len(names)
    assert not [labels for labels in series if ids.keys() & labels.keys()]
