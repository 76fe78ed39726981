"""Sources and questions that attack the reader's browser are shown as text: nothing runs, nothing is sent, nothing is turned round."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from gateway.web.visible import visible
from pilots.answer import Answer, AnswerStatus, Citation, Sentence, SentenceKind
from tests.gateway.web.conftest import OpenPage, Watched
from tests.gateway.web.hostile_texts import ADDRESSES, TEXTS
from tests.gateway.web.states import ScriptedStates
from tests.gateway.web.widget_page import Widget

TURNERS = set("\u061c\u200b\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")


def hostile_answer() -> Answer:
    """Every text as a sentence, a notice, an option, and as title, place, quote and date of a source."""
    addresses = [*ADDRESSES, *[None] * (len(TEXTS) - len(ADDRESSES))]
    citations = tuple(
        Citation(n=n, source_id="x", title=text, locator=text, quote=text, url=address, as_of=text)
        for n, (text, address) in enumerate(zip(TEXTS, addresses, strict=True), start=1)
    )
    sentences = [
        Sentence(text=text, kind=kind, citations=(n,), is_item=kind is SentenceKind.FACT)
        for n, text in enumerate(TEXTS, start=1)
        for kind in (SentenceKind.FACT, SentenceKind.NOTICE)
    ]
    return Answer(pilot="citizen_chat", status=AnswerStatus.ANSWERED, language="az", sentences=tuple(sentences), citations=citations, options=TEXTS)


@pytest.fixture
def hostile(states: ScriptedStates) -> Iterator[None]:
    states.pause_s, states.instead = 0.0, hostile_answer()
    yield
    states.instead = None


def test_the_corpus_is_large_enough() -> None:
    assert len(TEXTS) + len(ADDRESSES) >= 40
    assert len(set(TEXTS)) == len(TEXTS)


def check_inert(watched: Watched, url: str, shown: list[str]) -> None:
    page: Page = watched.page
    page.wait_for_timeout(500)
    assert page.evaluate("() => window.hacked") is None
    assert watched.foreign_requests(url) == []
    assert page.url.startswith(url)
    joined = "\n".join(shown)
    assert not TURNERS & set(joined)
    for text in TEXTS:
        assert " ".join(visible(text).split()) in " ".join(joined.split()), text


@pytest.mark.usefixtures("hostile")
def test_in_the_widget(open_page: OpenPage, scripted_url: str) -> None:
    watched = open_page(f"{scripted_url}/embed/az/citizen_chat")
    page, widget = watched.page, Widget(watched.page)
    answer = widget.ask("hücum")
    for number in range(0, len(TEXTS) * 2, 7):
        answer.locator(".cite").nth(number).click()
        isolation = answer.locator(".source-card bdi").evaluate_all("all => all.map(e => getComputedStyle(e).unicodeBidi)")
        assert set(isolation) == {"isolate"}
    answer.locator("summary").click()
    check_inert(watched, scripted_url, answer.locator("bdi").all_inner_texts())
    shadow = "document.querySelector('korpu-chat').shadowRoot"
    wild = page.evaluate(f"() => {shadow}.querySelectorAll('script, img, svg, iframe, style, link, object, embed, video, audio, form form').length")
    assert wild == 0
    assert page.evaluate(f"() => [...{shadow}.querySelectorAll('a')].filter(a => !a.href.match(/^https?:/)).length") == 0
    widget.page.reload()
    widget.answer.locator("summary").click()
    check_inert(watched, scripted_url, widget.answer.locator("bdi").all_inner_texts())
    assert watched.errors == []


@pytest.mark.usefixtures("hostile")
def test_on_the_plain_page(open_page: OpenPage, scripted_url: str) -> None:
    watched = open_page(f"{scripted_url}/chat/az/citizen_chat")
    watched.page.get_by_label("Sualınız").fill("hücum")
    watched.page.get_by_role("button", name="Göndər").click()
    check_inert(watched, scripted_url, watched.page.locator(".answer bdi").all_inner_texts())
    assert watched.page.locator("main :is(script, img, svg, iframe, style, link, object, embed, video, audio)").count() == 0
    links = json.loads(watched.page.evaluate("() => JSON.stringify([...document.querySelectorAll('.answer a')].map(a => a.protocol))"))
    assert set(links) <= {"http:", "https:"}
    assert watched.errors == []


def test_questions_are_shown_as_text_too(open_page: OpenPage, scripted_url: str) -> None:
    watched = open_page(f"{scripted_url}/embed/az/citizen_chat")
    widget = Widget(watched.page)
    typed = [text for text in TEXTS if text.isprintable()][:12]
    for text in typed:
        widget.ask(text)
    assert watched.page.evaluate("() => window.hacked") is None
    assert watched.foreign_requests(scripted_url) == []
    assert watched.page.locator(".question bdi").all_inner_texts() == typed
