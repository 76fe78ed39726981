import re
from dataclasses import replace
from functools import partial

import pytest

from gateway.policy import Role
from pilots.answer import AnswerStatus, Citation, Question, Sentence, SentenceKind
from pilots.counter import load_counter
from tests.gateway.scripted import fact_answer
from tests.gateway.web.console.conftest import Console, Seat, text_of


async def ask(person: Seat, question: str = "SV itib, rüsum?", **fields: str) -> str:
    """Ask and return the page of the answer."""
    sent = await person.post("/console/ask", question=question, **({"pilot": "staff_assistant"} | fields))
    page = await person.follow(sent)
    assert page.status_code == 200
    return page.text


async def test_the_box_has_the_focus_and_the_counters_pilot_is_chosen(console: Console) -> None:
    page = (await (await console.seat(Role.STAFF)).get("/console/ask")).text
    assert 'name="question" rows="2" required autofocus' in page
    assert '<option value="staff_assistant" selected>' in page
    assert 'value="draft_pilot"' not in page


async def test_an_answer_is_shown_with_its_sources_and_dates(console: Console) -> None:
    page = await ask(await console.seat(Role.STAFF))
    words = text_of(page)
    assert "Rüsum 30 manatdır." in words
    assert '<li id="source-1"' in page
    assert 'href="https://example.az/v"' in page
    assert "Mənbənin tarixi: 05.2024" in words
    assert "SV itib, rüsum?" in words


async def test_the_page_of_an_answer_may_be_opened_again_by_its_asker_only(console: Console) -> None:
    person, colleague = await console.seat(Role.STAFF), await console.seat(Role.ADMIN)
    sent = await person.post("/console/ask", question="Rüsum?", pilot="staff_assistant")
    assert (await person.get(sent.headers["location"])).status_code == 200
    assert (await colleague.get(sent.headers["location"])).status_code == 404
    assert len(console.pipelines["staff_assistant"].questions) == 1


async def test_day_language_and_conversation_reach_the_pilot(console: Console) -> None:
    person = await console.seat(Role.STAFF)
    page = await ask(person, as_of="2023-06-01", language="ru")
    first = console.pipelines["staff_assistant"].questions[-1]
    assert (str(first.as_of), first.language) == ("2023-06-01", "ru")
    assert 'value="2023-06-01"' in page

    await ask(person, "bəs 1 günə?", conversation_id=str(first.conversation_id), conversation_pilot="staff_assistant")
    follow_up = console.pipelines["staff_assistant"].questions[-1]
    assert follow_up.conversation_id == first.conversation_id
    assert [turn.question for turn in follow_up.history] == ["SV itib, rüsum?"]


async def test_another_pilot_begins_another_conversation(console: Console) -> None:
    person = await console.seat(Role.STAFF)
    await ask(person)
    first = console.pipelines["staff_assistant"].questions[-1]
    await ask(person, pilot="citizen_chat", conversation_id=str(first.conversation_id), conversation_pilot="staff_assistant")
    assert console.pipelines["citizen_chat"].questions[-1].conversation_id != first.conversation_id


async def test_without_a_pilot_the_question_is_routed(console: Console) -> None:
    person = await console.seat(Role.STAFF)
    sent = await person.post("/console/ask", question="Rüsum nə qədərdir?", pilot="")
    assert (await person.follow(sent)).status_code == 200


async def test_papers_can_be_ticked_and_next_questions_lead_to_the_reply(console: Console) -> None:
    words = load_counter()

    def answer(question: Question):
        sentences = (
            Sentence(text="Nikah – Tələb olunan sənədlər:", kind=SentenceKind.FRAME),
            Sentence(text="Ərizə", kind=SentenceKind.FACT, citations=(1,), is_item=True),
            Sentence(text="Nikah – Müraciət qaydası:", kind=SentenceKind.FRAME),
            Sentence(text="Növbəyə yazılın", kind=SentenceKind.FACT, citations=(1,), is_item=True),
            Sentence(text=words.frame("ask_next", "az"), kind=SentenceKind.FRAME),
            Sentence(text="Yaşı neçədir?", kind=SentenceKind.FRAME, is_item=True),
            Sentence(text=words.frame("draft_reply", "az"), kind=SentenceKind.FRAME),
            Sentence(text="Hörmətli vətəndaş, ərizə lazımdır.", kind=SentenceKind.FACT, citations=(1,)),
        )
        details = {"next_questions": ["Yaşı neçədir?"], "draft_reply": "Hörmətli vətəndaş, ərizə lazımdır.", "articles": []}
        return replace(fact_answer(question), sentences=sentences, details=details)

    console.pipelines["staff_assistant"].script = answer
    person = await console.seat(Role.STAFF)
    page = await ask(person)
    assert page.count('type="checkbox"> <span>') == 1
    assert '<input type="checkbox"> <span>Ərizə</span>' in page
    assert text_of(page).count("Hörmətli vətəndaş, ərizə lazımdır.") == 1
    assert 'data-copy="reply"' in page

    link = page.split("reply_to=0")[0].rpartition('href="')[2].replace("&amp;", "&") + "reply_to=0"
    reply = (await person.get(link)).text
    assert "Vətəndaşın cavabı" in reply
    assert '<p class="asked" id="asked" lang="az">Yaşı neçədir?</p>' in reply


async def test_a_clarification_offers_its_options_as_buttons(console: Console) -> None:
    options = ("18 yaşadək", "18 yaşdan yuxarı")
    console.pipelines["staff_assistant"].script = partial(fact_answer, status=AnswerStatus.CLARIFICATION, options=options)
    person = await console.seat(Role.STAFF)
    page = await ask(person)
    assert '<button name="question" value="18 yaşadək" lang="az">' in page
    assert "Dəqiqləşdirmə lazımdır" in text_of(page)


async def test_a_draft_says_so_until_the_supervisor_has_decided(console: Console) -> None:
    person, boss = await console.seat(Role.STAFF), await console.seat(Role.SUPERVISOR)
    sent = await person.post("/console/ask", question="Rüsum?", pilot="staff_assistant")
    address = sent.headers["location"]
    assert "Qaralama: rəhbər təsdiqi gözlənilir." in text_of((await person.get(address)).text)

    answer_id = address.partition("answer=")[2][:32]
    await boss.post(f"/console/reviews/{answer_id}/decision", decision="reject", reason="Köhnə məbləğ")
    page = text_of((await person.get(address)).text)
    assert "Rəhbər bu cavabı rədd edib, ondan istifadə etməyin." in page
    assert "Köhnə məbləğ" in page


@pytest.mark.parametrize("role", [Role.STAFF, Role.SUPERVISOR])
async def test_a_stopped_pilot_says_so_in_words(role: Role, console: Console) -> None:
    person, admin = await console.seat(role), await console.seat(Role.ADMIN)
    await admin.post("/console/pilots/staff_assistant/stage", action="stop", reason="səhv rüsum", confirmed="yes")
    refused = await person.post("/console/ask", question="Rüsum?", pilot="staff_assistant")
    assert refused.status_code == 503
    assert "dayandırılıb" in refused.text


XSS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "![x](https://evil.example/?q=1)",
    "[bas](javascript:alert(1))",
    "{{ 7*7 }}{% include 'x' %}",
    "\u202etxt.exe\u202c \u200b\u2066",
)


@pytest.mark.parametrize("hostile", XSS)
async def test_hostile_words_are_only_words(hostile: str, console: Console) -> None:
    def answer(question: Question):
        citation = Citation(n=1, source_id="x", title=hostile, locator=hostile, quote=hostile, url="javascript:alert(1)", as_of=hostile)
        fact = Sentence(text=hostile, kind=SentenceKind.FACT, citations=(1,), is_item=True)
        heading = Sentence(text=f"{hostile}:", kind=SentenceKind.FRAME)
        details = {"draft_reply": hostile, "next_questions": [hostile]}
        return replace(fact_answer(question), sentences=(heading, fact), citations=(citation,), options=(hostile,), details=details)

    console.pipelines["staff_assistant"].script = answer
    person = await console.seat(Role.STAFF)
    page = await ask(person, f"sual {hostile}")
    answer_id = page.split("/console/answers/")[1][:32]
    for path in (f"/console/answers/{answer_id}", f"/console/answers/{answer_id}/slip"):
        page += (await person.get(path)).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page.lower()
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2060-\u206f]", page)
    if hostile.startswith("{{"):
        assert hostile in text_of(page)
