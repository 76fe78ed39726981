"""A guided dialogue over the three ways in: JSON, events and OpenAI's interface."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gateway.app import create_app
from gateway.desk import REPLAYED_QUESTIONS
from gateway.settings import Settings
from pilots.pipeline import Pipeline, build_pipeline
from pilots.registry import Pilot, load_pilots
from tests.gateway.conftest import running
from tests.gateway.events import read_events
from tests.pilots.small_pilot import ScriptedSource

NAME = "service_navigator"
URL = f"/v1/pilots/{NAME}/answers"
DIALOGUE = ("Xarici pasport almaq istəyirəm, addım-addım kömək edin", "itirmişəm", "2 yaş", "5 iş günü")
EXACT = "1 yaşından 3 yaşınadək, 5 iş günü – 70 AZN («Dövlət rüsumu haqqında» Qanun, maddə 14.1-1.2.2)."


@pytest.fixture(scope="module")
def pilot() -> Pilot:
    return load_pilots()[NAME]


@pytest.fixture(scope="module")
def navigator(pilot: Pilot) -> Pipeline:
    return build_pipeline(pilot, retriever=ScriptedSource())


@pytest.fixture
def app(settings: Settings, pilot: Pilot, navigator: Pipeline) -> FastAPI:
    return create_app(settings, served_pilots={NAME: pilot}, pipelines={NAME: navigator})


@pytest.fixture
async def citizen(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with running(app) as (client, _):
        client.headers["authorization"] = f"Bearer {(await client.post('/v1/sessions')).json()['token']}"
        yield client


async def chat(client: httpx.AsyncClient, *texts: str) -> dict[str, Any]:
    """Ask as a client does that repeats the questions and leaves out what was answered."""
    messages = [message for text in texts[:-1] for message in ({"role": "user", "content": text}, {"role": "assistant", "content": "…"})]
    body = {"model": NAME, "messages": [*messages, {"role": "user", "content": texts[-1]}]}
    reply = await client.post("/v1/chat/completions", json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def test_a_dialogue_goes_on_by_its_conversation_and_ends_in_the_exact_row(citizen: httpx.AsyncClient) -> None:
    conversation: str | None = None
    answer: dict[str, Any] = {}
    for text in DIALOGUE:
        answer = (await citizen.post(URL, json={"question": text, "conversation_id": conversation})).json()
        conversation = answer["conversation_id"]

    assert answer["status"] == "answered"
    assert EXACT in answer["text"]
    assert answer["details"]["fee"]["rows"][0]["amount_azn"] == "70"
    assert (await citizen.get(f"/v1/answers/{answer['id']}")).json() == answer
    changed = (await citizen.post(URL, json={"question": "müddəti dəyiş", "conversation_id": conversation})).json()
    assert changed["options"][:3] == ["10 iş günü", "5 iş günü", "1 iş günü"]


async def test_events_tell_options_and_summary(citizen: httpx.AsyncClient) -> None:
    conversation: str | None = None
    done: dict[str, Any] = {}
    for text in DIALOGUE:
        body = {"question": text, "conversation_id": conversation}
        events = read_events((await citizen.post(URL, json=body, headers={"accept": "text/event-stream"})).text)
        assert events[-1][0] == "done"
        done = events[-1][1]
        conversation = done["conversation_id"]

    assert EXACT in done["text"]
    assert done["options"][0] == "Vəziyyəti dəyiş"


async def test_a_chat_client_is_led_through_the_whole_dialogue(citizen: httpx.AsyncClient) -> None:
    first = await chat(citizen, DIALOGUE[0])
    assert "• İtirilib və ya korlanıb" in first["choices"][0]["message"]["content"]
    for length in range(2, len(DIALOGUE)):
        await chat(citizen, *DIALOGUE[:length])
    last = await chat(citizen, *DIALOGUE)

    assert EXACT in last["choices"][0]["message"]["content"]
    assert last["korpu"]["status"] == "answered"


async def test_a_long_dialogue_that_was_never_stored_is_replayed_from_its_beginning(citizen: httpx.AsyncClient) -> None:
    long = (*DIALOGUE[:3], "geri", "30", "geri", "2 yaş", DIALOGUE[3])
    assert len(long) > REPLAYED_QUESTIONS + 1

    reply = await chat(citizen, *long)

    assert EXACT in reply["choices"][0]["message"]["content"]
