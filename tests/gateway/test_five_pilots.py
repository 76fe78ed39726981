"""Every packaged pilot behind the real application, over all three routes."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gateway.app import create_app
from gateway.policy import Role
from gateway.readiness import Stage
from gateway.settings import Settings
from pilots.registry import load_pilots
from tests.gateway.conftest import RunApp, Running
from tests.gateway.events import read_events

pytestmark = [pytest.mark.model, pytest.mark.slow]

ASKED = {
    "citizen_chat": ("Şəxsiyyət vəsiqəm itib, təzəsi neçəyədir?", "answered", "30 AZN"),
    "document_qa": ("Pilot neçə dövlət xidmətində TDE tətbiq ediləcək?", "answered", "8.2.2"),
    "service_navigator": ("Xarici pasport almaq istəyirəm, addım-addım kömək edin", "clarification", "Geri"),
    "staff_assistant": ("vətəndaş SV itirib, 3 iş gününə, rüsum?", "answered", "70 AZN"),
    "appeal_triage": (
        "Küçəmizdə iki aydır işıq dirəkləri yanmır, axşamlar qaranlıqdır. Xahiş edirəm tədbir görəsiniz.",
        "answered",
        "15 iş günü",
    ),
}
SETTLE_S = 180


@pytest.fixture
async def service(settings: Settings, run_app: RunApp) -> AsyncIterator[Running]:
    async with run_app(create_app(settings)) as (client, gateway):
        for name in load_pilots():
            async with asyncio.timeout(SETTLE_S):
                progress = await gateway.readiness.settled(name)
            assert progress.stage is not Stage.FAILED, (name, progress.fault)
        client.headers["authorization"] = f"Bearer {await gateway.credentials.keys.create(Role.EVALUATOR, questions_per_minute=1000)}"
        yield client, gateway


async def test_every_pilot_is_reached_by_its_name_and_by_its_questions_and_only_by_its_audience(service: Running) -> None:
    """One start of the whole service for all of it: reading five corpora takes seconds."""
    await all_pilots_answer_as_json_as_events_and_to_openai_clients(service)
    await a_question_without_a_pilot_reaches_the_right_one(service)
    await a_citizen_reaches_no_pilot_for_staff(service)


async def all_pilots_answer_as_json_as_events_and_to_openai_clients(service: Running) -> None:
    client, _ = service
    assert set(ASKED) == set(load_pilots())
    for name, (question, status, words) in ASKED.items():
        answer = (await client.post(f"/v1/pilots/{name}/answers", json={"question": question})).json()
        assert (name, answer["status"]) == (name, status)
        assert words in answer["text"] + " ".join(citation["locator"] for citation in answer["citations"])

        streamed = await client.post(f"/v1/pilots/{name}/answers", json={"question": question}, headers={"accept": "text/event-stream"})
        last, document = read_events(streamed.text)[-1]
        assert (last, document["status"]) == ("done", status)

        messages = [{"role": "user", "content": question}]
        reply = (await client.post("/v1/chat/completions", json={"model": name, "messages": messages})).json()
        assert reply["korpu"]["status"] == status
        assert reply["choices"][0]["message"]["content"]


async def a_question_without_a_pilot_reaches_the_right_one(service: Running) -> None:
    client, _ = service
    for name in ("citizen_chat", "service_navigator", "staff_assistant", "appeal_triage"):
        answer = (await client.post("/v1/answers", json={"question": ASKED[name][0]})).json()
        assert (answer["routing"]["decision"], answer["pilot"]) == ("pilot", name)
        assert answer["routing"]["margin"] > 0
    nobody = (await client.post("/v1/answers", json={"question": "Plov necə bişirilir?"})).json()
    assert (nobody["routing"]["decision"], nobody["status"]) == ("out_of_scope", "unanswerable_out_of_scope")


async def a_citizen_reaches_no_pilot_for_staff(service: Running) -> None:
    client, gateway = service
    client.headers["authorization"] = f"Bearer {gateway.credentials.issue_session().token}"
    assert (await client.post("/v1/pilots/staff_assistant/answers", json={"question": "rüsum?"})).status_code == 403
    answer = (await client.post("/v1/answers", json={"question": ASKED["staff_assistant"][0]})).json()
    assert answer["pilot"] not in ("staff_assistant", "appeal_triage")
    assert {candidate["pilot"] for candidate in answer["routing"]["candidates"]} == {"citizen_chat", "service_navigator"}
