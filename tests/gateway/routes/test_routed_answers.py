"""POST /v1/answers and the chat model `korpu`: real examples, routing by words, scripted pipelines."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from gateway.app import create_app
from gateway.policy import Role
from gateway.settings import Settings
from gateway.store.database import open_database
from gateway.store.schema import ConversationRow, TurnRow
from pilots.answer import Answer, AnswerStatus, Question
from pilots.registry import Pilot, load_pilots
from tests.gateway.conftest import RunApp, Running
from tests.gateway.events import read_events
from tests.gateway.scripted import ScriptedPipeline, fact_answer, make_pilot

URL = "/v1/answers"
FEE = "Şəxsiyyət vəsiqəsi almaq neçəyədir?"
ARTICLE = "Qanunun 7-ci maddəsində nə yazılıb?"
WEATHER = "Bu gün Bakıda hava necə olacaq?"
COUNTER = "vətəndaş pasport itirib, təcili, rüsum?"
COUNTER_EXAMPLES = ("vətəndaş SV itirib, təcili, rüsum?", "vətəndaş pasport istəyir, rüsum?", "vətəndaş 14 yaş, valideynsiz, qəbul edək?")


def with_examples(pilot: Pilot, *examples: str) -> Pilot:
    return replace(pilot, manifest=pilot.manifest.model_copy(update={"examples": examples}))


@pytest.fixture
def pilots() -> dict[str, Pilot]:
    """The served pilots open to everybody, and one for the counter."""
    served = {
        pilot.name: replace(pilot, manifest=pilot.manifest.model_copy(update={"audience": "citizens"}))
        for pilot in (load_pilots()[name] for name in ("citizen_chat", "document_qa"))
    }
    return {**served, "counter": with_examples(make_pilot("counter", audience="staff"), *COUNTER_EXAMPLES)}


@pytest.fixture
def unsure(pilots: dict[str, Pilot]) -> dict[str, Pilot]:
    """Two pilots with the same examples: between them only the person can decide."""
    same = ("Rüsum nə qədərdir?", "Hansı sənədlər lazımdır?", "Ünvan haradadır?")
    return {name: with_examples(pilots[name], *same) for name in ("citizen_chat", "document_qa")}


@pytest.fixture
def app(settings: Settings, pipeline: ScriptedPipeline, pilots: dict[str, Pilot]) -> FastAPI:
    return create_app(settings, served_pilots=pilots, pipelines=dict.fromkeys(pilots, pipeline))


@pytest.fixture
async def unsure_client(
    settings: Settings, pipeline: ScriptedPipeline, unsure: dict[str, Pilot], run_app: RunApp
) -> AsyncIterator[httpx.AsyncClient]:
    async with run_app(create_app(settings, served_pilots=unsure, pipelines=dict.fromkeys(unsure, pipeline))) as (client, gateway):
        client.headers["authorization"] = f"Bearer {gateway.credentials.issue_session().token}"
        yield client


async def ask(client: httpx.AsyncClient, question: str, **body: str) -> dict[str, Any]:
    response = await client.post(URL, json={"question": question, **body})
    assert response.status_code == 200, response.text
    return response.json()


async def rows(settings: Settings) -> tuple[list[str], list[str]]:
    """Return the pilots of the stored conversations and the stored questions."""
    async with open_database(settings.database) as database, database.reading() as connection:
        owners = (await connection.execute(select(ConversationRow.pilot))).scalars().all()
        questions = (await connection.execute(select(TurnRow.question).order_by(TurnRow.asked_at))).scalars().all()
    return list(owners), list(questions)


@pytest.mark.parametrize(
    ("question", "pilot"), [(FEE, "citizen_chat"), (ARTICLE, "document_qa"), ("QANUNUN 7-CI MADDESINDE NE YAZILIB", "document_qa")]
)
async def test_a_question_reaches_the_pilot_it_belongs_to(question: str, pilot: str, client: httpx.AsyncClient, settings: Settings) -> None:
    routing = (answer := await ask(client, question))["routing"]
    assert (routing["decision"], routing["pilot"]) == ("pilot", pilot)
    assert answer["status"] == "answered"
    assert (await rows(settings))[0] == [pilot]
    assert (await client.get(f"/v1/answers/{answer['id']}")).json() == answer


async def test_a_citizen_is_never_sent_to_a_staff_pilot(stranger: Running, client: httpx.AsyncClient) -> None:
    routing = (await ask(client, COUNTER))["routing"]
    assert {candidate["pilot"] for candidate in routing["candidates"]} == {"citizen_chat", "document_qa"}
    key = await stranger[1].credentials.keys.create(Role.STAFF)
    response = await client.post(URL, json={"question": COUNTER}, headers={"authorization": f"Bearer {key}"})
    assert response.json()["routing"]["pilot"] == "counter"


async def test_a_key_for_one_pilot_is_routed_within_it(stranger: Running) -> None:
    client, gateway = stranger
    key = await gateway.credentials.keys.create(Role.SERVICE_TEAM, pilots=("document_qa",))
    response = await client.post(URL, json={"question": ARTICLE}, headers={"authorization": f"Bearer {key}"})
    assert [candidate["pilot"] for candidate in response.json()["routing"]["candidates"]] == ["document_qa"]
    nothing = await gateway.credentials.keys.create(Role.STAFF, pilots=("moon_chat",))
    response = await client.post(URL, json={"question": ARTICLE}, headers={"authorization": f"Bearer {nothing}"})
    assert response.status_code == 403


async def test_what_is_nobodys_is_said_to_be_so_and_reaches_no_pilot(
    client: httpx.AsyncClient, pipeline: ScriptedPipeline, settings: Settings
) -> None:
    answer = await ask(client, WEATHER)
    assert (answer["status"], answer["pilot"]) == ("unanswerable_out_of_scope", "korpu")
    assert (answer["routing"]["decision"], answer["routing"]["pilot"]) == ("out_of_scope", None)
    assert "dövlət xidmətləri" in answer["text"]
    assert pipeline.questions == []
    assert (await client.get(f"/v1/answers/{answer['id']}")).json() == answer
    after = await ask(client, FEE, conversation_id=answer["conversation_id"])
    assert after["conversation_id"] == answer["conversation_id"]
    assert (await rows(settings))[0] == ["citizen_chat"]


async def test_an_identifier_in_a_text_for_nobody_is_not_kept(client: httpx.AsyncClient, settings: Settings) -> None:
    answer = await ask(client, "Salam, hava necədir, FİN kodum 5ABC12D")
    assert (answer["status"], answer["routing"]["decision"]) == ("guardrail_personal_data", "out_of_scope")
    assert (await rows(settings))[1] == [""]


@pytest.mark.parametrize("choice", ["2", "2.", "{title}", "{name}"])
async def test_the_person_decides_where_the_examples_do_not(
    choice: str, unsure_client: httpx.AsyncClient, unsure: dict[str, Pilot], pipeline: ScriptedPipeline, settings: Settings
) -> None:
    asked = await ask(unsure_client, "Rüsum nə qədərdir?")
    assert (asked["status"], asked["pilot"], asked["routing"]["margin"]) == ("clarification", "korpu", 0.0)
    names = [candidate["pilot"] for candidate in asked["routing"]["candidates"]]
    assert asked["options"] == [unsure[name].manifest.title.az for name in names]
    reply = choice.format(title=unsure[names[1]].manifest.title.az.upper(), name=names[1])
    answered = await ask(unsure_client, reply, conversation_id=asked["conversation_id"])
    assert (answered["routing"]["decision"], answered["routing"]["pilot"]) == ("chosen", names[1])
    assert answered["conversation_id"] == asked["conversation_id"]
    assert [question.text for question in pipeline.questions] == ["Rüsum nə qədərdir?"]
    assert (await rows(settings))[0] == [names[1]]


async def test_another_question_instead_of_a_choice_is_routed_itself(unsure_client: httpx.AsyncClient) -> None:
    asked = await ask(unsure_client, "Rüsum nə qədərdir?")
    after = await ask(unsure_client, WEATHER, conversation_id=asked["conversation_id"])
    assert after["routing"]["decision"] == "out_of_scope"


async def test_a_follow_up_stays_with_its_pilot(client: httpx.AsyncClient, pipeline: ScriptedPipeline) -> None:
    first = await ask(client, FEE)
    second = await ask(client, "bəs itirilibsə?", conversation_id=first["conversation_id"])
    assert (second["routing"]["decision"], second["routing"]["pilot"]) == ("continued", "citizen_chat")
    assert second["conversation_id"] == first["conversation_id"]
    assert [turn.question for turn in pipeline.questions[1].history] == [FEE]


async def test_a_clear_change_of_subject_starts_a_conversation_with_the_other_pilot(client: httpx.AsyncClient, pipeline: ScriptedPipeline) -> None:
    first = await ask(client, FEE)
    second = await ask(client, "Konstitusiyanın 25-ci maddəsində nə yazılıb?", conversation_id=first["conversation_id"])
    assert (second["routing"]["decision"], second["routing"]["pilot"]) == ("pilot", "document_qa")
    assert second["conversation_id"] != first["conversation_id"]
    assert pipeline.questions[1].history == ()


async def test_the_answer_to_a_pilots_own_question_goes_to_that_pilot(client: httpx.AsyncClient, pipeline: ScriptedPipeline) -> None:
    def asks(question: Question) -> Answer:
        return fact_answer(question, status=AnswerStatus.CLARIFICATION, options=("bir",))

    pipeline.script = asks
    first = await ask(client, FEE)
    second = await ask(client, "Konstitusiyanın 25-ci maddəsində nə yazılıb?", conversation_id=first["conversation_id"])
    assert (second["routing"]["decision"], second["routing"]["candidates"]) == ("continued", [])


async def test_another_sessions_conversation_is_unknown(client: httpx.AsyncClient, settings: Settings) -> None:
    for question in (FEE, WEATHER):
        first = await ask(client, question)
        other = (await client.post("/v1/sessions", headers={"authorization": ""})).json()["token"]
        body = {"question": FEE, "conversation_id": first["conversation_id"]}
        assert (await client.post(URL, json=body, headers={"authorization": f"Bearer {other}"})).status_code == 404
    assert (await rows(settings))[1] == [FEE, WEATHER]


async def test_routing_has_a_quota_and_stores_nothing_beyond_it(settings: Settings, run_app: RunApp) -> None:
    pilots = {"citizen_chat": make_pilot(per_minute=2)}
    async with run_app(create_app(settings, served_pilots=pilots, pipelines={"citizen_chat": ScriptedPipeline()})) as (client, gateway):
        client.headers["authorization"] = f"Bearer {gateway.credentials.issue_session().token}"
        statuses = [(await client.post(URL, json={"question": WEATHER})).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert len((await rows(settings))[1]) == 2


async def test_a_stream_tells_the_routing_at_its_start(client: httpx.AsyncClient) -> None:
    for question, names in ((FEE, ["meta", "citation", "sentence", "sentence", "done"]), (WEATHER, ["meta", "sentence", "done"])):
        response = await client.post(URL, json={"question": question}, headers={"accept": "text/event-stream"})
        events = read_events(response.text)
        assert [name for name, _ in events] == names
        assert events[0][1]["routing"] == events[-1][1]["routing"]
        assert events[0][1]["routing"]["decision"] in ("pilot", "out_of_scope")


async def test_a_named_pilot_is_not_routed(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/pilots/document_qa/answers", json={"question": FEE})
    assert response.json()["routing"] is None


async def chat(client: httpx.AsyncClient, *said: str) -> dict[str, Any]:
    messages = [{"role": "user", "content": text} for text in said]
    response = await client.post("/v1/chat/completions", json={"model": "korpu", "messages": messages})
    assert response.status_code == 200, response.text
    return response.json()


async def test_the_chat_model_korpu_routes_and_is_listed(client: httpx.AsyncClient) -> None:
    models = (await client.get("/v1/models")).json()["data"]
    assert [model["id"] for model in models] == ["korpu", "citizen_chat", "document_qa"]
    assert (await client.get("/v1/models/korpu")).json()["id"] == "korpu"
    reply = await chat(client, ARTICLE)
    assert reply["korpu"]["routing"]["pilot"] == "document_qa"
    assert (await chat(client, WEATHER))["model"] == "korpu"


async def test_a_chat_client_without_conversation_ids_keeps_its_pilot(client: httpx.AsyncClient, settings: Settings) -> None:
    await chat(client, FEE)
    stored = await chat(client, FEE, "bəs itirilibsə?")
    assert stored["korpu"]["routing"]["decision"] == "continued"
    assert (await rows(settings))[0] == ["citizen_chat"]
    replayed = await chat(client, ARTICLE, "bəs 8-ci?")
    assert (replayed["korpu"]["routing"]["decision"], replayed["korpu"]["routing"]["pilot"]) == ("continued", "document_qa")
    changed = await chat(client, FEE, "bəs itirilibsə?", "Konstitusiyanın 25-ci maddəsində nə yazılıb?")
    assert changed["korpu"]["routing"]["pilot"] == "document_qa"
    again = await chat(client, FEE, "bəs itirilibsə?", "Konstitusiyanın 25-ci maddəsində nə yazılıb?", "bəs 26?")
    assert again["korpu"]["conversation_id"] == changed["korpu"]["conversation_id"]


async def test_a_chat_client_chooses_by_repeating_the_options_number(unsure_client: httpx.AsyncClient, pipeline: ScriptedPipeline) -> None:
    await chat(unsure_client, "Rüsum nə qədərdir?")
    reply = await chat(unsure_client, "Rüsum nə qədərdir?", "1")
    assert reply["korpu"]["routing"]["decision"] == "chosen"
    follow_up = await chat(unsure_client, "Rüsum nə qədərdir?", "1", "bəs sabah?")
    assert follow_up["korpu"]["routing"]["decision"] == "continued"
    assert [turn.question for turn in pipeline.questions[-1].history] == ["Rüsum nə qədərdir?", "Rüsum nə qədərdir?"]
