"""What people say of answers leaves as evaluation events: codes and identifiers, linked to the answer's trace, without a word of theirs."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import JsonValue
from sqlalchemy import delete

import gateway.judgements
from gateway.app import create_app
from gateway.composition import Gateway
from gateway.judgements import context_of
from gateway.metrics import SpanMetrics
from gateway.policy import Role
from gateway.settings import Settings
from gateway.store.database import open_database
from gateway.store.schema import TraceRow
from gateway.trace_contract import SpanDocument, TraceDocument
from gateway.web.console.visits import COOKIE
from serving import semconv
from tests.gateway.conftest import RunApp
from tests.gateway.scripted import ScriptedPipeline, make_pilot, reviewed_answer

COMMENT, NOTE, TEXT = "zəng vurdum, fərqli dedilər", "köhnə qaydadır", "Rüsum 30 manatdır, kassada."


class World:
    def __init__(self, client: httpx.AsyncClient, gateway: Gateway, exporter: InMemorySpanExporter, reader: InMemoryMetricReader) -> None:
        self.client, self.gateway = client, gateway
        self._exporter, self._reader = exporter, reader

    async def key(self, role: Role, *pilots: str) -> dict[str, str]:
        return {"authorization": f"Bearer {await self.gateway.credentials.keys.create(role, pilots=pilots or None)}"}

    async def ask(self, headers: dict[str, str]) -> dict[str, Any]:
        return (await self.client.post("/v1/pilots/citizen_chat/answers", json={"question": "Rüsum?"}, headers=headers)).json()

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self._exporter.get_finished_spans()

    def counts(self, name: str) -> dict[tuple[str, ...], float]:
        data = self._reader.get_metrics_data()
        metrics = [metric for resource in data.resource_metrics for scope in resource.scope_metrics for metric in scope.metrics] if data else []
        points: list[Any] = [point for metric in metrics if metric.name == name for point in metric.data.data_points]
        return {tuple(str(point.attributes[key]) for key in sorted(point.attributes)): point.value for point in points}


@pytest.fixture
async def world(settings: Settings, run_app: RunApp, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    provider.add_span_processor(SpanMetrics(MeterProvider(metric_readers=[reader], shutdown_on_exit=False).get_meter("test")))
    monkeypatch.setattr(gateway.judgements, "tracer", provider.get_tracer("test"))
    app = create_app(settings, served_pilots={"citizen_chat": make_pilot()}, pipelines={"citizen_chat": ScriptedPipeline(reviewed_answer)})
    async with run_app(app) as (client, running):
        yield World(client, running, exporter, reader)


def told(span: ReadableSpan) -> dict[str, Any]:
    (event,) = span.events
    assert event.name == semconv.EVALUATION_EVENT
    return dict(event.attributes or {})


async def test_feedback_leaves_as_an_event_that_joins_the_answer_and_says_no_word(world: World) -> None:
    citizen = {"authorization": f"Bearer {world.gateway.credentials.issue_session().token}"}
    answer = await world.ask(citizen)
    body = {"verdict": "unhelpful", "reasons": ["wrong_fact", "outdated", "wrong_fact"], "comment": COMMENT}
    assert (await world.client.post(f"/v1/answers/{answer['id']}/feedback", json=body, headers=citizen)).status_code == 204
    (span,) = world.spans
    assert told(span) == {
        semconv.EVALUATION_NAME: "user_feedback",
        semconv.EVALUATION_SCORE_LABEL: "unhelpful",
        semconv.EVALUATION_SCORE_VALUE: 0.0,
        semconv.RESPONSE_ID: answer["id"],
        semconv.FEEDBACK_REASONS: ("outdated", "wrong_fact"),
    }
    known = dict(span.attributes or {})
    assert (known[semconv.PILOT], known[semconv.ANSWER_ID], known[semconv.CONVERSATION_ID]) == (
        "citizen_chat",
        answer["id"],
        answer["conversation_id"],
    )
    stored = await world.gateway.traces.read(answer["id"])
    (link,) = span.links
    assert f"{link.context.trace_id:032x}" == stored.trace_id == answer["trace_id"]
    assert f"{link.context.span_id:016x}" in {one.id for one in stored.spans}
    assert span.context is not None
    assert span.context.trace_id != link.context.trace_id, "a request of its own, later than the answer"
    assert "zəng" not in repr((known, told(span), span.links))


async def test_the_stored_trace_of_the_answer_stays_as_it_was(world: World) -> None:
    citizen = {"authorization": f"Bearer {world.gateway.credentials.issue_session().token}"}
    answer = await world.ask(citizen)
    before = await world.gateway.traces.read(answer["id"])
    await world.client.post(f"/v1/answers/{answer['id']}/feedback", json={"verdict": "helpful"}, headers=citizen)
    await world.gateway.traces.settle()
    assert await world.gateway.traces.read(answer["id"]) == before


def test_the_link_leads_to_the_answer_and_not_to_an_earlier_question_that_was_asked_again() -> None:
    def run(span_id: str) -> SpanDocument:
        attributes: dict[str, JsonValue] = {semconv.OPERATION_NAME: semconv.Operation.ANSWER.value}
        return SpanDocument(
            id=span_id, parent_id=None, name="answer", kind="internal", start_ms=0, duration_ms=1, is_error=False, attributes=attributes, events=()
        )

    spans = (run("00f067aa0ba902b7"), run("00f067aa0ba902b8"))
    document = TraceDocument(answer_id="a", pilot="p", trace_id="1" * 32, started_at=datetime.now(UTC), duration_ms=2, spans=spans)
    assert f"{context_of(document).span_id:016x}" == "00f067aa0ba902b8"


async def test_the_plain_page_says_it_too(world: World) -> None:
    page = "/chat/az/citizen_chat"
    key = (await world.client.get(page)).text.split('name="key" value="')[1].split('"')[0]
    origin = {"origin": "http://gateway", "content-type": "application/x-www-form-urlencoded"}
    asked = await world.client.post(page, data={"question": "Rüsum?", "key": key}, headers=origin)
    assert asked.status_code == 303, asked.text
    address, _, anchor = asked.headers["location"].partition("#answer-")
    judged = await world.client.post(
        address, data={"action": "judge", "answer_id": anchor, "verdict": "helpful", "comment": COMMENT, "key": key}, headers=origin
    )
    assert judged.status_code == 303, judged.text
    (span,) = world.spans
    assert (told(span)[semconv.EVALUATION_SCORE_LABEL], told(span)[semconv.EVALUATION_SCORE_VALUE]) == ("helpful", 1.0)
    assert told(span)[semconv.RESPONSE_ID] == anchor


async def test_a_supervisors_decision_leaves_as_an_event_from_the_interface_and_the_console(world: World) -> None:
    staff, boss = await world.key(Role.STAFF), await world.key(Role.SUPERVISOR)
    edited, rejected = await world.ask(staff), await world.ask(staff)
    body = {"decision": "edit", "text": TEXT, "reason": NOTE}
    assert (await world.client.post(f"/v1/reviews/{edited['id']}/decision", json=body, headers=boss)).status_code == 201
    visit = world.gateway.visits.open(boss["authorization"].split("_")[1])
    form = {"decision": "reject", "reason": NOTE, "form_token": world.gateway.visits.form_token(visit)}
    cookie = {"cookie": f"{COOKIE}={world.gateway.visits.seal(visit)}"}
    assert (await world.client.post(f"/console/reviews/{rejected['id']}/decision", data=form, headers=cookie)).status_code == 303

    first, second = world.spans
    assert told(first) == {
        semconv.EVALUATION_NAME: "supervisor_decision",
        semconv.EVALUATION_SCORE_LABEL: "edited",
        semconv.RESPONSE_ID: edited["id"],
    }
    assert (told(second)[semconv.EVALUATION_SCORE_LABEL], told(second)[semconv.RESPONSE_ID]) == ("rejected", rejected["id"])
    for span, answer in ((first, edited), (second, rejected)):
        assert f"{span.links[0].context.trace_id:032x}" == answer["trace_id"]
        for words in ("kassada", "qaydadır"):
            assert words not in repr((span.attributes, span.events, span.links))


async def test_what_is_refused_leaves_nothing(world: World) -> None:
    citizen = {"authorization": f"Bearer {world.gateway.credentials.issue_session().token}"}
    answer = await world.ask(citizen)
    stranger = {"authorization": f"Bearer {world.gateway.credentials.issue_session().token}"}
    boss, other = await world.key(Role.SUPERVISOR), await world.key(Role.SUPERVISOR, "another_pilot")
    assert (await world.client.post(f"/v1/answers/{answer['id']}/feedback", json={"verdict": "helpful"}, headers=stranger)).status_code == 404
    assert (await world.client.post(f"/v1/reviews/{answer['id']}/decision", json={"decision": "approve"}, headers=other)).status_code == 404
    assert world.spans == ()
    for status in (201, 409):
        assert (await world.client.post(f"/v1/reviews/{answer['id']}/decision", json={"decision": "approve"}, headers=boss)).status_code == status
    assert len(world.spans) == 1


async def test_an_answer_without_a_trace_is_joined_by_its_id_alone(world: World, settings: Settings) -> None:
    citizen = {"authorization": f"Bearer {world.gateway.credentials.issue_session().token}"}
    answer = await world.ask(citizen)
    await world.gateway.traces.settle()
    async with open_database(settings.database) as database, database.writing() as connection:
        await connection.execute(delete(TraceRow))
    assert (await world.client.post(f"/v1/answers/{answer['id']}/feedback", json={"verdict": "helpful"}, headers=citizen)).status_code == 204
    (span,) = world.spans
    assert (tuple(span.links), told(span)[semconv.RESPONSE_ID]) == ((), answer["id"])


async def test_judgements_are_counted_by_pilot_who_was_asked_and_what_they_said(world: World) -> None:
    citizen = {"authorization": f"Bearer {world.gateway.credentials.issue_session().token}"}
    answers = [await world.ask(citizen) for _ in range(3)]
    bodies = ({"verdict": "helpful"}, {"verdict": "unhelpful", "reasons": ["unclear"]}, {"verdict": "unhelpful", "reasons": ["unclear", "other"]})
    for answer, body in zip(answers, bodies, strict=True):
        await world.client.post(f"/v1/answers/{answer['id']}/feedback", json=body, headers=citizen)
    decision = {"decision": "approve"}
    await world.client.post(f"/v1/reviews/{answers[0]['id']}/decision", json=decision, headers=await world.key(Role.SUPERVISOR))
    assert world.counts("korpu.judgements") == {
        ("user_feedback", "helpful", "citizen_chat"): 1,
        ("user_feedback", "unhelpful", "citizen_chat"): 2,
        ("supervisor_decision", "approved", "citizen_chat"): 1,
    }
    assert world.counts("korpu.feedback.reasons") == {("unclear", "citizen_chat"): 2, ("other", "citizen_chat"): 1}
    assert world.counts("korpu.evaluation.score") == {}, "a judgement is no score of a metric"
