from datetime import UTC, datetime, timedelta

import pytest

from gateway.online_evaluation import SPAN_NAME
from gateway.store.answers_in_use import AnswersInUse
from gateway.store.conversations import Conversations, StoredTurn
from gateway.store.database import Database
from gateway.store.feedback import Feedback, FeedbackReason, Helpfulness
from gateway.store.reviews import Reviews, Verdict
from gateway.store.traces import Traces
from gateway.trace_contract import SpanDocument, SpanEventDocument, TraceDocument
from pilots.answer import AnswerStatus, Focus
from pilots.routing.decision import SERVICE
from serving import semconv

OWNER = "session:a"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def trace_of(answer_id: str, *, pilot: str = "citizen_chat", name: str = SPAN_NAME, scores: dict[str, float] | None = None) -> TraceDocument:
    events = tuple(
        SpanEventDocument(
            name=semconv.EVALUATION_EVENT,
            start_ms=8.0,
            attributes={semconv.EVALUATION_NAME: metric, semconv.EVALUATION_SCORE_VALUE: value, semconv.RESPONSE_ID: answer_id},
        )
        for metric, value in (scores or {}).items()
    )
    first = SpanDocument(
        id="00f067aa0ba902b7", parent_id=None, name="POST", kind="server", start_ms=0, duration_ms=9, is_error=False, attributes={}, events=()
    )
    scored = first.model_copy(update={"id": "00f067aa0ba902b8", "parent_id": first.id, "name": name, "kind": "internal", "events": events})
    return TraceDocument(
        answer_id=answer_id,
        pilot=pilot,
        trace_id="4bf92f3577b34da6a3ce929d0e0e4736",
        started_at=datetime.now(UTC),
        duration_ms=9,
        spans=(first, scored),
    )


class Service:
    """Asks, scores and judges as a gateway does."""

    def __init__(self, database: Database) -> None:
        self.conversations, self.traces = Conversations(database), Traces(database)
        self.feedback, self.reviews, self.in_use = Feedback(database), Reviews(database), AnswersInUse(database)

    async def ask(
        self,
        *,
        pilot: str = "citizen_chat",
        conversation_id: str | None = None,
        status: AnswerStatus = AnswerStatus.ANSWERED,
        rungs: list[str] | None = None,
        review: str | None = None,
        taken_over_from: str | None = None,
        trace: TraceDocument | None = None,
    ) -> StoredTurn:
        turn = await self.conversations.begin_turn(
            owner=OWNER, pilot=pilot, question="gizli sual", conversation_id=conversation_id, taken_over_from=taken_over_from
        )
        answer = {"text": "gizli cavab", "details": {"degraded": rungs} if rungs else {}}
        await self.conversations.finish_turn(turn, status=status, focus=Focus(), answer=answer, review=review)
        if trace is not None:
            async with self.traces.writing():
                self.traces.keep(trace.model_copy(update={"answer_id": turn.id}))
        return turn


@pytest.fixture
def service(database: Database) -> Service:
    return Service(database)


async def test_scores_feedback_and_decision_are_joined_under_the_answers_id(service: Service) -> None:
    before = datetime.now(UTC)
    judged = await service.ask(rungs=["lexical", "extractive"], review="risk_fees", trace=trace_of("", scores={"groundedness": 0.5, "other": 1.0}))
    await service.feedback.give(judged.id, owner=OWNER, verdict=Helpfulness.UNHELPFUL, reasons=[FeedbackReason.UNCLEAR, FeedbackReason.OUTDATED])
    await service.reviews.decide(judged.id, pilots=None, verdict=Verdict.EDITED, by="key:boss", text="gizli mətn", note="gizli qeyd")
    plain = await service.ask(conversation_id=judged.conversation_id, status=AnswerStatus.UNANSWERABLE_NO_SOURCE, review="always")

    newest, oldest = await service.in_use.read("citizen_chat", since=before)
    assert (newest.id, newest.conversation_id, oldest.id) == (plain.id, judged.conversation_id, judged.id)
    assert (oldest.scores, oldest.is_sampled, oldest.rungs) == ({"groundedness": 0.5, "other": 1.0}, True, ("lexical", "extractive"))
    assert (oldest.feedback, oldest.reasons) == (Helpfulness.UNHELPFUL, (FeedbackReason.OUTDATED, FeedbackReason.UNCLEAR))
    assert (oldest.decision, oldest.awaits_decision) == (Verdict.EDITED, False)
    assert before <= oldest.asked_at <= newest.asked_at
    assert newest.status is AnswerStatus.UNANSWERABLE_NO_SOURCE
    assert (newest.scores, newest.is_sampled, newest.rungs, newest.feedback, newest.reasons) == ({}, False, (), None, ())
    assert (newest.decision, newest.awaits_decision) == (None, True)
    assert "gizli" not in repr([newest, oldest])


async def test_only_a_trace_with_an_evaluation_was_sampled(service: Service) -> None:
    await service.ask(trace=trace_of("", name="answer"))
    await service.ask(trace=trace_of(""))
    newest, oldest = await service.in_use.read("citizen_chat", since=LONG_AGO)
    assert (newest.is_sampled, newest.scores, oldest.is_sampled) == (True, {}, False)


async def test_an_answer_is_its_givers_also_when_its_conversation_has_gone_on_to_a_pilot(service: Service) -> None:
    first = await service.ask(pilot=SERVICE, status=AnswerStatus.CLARIFICATION, trace=trace_of("", pilot=SERVICE))
    second = await service.ask(conversation_id=first.conversation_id, taken_over_from=SERVICE, trace=trace_of(""))
    assert [answer.id for answer in await service.in_use.read("citizen_chat", since=LONG_AGO)] == [second.id]
    assert [answer.id for answer in await service.in_use.read(SERVICE, since=LONG_AGO)] == [first.id]
    assert await service.in_use.count(since=LONG_AGO) == {"citizen_chat": 1, SERVICE: 1}


async def test_one_pilot_s_answers_say_nothing_of_another_s(service: Service) -> None:
    ours, theirs = await service.ask(), await service.ask(pilot="document_qa", trace=trace_of("", pilot="document_qa", scores={"groundedness": 0.0}))
    assert [answer.id for answer in await service.in_use.read("citizen_chat", since=LONG_AGO)] == [ours.id]
    ((only,),) = [await service.in_use.read("document_qa", since=LONG_AGO)]
    assert (only.id, only.scores) == (theirs.id, {"groundedness": 0.0})
    assert await service.in_use.count(since=LONG_AGO, pilots={"document_qa", "moon"}) == {"document_qa": 1}
    assert await service.in_use.count(since=LONG_AGO, pilots=()) == {}


async def test_answers_from_before_unfinished_ones_and_those_beyond_the_limit_are_left_out(service: Service) -> None:
    turns = [await service.ask(trace=trace_of("", scores={"groundedness": 1.0})) for _ in range(3)]
    await service.conversations.begin_turn(owner=OWNER, pilot="citizen_chat", question="?")
    later = datetime.now(UTC) + timedelta(hours=1)
    assert await service.in_use.read("citizen_chat", since=later) == []
    assert await service.in_use.count(since=later) == {}
    newest = await service.in_use.read("citizen_chat", since=LONG_AGO, limit=2)
    assert [answer.id for answer in newest] == [turns[2].id, turns[1].id]
    assert all(answer.scores for answer in newest)
    assert await service.in_use.count(since=LONG_AGO) == {"citizen_chat": 3}
