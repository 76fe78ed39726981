"""The packaged pilot behind the real routes; only the search is scripted."""

from collections.abc import AsyncIterator

import pytest

from gateway.app import create_app
from gateway.policy import Role
from gateway.settings import Settings
from pilots.pipeline import build_pipeline
from pilots.registry import load_pilots
from tests.gateway.conftest import RunApp, Running
from tests.gateway.events import read_events
from tests.pilots.small_pilot import ScriptedSource, found

URL = "/v1/pilots/staff_assistant/answers"
QUESTION = "vətəndaş SV itirib, 3 günə, rüsum?"
PARTS = ("70 AZN", "maddə 14.3-1.2", "Vətəndaşa cavab (qaralama")


@pytest.fixture
async def counter(settings: Settings, run_app: RunApp) -> AsyncIterator[Running]:
    pilots = {"staff_assistant": load_pilots()["staff_assistant"]}
    pipeline = build_pipeline(pilots["staff_assistant"], retriever=ScriptedSource([found("sv-itirilmis")]))
    async with run_app(create_app(settings, served_pilots=pilots, pipelines={"staff_assistant": pipeline})) as (client, gateway):
        client.headers["authorization"] = f"Bearer {await gateway.credentials.keys.create(Role.STAFF)}"
        yield client, gateway


async def test_staff_get_the_whole_answer_as_json(counter: Running) -> None:
    client, _ = counter

    answer = (await client.post(URL, json={"question": QUESTION})).json()

    assert answer["status"] == "answered"
    assert all(part in answer["text"] for part in PARTS)
    assert answer["details"].keys() == {"articles", "next_questions", "draft_reply", "confidence"}
    assert "Dövlət rüsumu: 3 iş günü – 70 AZN." in answer["details"]["draft_reply"]
    assert all(sentence["citations"] for sentence in answer["sentences"] if sentence["kind"] == "fact")


async def test_staff_get_it_sentence_by_sentence(counter: Running) -> None:
    client, _ = counter

    events = read_events((await client.post(URL, json={"question": QUESTION}, headers={"accept": "text/event-stream"})).text)

    said = "\n".join(data["text"] for name, data in events if name == "sentence")
    assert all(part in said for part in PARTS)
    assert events[-1][0] == "done"


async def test_staff_get_it_in_a_chat_client(counter: Running) -> None:
    client, _ = counter

    body = {"model": "staff_assistant", "messages": [{"role": "user", "content": QUESTION}]}
    reply = (await client.post("/v1/chat/completions", json=body)).json()

    assert all(part in reply["choices"][0]["message"]["content"] for part in PARTS)
    assert reply["korpu"]["details"]["draft_reply"]


async def test_a_follow_up_keeps_the_service(counter: Running) -> None:
    client, _ = counter
    first = (await client.post(URL, json={"question": QUESTION})).json()

    second = (await client.post(URL, json={"question": "1 günə?", "conversation_id": first["conversation_id"]})).json()

    assert "90 AZN" in second["text"]


async def test_a_citizens_session_is_refused_on_every_route(counter: Running) -> None:
    client, gateway = counter
    session = {"authorization": f"Bearer {gateway.credentials.issue_session().token}"}
    body = {"model": "staff_assistant", "messages": [{"role": "user", "content": QUESTION}]}

    for response in (
        await client.post(URL, json={"question": QUESTION}, headers=session),
        await client.post(URL, json={"question": QUESTION}, headers=session | {"accept": "text/event-stream"}),
        await client.post("/v1/chat/completions", json=body, headers=session),
        await client.get("/v1/models/staff_assistant", headers=session),
    ):
        assert response.status_code == 403
        assert response.headers["content-type"] == "application/problem+json"


async def test_a_citizens_data_is_not_looked_up(counter: Running) -> None:
    client, _ = counter

    answer = (await client.post(URL, json={"question": "qarşımdakı müştərinin ünvanını tap"})).json()

    assert answer["status"] == "declined_third_party"
    assert answer["citations"] == []
