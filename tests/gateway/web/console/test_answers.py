from functools import partial
from types import SimpleNamespace
from uuid import uuid4

import pytest

from gateway.policy import Role
from gateway.web.console.formats import short_id, show_day
from gateway.web.console.pages.answers import read_digits
from pilots.answer import AnswerStatus
from tests.gateway.scripted import fact_answer, reviewed_answer
from tests.gateway.web.console.conftest import Console, text_of

QUESTION = "Vəsiqəm itib, rüsum?"
HIDDEN = "göstərilmir"


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("7F3A-90C2", "7f3a90c2"),
        (" 7f3a 90c2 ", "7f3a90c2"),
        ("№ 7F3A–90C2.", "7f3a90c2"),
        ("a" * 32, "a" * 32),
        ("xyz", None),
        ("a" * 33, None),
        ("", None),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, digits: str | None) -> None:
    assert read_digits(typed) == digits


def test_a_short_number_is_found_by_its_digits() -> None:
    assert read_digits(short_id("7f3a90c2" + "0" * 24)) == "7f3a90c2"


@pytest.mark.parametrize(("given", "shown"), [("2023", "2023"), ("2023-05", "05.2023"), ("2023-05-17", "17.05.2023"), ("yaz 2023", "yaz 2023")])
def test_a_date_stays_as_precise_as_its_source(given: str, shown: str) -> None:
    assert show_day(given) == shown


@pytest.mark.parametrize("how", ["short", "full", "trace"])
async def test_an_answer_is_found_by_what_stands_on_a_slip(how: str, console: Console) -> None:
    answer = await console.ask_as_citizen(QUESTION)
    person = await console.seat(Role.SUPERVISOR)
    await console.gateway.traces.settle()
    number = {"short": short_id(answer["id"]), "full": answer["id"], "trace": answer["trace_id"]}[how]
    found = await person.get("/console/answers", id=number)
    assert found.headers["location"] == f"/console/answers/{answer['id']}"
    page = text_of((await person.follow(found)).text)
    assert "Rüsum 30 manatdır." in page
    assert "Cavab verilib" in page


async def test_several_answers_of_one_beginning_are_listed(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.store.conversations.uuid4", lambda: SimpleNamespace(hex="abcdef12" + uuid4().hex[:24]))
    first, second = (await console.ask_as_citizen())["id"], (await console.ask_as_citizen())["id"]
    page = await (await console.seat(Role.STAFF)).get("/console/answers", id="ABCD-EF12")
    assert page.status_code == 200
    assert f"/console/answers/{first}" in page.text
    assert f"/console/answers/{second}" in page.text


@pytest.mark.parametrize("typed", ["7F3A", "salam", "zzzzzzzzzz"])
async def test_what_is_no_number_is_said(typed: str, console: Console) -> None:
    page = await (await console.seat(Role.STAFF)).get("/console/answers", id=typed)
    assert "ən azı səkkiz işarə" in page.text


@pytest.mark.parametrize(
    ("role", "sees_text", "sees_trace"),
    [
        (Role.STAFF, True, False),
        (Role.SUPERVISOR, True, True),
        (Role.SERVICE_TEAM, True, True),
        (Role.EVALUATOR, False, True),
        (Role.ADMIN, True, True),
    ],
)
async def test_who_sees_what_of_a_citizens_answer(role: Role, sees_text: bool, sees_trace: bool, console: Console) -> None:
    answer = await console.ask_as_citizen(QUESTION)
    person = await console.seat(role)
    page = await person.get(f"/console/answers/{answer['id']}")
    assert page.status_code == 200
    assert QUESTION not in page.text
    assert HIDDEN in page.text
    assert ("Rüsum 30\u00a0manatdır." in page.text) is sees_text
    assert (await person.get(f"/console/answers/{answer['id']}/slip")).status_code == (200 if sees_text else 404)
    trace = await person.get(f"/console/answers/{answer['id']}/trace")
    assert trace.status_code == (200 if sees_trace else 403)
    assert QUESTION not in trace.text


async def test_the_question_is_shown_to_supervisors_once_the_answer_is_under_review(console: Console) -> None:
    console.pipelines["citizen_chat"].script = reviewed_answer
    answer = await console.ask_as_citizen(QUESTION)
    path = f"/console/answers/{answer['id']}"
    assert QUESTION in (await (await console.seat(Role.SUPERVISOR)).get(path)).text
    assert QUESTION not in (await (await console.seat(Role.STAFF)).get(path)).text
    assert QUESTION not in (await (await console.seat(Role.SERVICE_TEAM)).get(path)).text


async def test_the_question_is_shown_to_who_has_taken_the_conversation(console: Console) -> None:
    citizen = await console.citizen()
    answer = await console.ask_as_citizen(QUESTION, **citizen)
    await console.client.post(f"/v1/conversations/{answer['conversation_id']}/handover", json={}, headers=citizen)
    person, colleague = await console.seat(Role.STAFF), await console.seat(Role.STAFF)
    (waiting,) = await console.gateway.handovers.inbox(pilots=None)
    await person.post(f"/console/inbox/{waiting.id}/take")
    path = f"/console/answers/{answer['id']}"
    assert QUESTION in (await person.get(path)).text
    assert QUESTION not in (await colleague.get(path)).text


async def test_a_question_that_was_not_kept_says_why(console: Console) -> None:
    console.pipelines["staff_assistant"].script = partial(fact_answer, status=AnswerStatus.GUARDRAIL_PERSONAL_DATA)
    person = await console.seat(Role.STAFF)
    sent = await person.post("/console/ask", question="FİN 1AB2C3D", pilot="staff_assistant")
    page = text_of((await person.follow(sent)).text)
    assert "1AB2C3D" not in page
    assert "saxlanmayıb" in page


async def test_the_askers_judgement_is_shown(console: Console) -> None:
    citizen = await console.citizen()
    answer = await console.ask_as_citizen(QUESTION, **citizen)
    await console.client.post(f"/v1/answers/{answer['id']}/feedback", json={"verdict": "unhelpful"}, headers=citizen)
    page = text_of((await (await console.seat(Role.STAFF)).get(f"/console/answers/{answer['id']}")).text)
    assert "Soruşanın rəyi kömək etməyib" in page


async def test_a_slip_has_number_sources_and_dates(console: Console) -> None:
    person = await console.seat(Role.STAFF)
    sent = await person.post("/console/ask", question=QUESTION, pilot="staff_assistant")
    answer_id = sent.headers["location"].partition("answer=")[2][:32]
    slip = (await person.get(f"/console/answers/{answer_id}/slip")).text
    for shown in (short_id(answer_id), answer_id, "Vəsiqənin bərpası", "05.2024", "hüquqi qərar deyil", "Qaralama: rəhbər təsdiqi gözlənilir."):
        assert shown in slip
    assert QUESTION not in slip


async def test_the_waterfall_names_the_steps_and_no_word(console: Console) -> None:
    answer = await console.ask_as_citizen(QUESTION)
    page = (await (await console.seat(Role.EVALUATOR)).get(f"/console/answers/{answer['id']}/trace")).text
    assert "POST /v1/pilots/{pilot}/answers" in page
    assert '<rect class="span-bar"' in page
    assert "30 manat" not in page
    assert answer["trace_id"] in page
