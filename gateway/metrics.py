"""What is counted of questions. Counted from the spans as they end, so that a chart and a trace never tell two stories."""

from collections.abc import Sequence
from typing import Final

from opentelemetry.metrics import Meter
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.trace import SpanKind
from opentelemetry.util.types import AnyValue, AttributeValue

from gateway.span_collection import current_spans
from pilots.answer import AnswerStatus
from serving import semconv

OPERATION_S: Final = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
"""Bucket bounds that the convention prescribes for the durations of model calls; token counts have theirs."""

TOKENS: Final = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864)
HTTP_S: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
WAIT_S: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SCORES: Final = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 1.0)

Labels = dict[str, AttributeValue]


def find_outcome(status: AnswerStatus) -> str:
    """Return `answered`, `clarification`, `refused` or `error`: the statuses as a chart can hold them."""
    if status.is_answer:
        return "answered"
    if status.is_error:
        return "error"
    return "clarification" if status is AnswerStatus.CLARIFICATION else "refused"


class SpanMetrics(SpanProcessor):
    """Reads the attributes of ended spans. Labels are names of pilots, models, routes and reasons: none that a caller can make up."""

    def __init__(self, meter: Meter) -> None:
        self._operations = histogram(meter, semconv.METRIC_OPERATION_DURATION, "s", OPERATION_S, "calls of models and searches")
        self._tokens = histogram(meter, semconv.METRIC_TOKEN_USAGE, "{token}", TOKENS, "tokens read and written by a call")
        self._first_chunks = histogram(meter, semconv.METRIC_TIME_TO_FIRST_CHUNK, "s", OPERATION_S, "wait for the first text of a reply")
        self._requests = histogram(meter, semconv.METRIC_HTTP_DURATION, "s", HTTP_S, "requests, streams to their last event")
        self._answers = meter.create_counter("korpu.answers", unit="{answer}", description="answers, by pilot, outcome and status")
        self._answer_times = histogram(meter, "korpu.answer.duration", "s", HTTP_S, "what a person waits for a whole answer")
        self._fallbacks = meter.create_counter(
            "korpu.composer.fallbacks", unit="{answer}", description="answers that quote the sources although a model could have written, by reason"
        )
        self._waits = histogram(meter, "korpu.queue.wait", "s", WAIT_S, "wait for a turn inside this process, by what was waited for")
        self._checked = meter.create_counter("korpu.guard.checked", unit="{sentence}", description="sentences that a guard looked at")
        self._withheld = meter.create_counter("korpu.guard.withheld", unit="{sentence}", description="sentences that a guard withheld, by reason")
        self._scores = histogram(meter, "korpu.evaluation.score", "", SCORES, "scores of sampled answers, by metric")
        self._judgements = meter.create_counter(
            "korpu.judgements", unit="{judgement}", description="what people said of answers, by pilot, who was asked and what they said"
        )
        self._reasons = meter.create_counter(
            "korpu.feedback.reasons", unit="{reason}", description="why answers did not help, by pilot and the reason that was ticked"
        )

    def on_end(self, span: ReadableSpan) -> None:
        attributes = dict(span.attributes or {})
        seconds = ((span.end_time or 0) - (span.start_time or 0)) / 1e9
        if span.kind is SpanKind.SERVER:
            self._requests.record(seconds, labels(attributes, semconv.HTTP_METHOD, semconv.HTTP_ROUTE, semconv.HTTP_STATUS))
        if semconv.ANSWER_STATUS in attributes:
            self._count_answer(attributes, seconds)
        if attributes.get(semconv.OPERATION_NAME) not in (None, semconv.Operation.ANSWER):
            self._count_call(attributes, seconds)
        if isinstance(waited_ms := attributes.get(semconv.QUEUE_WAIT_MS), int | float):
            self._waits.record(waited_ms / 1000, labels(attributes, semconv.OPERATION_NAME))
        if isinstance(checked := attributes.get(semconv.GUARD_CHECKED), int):
            self._checked.add(checked, labels(attributes, semconv.PILOT, semconv.GUARD_CHECK))
        if attributes.get(semconv.COMPOSER_FALLBACK) not in (None, "none"):
            self._fallbacks.add(1, labels(attributes, semconv.PILOT, semconv.COMPOSER_FALLBACK))
        for event in span.events:
            told = dict(event.attributes or {})
            if event.name == semconv.GUARD_EVENT and semconv.GUARD_REASON in told:
                self._withheld.add(1, labels(attributes, semconv.PILOT, semconv.GUARD_CHECK) | labels(told, semconv.GUARD_REASON))
            if event.name == semconv.EVALUATION_EVENT:
                self._count_evaluation(attributes, told)

    def _count_answer(self, attributes: dict[str, AnyValue], seconds: float) -> None:
        status = AnswerStatus(str(attributes[semconv.ANSWER_STATUS]))
        known = labels(attributes, semconv.PILOT) | {semconv.OUTCOME: find_outcome(status)}
        spans = current_spans()
        degraded = True in spans.attribute(semconv.DEGRADED) or bool(spans.attribute(semconv.RUNGS))
        self._answers.add(1, known | {semconv.STATUS: status.value, semconv.DEGRADED: degraded})
        self._answer_times.record(seconds, known)

    def _count_evaluation(self, attributes: dict[str, AnyValue], told: dict[str, AnyValue]) -> None:
        pilot = labels(attributes, semconv.PILOT)
        evaluated = pilot | labels(told, semconv.EVALUATION_NAME)
        if semconv.EVALUATION_SCORE_LABEL in told:
            self._judgements.add(1, evaluated | labels(told, semconv.EVALUATION_SCORE_LABEL))
            reasons = told.get(semconv.FEEDBACK_REASONS)
            for reason in reasons if isinstance(reasons, tuple) else ():
                self._reasons.add(1, pilot | {semconv.FEEDBACK_REASON: str(reason)})
        elif isinstance(score := told.get(semconv.EVALUATION_SCORE_VALUE), int | float):
            self._scores.record(score, evaluated)

    def _count_call(self, attributes: dict[str, AnyValue], seconds: float) -> None:
        call = labels(attributes, semconv.OPERATION_NAME, semconv.PROVIDER_NAME, semconv.REQUEST_MODEL, semconv.SERVER_ADDRESS, semconv.PILOT)
        self._operations.record(seconds, call | labels(attributes, semconv.ERROR_TYPE))
        for name, kind in ((semconv.USAGE_INPUT_TOKENS, "input"), (semconv.USAGE_OUTPUT_TOKENS, "output")):
            if isinstance(tokens := attributes.get(name), int):
                self._tokens.record(tokens, call | {semconv.TOKEN_TYPE: kind})
        if isinstance(first_s := attributes.get(semconv.RESPONSE_TIME_TO_FIRST_CHUNK), float):
            self._first_chunks.record(first_s, call)


def histogram(meter: Meter, name: str, unit: str, bounds: Sequence[float], description: str):
    return meter.create_histogram(name, unit=unit, description=description, explicit_bucket_boundaries_advisory=bounds)


def labels(attributes: dict[str, AnyValue], *names: str) -> Labels:
    """Return those of the named attributes that there are."""
    return {name: value for name in names if isinstance(value := attributes.get(name), str | int | float | bool)}
