import asyncio
from datetime import timedelta
from functools import partial

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from gateway.app import create_app
from gateway.composition import Gateway
from gateway.policy import Role
from gateway.readiness import Stage
from gateway.settings import Settings
from gateway.store import conversations as store
from gateway.store.database import open_database
from gateway.store.schema import ConversationRow, TurnRow
from pilots.answer import Answer, AnswerStatus, Question
from pilots.registry import Pilot
from tests.gateway.conftest import RunApp, Running
from tests.gateway.events import read_events
from tests.gateway.scripted import FOCUS, ScriptedPipeline, fact_answer, make_pilot

URL = "/v1/pilots/citizen_chat/answers"
STREAM = {"accept": "text/event-stream"}


async def stored_rows(settings: Settings) -> tuple[int, int]:
    async with open_database(settings.database) as database, database.writing() as connection:
        counts = [(await connection.execute(select(func.count()).select_from(table))).scalar_one() for table in (ConversationRow, TurnRow)]
    return counts[0], counts[1]


async def test_an_answer_has_its_text_status_and_sources(client: httpx.AsyncClient, pipeline: ScriptedPipeline) -> None:
    response = await client.post(URL, json={"question": " Rüsum nə qədərdir? ", "language": "ru", "as_of": "2026-01-31"})
    assert response.status_code == 200
    body = response.json()
    assert body["status"] == "answered"
    assert body["text"] == "Rüsum 30 manatdır. [1]\n• ərizə [1]"
    assert body["citations"] == [
        {
            "n": 1,
            "source_id": "sv-itirilmis",
            "title": "Vəsiqənin bərpası",
            "locator": "Rüsumlar",
            "quote": "30 manat",
            "url": "https://example.az/v",
            "as_of": "2024-05",
        }
    ]
    assert body["timings_ms"] == {"total": 1.5}
    (question,) = pipeline.questions
    assert (question.text, question.language, str(question.as_of), question.history) == ("Rüsum nə qədərdir?", "ru", "2026-01-31", ())


async def test_an_answer_can_be_read_again_by_its_session_only(client: httpx.AsyncClient) -> None:
    given = (await client.post(URL, json={"question": "Rüsum?"})).json()
    assert (await client.get(f"/v1/answers/{given['id']}")).json() == given
    other = (await client.post("/v1/sessions", headers={"authorization": ""})).json()["token"]
    response = await client.get(f"/v1/answers/{given['id']}", headers={"authorization": f"Bearer {other}"})
    assert response.status_code == 404


async def test_a_follow_up_brings_its_history(client: httpx.AsyncClient, pipeline: ScriptedPipeline) -> None:
    first = (await client.post(URL, json={"question": "Vəsiqəm itib"})).json()
    second = (await client.post(URL, json={"question": "bəs neçəyədir?", "conversation_id": first["conversation_id"]})).json()
    assert second["conversation_id"] == first["conversation_id"]
    (turn,) = pipeline.questions[1].history
    assert (turn.question, turn.status, turn.focus) == ("Vəsiqəm itib", AnswerStatus.ANSWERED, FOCUS)


async def test_a_question_is_stored_before_it_is_answered(settings: Settings, pilots: dict[str, Pilot], run_app: RunApp) -> None:
    seen: list[tuple[int, int]] = []

    class Looking(ScriptedPipeline):
        async def answer(self, question: Question, /) -> Answer:
            seen.append(await stored_rows(settings))
            return await super().answer(question)

    async with run_app(create_app(settings, served_pilots=pilots, pipelines={"citizen_chat": Looking()})) as (client, gateway):
        client.headers["authorization"] = f"Bearer {gateway.credentials.issue_session().token}"
        await client.post(URL, json={"question": "Rüsum?"})
    assert seen == [(1, 1)]


@pytest.mark.parametrize(
    ("request_body", "status"),
    [
        ({"json": {"question": ""}}, 422),
        ({"json": {"question": " \n\t "}}, 422),
        ({"json": {"question": "a" * 501}}, 422),
        ({"json": {"question": "a" * 1_000_000}}, 413),
        ({"json": {"question": "a\x00b"}}, 422),
        ({"json": {"question": 7}}, 422),
        ({"json": {"question": None}}, 422),
        ({"json": {}}, 422),
        ({"json": []}, 422),
        ({"json": {"question": "Rüsum?", "temperature": 1}}, 422),
        ({"json": {"question": "Rüsum?", "language": "tr"}}, 422),
        ({"json": {"question": "Rüsum?", "as_of": "yesterday"}}, 422),
        ({"json": {"question": "Rüsum?", "conversation_id": "1'; DROP TABLE turns"}}, 422),
        ({"json": {"question": "Rüsum?", "conversation_id": "0" * 32}}, 404),
        ({"content": b'{"question": "R\xfcsum?"}', "headers": {"content-type": "application/json"}}, 400),
        ({"content": b'{"question": "\\ud800 vahid"}', "headers": {"content-type": "application/json"}}, 422),
        ({"content": b'{"question": ', "headers": {"content-type": "application/json"}}, 422),
        ({"content": b"", "headers": {"content-type": "application/json"}}, 422),
        ({"content": b"[" * 60_000, "headers": {"content-type": "application/json"}}, 400),
        ({"content": b'{"question": "R?"}', "headers": {"content-type": "text/plain"}}, 415),
        ({"content": b'{"question": "R?"}'}, 415),
        ({"data": {"question": "R?"}}, 415),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_a_bad_request_is_a_clear_problem_and_stores_nothing(
    request_body: dict[str, object], status: int, accept: str, client: httpx.AsyncClient, settings: Settings, pipeline: ScriptedPipeline
) -> None:
    headers = {"accept": accept} | dict(request_body.get("headers", {}))  # pyright: ignore[reportArgumentType, reportCallIssue]
    response = await client.post(URL, **request_body | {"headers": headers})  # pyright: ignore[reportArgumentType]
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert {"type", "title", "status", "detail", "instance", "errors"} <= problem.keys()
    assert problem["status"] == status
    assert "Rüsum" not in response.text
    assert await stored_rows(settings) == (0, 0)
    assert pipeline.questions == []


@pytest.mark.parametrize(("pilot", "status"), [("moon_chat", 404), ("CITIZEN", 422), ("..%2f..", 404), ("a", 422)])
async def test_a_wrong_pilot_is_a_clear_problem(pilot: str, status: int, client: httpx.AsyncClient, settings: Settings) -> None:
    response = await client.post(f"/v1/pilots/{pilot}/answers", json={"question": "Rüsum?"})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert await stored_rows(settings) == (0, 0)


async def test_another_sessions_conversation_is_unknown(client: httpx.AsyncClient, settings: Settings) -> None:
    first = (await client.post(URL, json={"question": "Vəsiqəm itib"})).json()
    other = (await client.post("/v1/sessions", headers={"authorization": ""})).json()["token"]
    body = {"question": "bəs neçəyədir?", "conversation_id": first["conversation_id"]}
    response = await client.post(URL, json=body, headers={"authorization": f"Bearer {other}"})
    assert response.status_code == 404
    assert response.json()["type"] == "urn:korpu:problem:conversation-unknown"
    assert await stored_rows(settings) == (1, 1)


async def test_a_service_key_asks_and_a_key_of_another_pilot_does_not(stranger: Running) -> None:
    client, gateway = stranger
    for pilots, status in ((None, 200), (("citizen_chat",), 200), (("document_qa",), 403)):
        key = await gateway.credentials.keys.create(Role.SERVICE_TEAM, pilots=pilots)
        response = await client.post(URL, json={"question": "Rüsum?"}, headers={"authorization": f"Bearer {key}"})
        assert response.status_code == status


async def test_asking_too_fast_is_refused_and_not_stored(settings: Settings, run_app: RunApp) -> None:
    pilots = {"citizen_chat": make_pilot(per_minute=2)}
    async with run_app(create_app(settings, served_pilots=pilots, pipelines={"citizen_chat": ScriptedPipeline()})) as (client, gateway):
        client.headers["authorization"] = f"Bearer {gateway.credentials.issue_session().token}"
        statuses = [(await client.post(URL, json={"question": "Rüsum?"})).status_code for _ in range(2)]
        refused = await client.post(URL, json={"question": "Rüsum?"})
        key = await gateway.credentials.keys.create(Role.STAFF, questions_per_minute=100)
        by_key = [(await client.post(URL, json={"question": "?"}, headers={"authorization": f"Bearer {key}"})).status_code for _ in range(3)]
    assert (statuses, by_key) == ([200, 200], [200, 200, 200])
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert await stored_rows(settings) == (5, 5)


async def test_an_error_status_is_an_answer_with_words(client: httpx.AsyncClient, pipeline: ScriptedPipeline) -> None:
    pipeline.script = partial(fact_answer, status=AnswerStatus.ERROR_RETRIEVAL)
    response = await client.post(URL, json={"question": "Rüsum?"})
    assert (response.status_code, response.json()["status"]) == (200, "error_retrieval")


async def test_a_stream_tells_each_citation_before_the_sentence_that_uses_it(client: httpx.AsyncClient) -> None:
    response = await client.post(URL, json={"question": "Rüsum?"}, headers=STREAM)
    assert response.headers["content-type"].startswith("text/event-stream")
    events = read_events(response.text)
    assert [name for name, _ in events] == ["meta", "citation", "sentence", "sentence", "done"]
    meta, done = events[0][1], events[-1][1]
    assert (meta["id"], meta["conversation_id"], meta["trace_id"]) == (done["id"], done["conversation_id"], done["trace_id"])
    assert (await client.get(f"/v1/answers/{meta['id']}")).json() == done


async def test_a_stream_and_a_plain_answer_say_the_same(client: httpx.AsyncClient) -> None:
    plain = (await client.post(URL, json={"question": "Rüsum?"})).json()
    streamed = read_events((await client.post(URL, json={"question": "Rüsum?"}, headers=STREAM)).text)[-1][1]
    own = {"id", "conversation_id", "trace_id"}
    assert {key: value for key, value in plain.items() if key not in own} == {key: value for key, value in streamed.items() if key not in own}


async def test_a_failure_after_the_start_is_the_streams_last_event(client: httpx.AsyncClient, pipeline: ScriptedPipeline) -> None:
    pipeline.fault_after_first = ValueError("Rüsum?")
    response = await client.post(URL, json={"question": "Rüsum?"}, headers=STREAM)
    assert response.status_code == 200
    events = read_events(response.text)
    assert [name for name, _ in events] == ["meta", "citation", "error"]
    assert events[-1][1]["status"] == 500
    assert "Rüsum?" not in response.text
    assert pipeline.streams_closed == 1


async def test_an_error_status_ends_a_stream_as_an_error_with_the_answers_words(client: httpx.AsyncClient, pipeline: ScriptedPipeline) -> None:
    pipeline.script = partial(fact_answer, status=AnswerStatus.ERROR_TIMEOUT)
    events = read_events((await client.post(URL, json={"question": "Rüsum?"}, headers=STREAM)).text)
    assert events[-1][0] == "error"
    assert (events[-1][1]["detail"], events[-1][1]["answer"]["status"]) == ("error_timeout", "error_timeout")


async def test_a_client_that_goes_away_ends_the_pipeline(
    app: FastAPI, client: httpx.AsyncClient, pipeline: ScriptedPipeline, settings: Settings
) -> None:
    pipeline.pause_s = 30
    body = b'{"question": "R\xc3\xbcsum?"}'
    headers = {"authorization": client.headers["authorization"], "content-type": "application/json", **STREAM}
    incoming: asyncio.Queue[dict[str, object]] = asyncio.Queue()
    incoming.put_nowait({"type": "http.request", "body": body, "more_body": False})
    received = asyncio.Event()

    async def send(message: dict[str, object]) -> None:
        if b"citation" in bytes(message.get("body", b"")):  # pyright: ignore[reportArgumentType]
            received.set()

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "path": URL,
        "raw_path": URL.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "server": ("gateway", 80),
        "client": ("127.0.0.1", 1),
        "state": {},
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    request = asyncio.create_task(app(scope, incoming.get, send))  # pyright: ignore[reportArgumentType]
    async with asyncio.timeout(5):
        await received.wait()
        incoming.put_nowait({"type": "http.disconnect"})
        await request
    assert (pipeline.streams_closed, pipeline.parts_sent) == (1, 1)
    assert await stored_rows(settings) == (1, 1)


def dies(_: Question) -> Answer:
    raise KeyError("Rüsum?")


async def test_an_unforeseen_exception_is_a_problem_without_its_words(client: httpx.AsyncClient, pipeline: ScriptedPipeline) -> None:
    pipeline.script = dies
    response = await client.post(URL, json={"question": "Rüsum?"})
    assert response.status_code == 500
    assert response.json()["type"] == "urn:korpu:problem:unexpected"
    assert "Rüsum" not in response.text


async def test_old_conversations_are_deleted_when_the_gateway_starts(
    settings: Settings, pilots: dict[str, Pilot], run_app: RunApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_now = store.now

    def a_month_ago() -> object:
        return real_now() - timedelta(days=31)

    def build() -> FastAPI:
        return create_app(settings, served_pilots=pilots, pipelines={"citizen_chat": ScriptedPipeline()})

    async with run_app(build()) as (client, gateway):
        client.headers["authorization"] = f"Bearer {gateway.credentials.issue_session().token}"
        monkeypatch.setattr(store, "now", a_month_ago)
        await client.post(URL, json={"question": "Köhnə sual"})
        monkeypatch.setattr(store, "now", real_now)
        await client.post(URL, json={"question": "Təzə sual"})
    async with run_app(build()):
        assert await stored_rows(settings) == (1, 1)


async def test_a_pilot_that_is_not_ready_asks_for_patience(client: httpx.AsyncClient, gateway: Gateway, settings: Settings) -> None:
    gateway.readiness.report("citizen_chat", Stage.READING)
    response = await client.post(URL, json={"question": "Rüsum?"})
    assert response.status_code == 503
    assert response.headers["retry-after"] == "5"
    assert await stored_rows(settings) == (0, 0)
