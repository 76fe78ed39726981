"""What people say of answers: put on record, and sent as `gen_ai.evaluation.result` beside the scores, so that any collector joins them too.

Verdicts, decisions and reasons leave as codes. What a person wrote, a comment, a correction or a note, stays in the database.
"""

from collections.abc import Collection, Mapping

from opentelemetry import trace
from opentelemetry.trace import Link, SpanContext, TraceFlags
from opentelemetry.util.types import AttributeValue

from gateway.composition import Gateway
from gateway.errors import TraceUnknown
from gateway.online_evaluation import SPAN_NAME
from gateway.store.feedback import FeedbackReason, Helpfulness
from gateway.store.reviews import StoredReview, Verdict
from gateway.trace_contract import TraceDocument
from serving import semconv
from serving.semconv import Judgement
from serving.spans import open_span

tracer = trace.get_tracer("korpu.gateway", schema_url=semconv.SCHEMA_URL)


async def give_feedback(
    gateway: Gateway,
    answer_id: str,
    *,
    owner: str,
    verdict: Helpfulness,
    reasons: Collection[FeedbackReason] = (),
    comment: str | None = None,
) -> None:
    """Put down what the owner of an answer thinks of it, in place of what was said before.

    Raises:
        AnswerUnknown: no such answer of this owner, or its question is not answered yet.
    """
    # Read first: a database that fails here has put nothing on record yet.
    answer = await find_trace(gateway, answer_id)
    judged = await gateway.feedback.give(answer_id, owner=owner, verdict=verdict, reasons=reasons, comment=comment)
    told: dict[str, AttributeValue] = {semconv.EVALUATION_SCORE_VALUE: float(verdict is Helpfulness.HELPFUL)}
    if reasons:
        told[semconv.FEEDBACK_REASONS] = sorted({reason.value for reason in reasons})
    record_judgement(Judgement.USER_FEEDBACK, verdict.value, answer_id, answer, pilot=judged.pilot, conversation_id=judged.conversation_id, told=told)


async def decide_review(
    gateway: Gateway, review_id: str, *, pilots: Collection[str], verdict: Verdict, by: str, text: str | None = None, note: str | None = None
) -> StoredReview:
    """Put a supervisor's decision on record, once. Raises as `Reviews.decide` does."""
    answer = await find_trace(gateway, review_id)
    decided = await gateway.reviews.decide(review_id, pilots=pilots, verdict=verdict, by=by, text=text, note=note)
    record_judgement(Judgement.SUPERVISOR_DECISION, verdict.value, review_id, answer, pilot=decided.pilot, conversation_id=decided.conversation_id)
    return decided


def record_judgement(
    judgement: Judgement,
    label: str,
    answer_id: str,
    answer: TraceDocument | None,
    *,
    pilot: str,
    conversation_id: str,
    told: Mapping[str, AttributeValue] | None = None,
) -> None:
    """Send one judgement, in a span that links to the span of the answer's run. `answer` None: its trace was not kept; the id still joins."""
    # The request's own span must not carry the answer's id: its trace would be taken for the one of the answer.
    attributes = {semconv.PILOT: answer.pilot if answer else pilot, semconv.ANSWER_ID: answer_id, semconv.CONVERSATION_ID: conversation_id}
    links = [Link(context_of(answer))] if answer else []
    with open_span(tracer, SPAN_NAME, attributes=attributes, links=links) as span:
        result = {semconv.EVALUATION_NAME: judgement.value, semconv.EVALUATION_SCORE_LABEL: label, semconv.RESPONSE_ID: answer_id}
        span.add_event(semconv.EVALUATION_EVENT, {**result, **(told or {})})


async def find_trace(gateway: Gateway, answer_id: str) -> TraceDocument | None:
    try:
        return await gateway.traces.read(answer_id)
    except TraceUnknown:
        return None


def context_of(answer: TraceDocument) -> SpanContext:
    """Return where the pipeline's last run stands: a chat client's earlier questions may have been asked again before it.

    Where no pipeline ran it is the request's first span.
    """
    run = next((span for span in reversed(answer.spans) if span.attributes.get(semconv.OPERATION_NAME) == semconv.Operation.ANSWER), answer.spans[0])
    return SpanContext(int(answer.trace_id, 16), int(run.id, 16), is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
