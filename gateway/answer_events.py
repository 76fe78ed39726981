"""An answer as events: meta, then citation and sentence in the order of reading, then done or error."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from http import HTTPStatus

import structlog

from gateway.contract import AnswerDocument, CitationDocument, RoutingDocument, SentenceDocument, StreamStart
from gateway.desk import Case, Desk
from gateway.event_stream import event
from gateway.problems import Problem, describe, describe_fault
from gateway.telemetry import current_trace_id
from pilots.answer import Answer, Citation

ANSWER_FAILED = Problem("answer-failed", HTTPStatus.SERVICE_UNAVAILABLE, "The answer could not be composed")


async def answer_events(desk: Desk, case: Case, *, request_id: str) -> AsyncGenerator[bytes]:
    """Yield the events of one answer.

    The response's status line is sent before the first of them, so a failure is told by a last `error` event: a problem
    document, with the answer's own words to the person under `answer` when the pipeline still found them.
    """
    turn = case.turn
    start = StreamStart(
        id=turn.id,
        pilot=case.pilot_name,
        routing=RoutingDocument.of(case.routing) if case.routing else None,
        conversation_id=turn.conversation_id,
        trace_id=current_trace_id(),
    )
    yield event(start.model_dump(mode="json"), name="meta")
    try:
        async with aclosing(desk.stream(case)) as parts:
            async for part in parts:
                if isinstance(part, Citation):
                    yield event(CitationDocument.of(part).model_dump(mode="json"), name="citation")
                elif isinstance(part, Answer):
                    document = AnswerDocument.of(part).model_dump(mode="json")
                    if part.status.is_error:
                        problem = describe(ANSWER_FAILED, request_id=request_id, detail=part.status.value)
                        yield event(problem | {"answer": document}, name="error")
                    else:
                        yield event(document, name="done")
                else:
                    yield event(SentenceDocument.of(part).model_dump(mode="json"), name="sentence")
    except Exception as error:
        structlog.stdlib.get_logger(__name__).error("stream_failed", answer_id=turn.id, exc_info=error)
        yield event(describe_fault(error, request_id=request_id), name="error")
