from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from gateway.app import create_app
from gateway.composition import Gateway
from gateway.policy import Role
from gateway.settings import Settings
from pilots.answer import AnswerStatus, Question
from pilots.stages import StageAction
from tests.gateway.conftest import RunApp
from tests.gateway.events import read_events
from tests.gateway.scripted import AWAITING, ScriptedPipeline, make_pilot, reviewed_answer

ASK = "/v1/pilots/staff_assistant/answers"


@dataclass(frozen=True)
class Office:
    """A gateway with two pilots for staff whose answers all wait for approval, and keys for who works there."""

    client: httpx.AsyncClient
    gateway: Gateway
    staff: dict[str, str]
    boss: dict[str, str]
    other_boss: dict[str, str]

    async def ask(self, pilot: str = "staff_assistant", question: str = "SV itib, rüsum?") -> dict[str, Any]:
        return (await self.client.post(f"/v1/pilots/{pilot}/answers", json={"question": question}, headers=self.staff)).json()

    async def decide(self, review_id: str, body: dict[str, object], *, by: dict[str, str] | None = None) -> httpx.Response:
        return await self.client.post(f"/v1/reviews/{review_id}/decision", json=body, headers=by or self.boss)


@pytest.fixture
async def office(settings: Settings, run_app: RunApp) -> AsyncIterator[Office]:
    pilots = {name: make_pilot(name, audience="staff") for name in ("staff_assistant", "appeal_triage")}
    pipelines = dict.fromkeys(pilots, ScriptedPipeline(reviewed_answer))
    async with run_app(create_app(settings, served_pilots=pilots, pipelines=pipelines)) as (client, gateway):

        async def key(role: Role, *covered: str) -> dict[str, str]:
            return {"authorization": f"Bearer {await gateway.credentials.keys.create(role, pilots=covered or None)}"}

        yield Office(
            client, gateway, await key(Role.STAFF), await key(Role.SUPERVISOR, "staff_assistant"), await key(Role.SUPERVISOR, "appeal_triage")
        )


async def test_an_answer_goes_out_at_once_and_says_that_it_is_a_draft(office: Office) -> None:
    answer = await office.ask()

    assert answer["status"] == AnswerStatus.ANSWERED
    assert answer["text"].startswith(AWAITING.text)
    assert answer["review"] == {"state": "pending", "reason": "risk_fees", "decided_at": None, "note": None}


async def test_every_way_of_asking_tells_that_it_is_a_draft(office: Office) -> None:
    events = read_events((await office.client.post(ASK, json={"question": "?"}, headers=office.staff | {"accept": "text/event-stream"})).text)
    body = {"model": "staff_assistant", "messages": [{"role": "user", "content": "Rüsum?"}]}
    chat = (await office.client.post("/v1/chat/completions", json=body, headers=office.staff)).json()

    assert next(data for name, data in events if name == "sentence")["text"] == AWAITING.text
    assert events[-1][1]["review"]["state"] == "pending"
    assert chat["choices"][0]["message"]["content"].startswith(AWAITING.text)
    assert chat["korpu"]["review"]["state"] == "pending"
    assert len((await office.client.get("/v1/reviews", headers=office.boss)).json()["reviews"]) == 2


async def test_a_supervisor_reads_question_answer_and_reason(office: Office) -> None:
    answer = await office.ask()

    (listed,) = (await office.client.get("/v1/reviews", headers=office.boss)).json()["reviews"]
    read = (await office.client.get(f"/v1/reviews/{answer['id']}", headers=office.boss)).json()

    assert listed == read
    assert (read["pilot"], read["state"], read["reason"], read["question"]) == ("staff_assistant", "pending", "risk_fees", "SV itib, rüsum?")
    assert read["answer"] == answer
    assert read["decision"] is None


@pytest.mark.parametrize(
    ("body", "state", "shown"),
    [
        ({"decision": "approve"}, "approved", "Rəhbər bu cavabı təsdiqləyib.\nRüsum 30 manatdır. [1]\n• ərizə [1]"),
        ({"decision": "edit", "text": "Rüsum 31 AZN-dir. [1]"}, "edited", "Rəhbər bu cavabı düzəldib:\nRüsum 31 AZN-dir. [1]"),
        (
            {"decision": "reject", "reason": "Köhnə məbləğ"},
            "rejected",
            "Rəhbər bu cavabı rədd edib, ondan istifadə etməyin. Səbəb: Köhnə məbləğ\nRüsum 30 manatdır. [1]\n• ərizə [1]",
        ),
    ],
)
async def test_staff_read_what_was_decided_of_their_answer(body: dict[str, object], state: str, shown: str, office: Office) -> None:
    answer = await office.ask()

    decided = await office.decide(answer["id"], body)
    again = (await office.client.get(f"/v1/answers/{answer['id']}", headers=office.staff)).json()

    assert decided.status_code == 201
    assert decided.json()["decision"]["decided_by"].startswith("key:")
    assert (again["review"]["state"], again["text"]) == (state, shown)
    assert again["text"].splitlines() == [
        ("• " if s["is_item"] else "") + s["text"] + "".join(f" [{n}]" for n in s["citations"]) for s in again["sentences"]
    ]
    assert (await office.client.get("/v1/reviews", headers=office.boss)).json() == {"reviews": []}


async def test_before_a_decision_the_answer_is_read_as_it_was_given(office: Office) -> None:
    answer = await office.ask()
    assert (await office.client.get(f"/v1/answers/{answer['id']}", headers=office.staff)).json() == answer


async def test_deciding_twice_is_a_clear_conflict(office: Office) -> None:
    answer = await office.ask()
    await office.decide(answer["id"], {"decision": "approve"})

    again = await office.decide(answer["id"], {"decision": "reject", "reason": "yox"})

    assert again.status_code == 409
    assert again.json()["type"] == "urn:korpu:problem:review-decided"
    assert (await office.client.get(f"/v1/reviews/{answer['id']}", headers=office.boss)).json()["state"] == "approved"


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "edit"},
        {"decision": "edit", "text": "   "},
        {"decision": "edit", "text": "​"},
        {"decision": "edit", "text": "a\x00b"},
        {"decision": "edit", "text": "a" * 20_001},
        {"decision": "reject"},
        {"decision": "reject", "reason": ""},
        {"decision": "approve", "text": "mətn"},
        {"decision": "postpone"},
        {},
    ],
)
async def test_a_decision_without_its_parts_is_refused_and_leaves_the_review_open(body: dict[str, object], office: Office) -> None:
    answer = await office.ask()

    assert (await office.decide(answer["id"], body)).status_code == 422
    assert (await office.client.get(f"/v1/reviews/{answer['id']}", headers=office.boss)).json()["state"] == "pending"


async def test_one_pilots_supervisor_never_sees_anothers_reviews(office: Office) -> None:
    own = await office.ask("appeal_triage")
    foreign = await office.ask("staff_assistant")

    listed = (await office.client.get("/v1/reviews?state=any", headers=office.other_boss)).json()["reviews"]

    assert [review["id"] for review in listed] == [own["id"]]
    assert (await office.client.get(f"/v1/reviews/{foreign['id']}", headers=office.other_boss)).status_code == 404
    assert (await office.decide(foreign["id"], {"decision": "approve"}, by=office.other_boss)).status_code == 404
    assert (await office.client.get("/v1/reviews?pilot=staff_assistant", headers=office.other_boss)).status_code == 403
    assert (await office.client.get(f"/v1/reviews/{foreign['id']}", headers=office.boss)).json()["state"] == "pending"


async def test_a_key_for_every_pilot_may_ask_for_one(office: Office) -> None:
    await office.ask("appeal_triage")
    wanted = await office.ask("staff_assistant")
    admin = {"authorization": f"Bearer {await office.gateway.credentials.keys.create(Role.ADMIN)}"}

    listed = (await office.client.get("/v1/reviews?pilot=staff_assistant", headers=admin)).json()["reviews"]

    assert [review["id"] for review in listed] == [wanted["id"]]
    assert len((await office.client.get("/v1/reviews?limit=1&offset=1", headers=admin)).json()["reviews"]) == 1
    assert (await office.client.get("/v1/reviews?pilot=moon", headers=admin)).status_code == 404
    assert (await office.client.get("/v1/reviews?state=lost", headers=admin)).status_code == 422


async def test_staff_and_citizens_do_not_see_the_queue(office: Office) -> None:
    answer = await office.ask()
    session = {"authorization": f"Bearer {office.gateway.credentials.issue_session().token}"}

    for headers in (office.staff, session):
        assert (await office.client.get("/v1/reviews", headers=headers)).status_code == 403
        assert (await office.decide(answer["id"], {"decision": "approve"}, by=headers)).status_code == 403


async def test_a_deleted_conversation_takes_its_review_along(office: Office) -> None:
    answer = await office.ask()

    await office.client.delete(f"/v1/conversations/{answer['conversation_id']}", headers=office.staff)

    assert (await office.client.get(f"/v1/reviews/{answer['id']}", headers=office.boss)).status_code == 404


async def test_a_citizens_pilot_may_have_a_supervisor_too(settings: Settings, run_app: RunApp) -> None:
    def script(question: Question):
        return reviewed_answer(question)

    pilots = {"citizen_chat": make_pilot()}
    async with run_app(create_app(settings, served_pilots=pilots, pipelines={"citizen_chat": ScriptedPipeline(script)})) as (client, gateway):
        session = {"authorization": f"Bearer {gateway.credentials.issue_session().token}"}
        answer = (await client.post("/v1/pilots/citizen_chat/answers", json={"question": "?"}, headers=session)).json()
        boss = {"authorization": f"Bearer {await gateway.credentials.keys.create(Role.SUPERVISOR)}"}
        await client.post(f"/v1/reviews/{answer['id']}/decision", json={"decision": "approve"}, headers=boss)
        again = (await client.get(f"/v1/answers/{answer['id']}", headers=session)).json()

    assert again["review"]["state"] == "approved"
    assert "key:" not in str(again)


async def test_the_queue_of_a_stopped_pilot_is_still_worked_off(office: Office) -> None:
    answer = await office.ask()
    await office.gateway.stages.change("staff_assistant", StageAction.STOP, recorded_by="test", note="a wrong fee")
    for address in ("/v1/reviews", "/v1/reviews?pilot=staff_assistant"):
        (review,) = (await office.client.get(address, headers=office.boss)).json()["reviews"]
        assert review["id"] == answer["id"]
    assert (await office.decide(answer["id"], {"decision": "approve"})).status_code == 201
