"""The page for browsers without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gateway.web.words import load_words
from tests.gateway.web.conftest import DESKTOP, PHONE, OpenPage
from tests.gateway.web.states import FACTS, ScriptedStates
from tests.gateway.web.widget_page import Language


@pytest.fixture(autouse=True)
def _at_once(states: ScriptedStates) -> None:  # pyright: ignore[reportUnusedFunction]
    states.pause_s, states.instead = 0.0, None


def ask(page: Page, question: str, language: Language = "az") -> None:
    words = load_words(language)
    page.get_by_label(words("question"), exact=True).fill(question)
    page.get_by_role("button", name=words("send"), exact=True).click()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["az", "en", "ru"])
def test_every_step_without_a_script_is_accessible(
    language: Language, viewport: dict[str, int], open_page: OpenPage, scripted_url: str, check_accessibility: Callable[[Page], None]
) -> None:
    words = load_words(language)
    # Scripts of the page are forbidden by its own policy here, not by the browser, so that axe can look at it.
    watched = open_page(f"{scripted_url}/chat/{language}/citizen_chat", viewport=viewport)
    page = watched.page
    check_accessibility(page)
    for status in ("answered", "clarification", "unanswerable_no_source", "guardrail_personal_data", "error_timeout"):
        ask(page, status, language)
        check_accessibility(page)
    page.locator("details.feedback summary").last.click()
    page.locator("details.delete summary").click()
    check_accessibility(page)
    page.get_by_role("button", name=words("person_handover")).click()
    expect(page.locator(".handover-code")).to_be_visible()
    check_accessibility(page)
    assert watched.foreign_requests(scripted_url) == []
    assert watched.errors == []


def test_a_citizen_without_javascript_is_answered_as_in_the_widget(open_page: OpenPage, scripted_url: str) -> None:
    watched = open_page(f"{scripted_url}/demo/az", java_script_enabled=False)
    page = watched.page
    page.get_by_role("link", name="Sadə səhifə (JavaScript olmadan)").click()
    expect(page.get_by_text("Şəxsi məlumat yazmayın: FİN")).to_be_visible()
    ask(page, "answered")
    expect(page.locator(".answer li").first).to_contain_text(FACTS[0])
    page.locator(".cite").first.click()
    assert re.search(r"#source-[0-9a-f]{32}-1$", page.url)
    expect(page.locator("li:target blockquote")).to_contain_text(FACTS[0])
    expect(page.locator("li:target")).to_contain_text("05.2023")
    page.reload()
    expect(page.locator(".answer")).to_have_count(1)
    ask(page, "clarification")
    page.get_by_role("button", name="Uşaq üçün ilk vəsiqə").click()
    expect(page.locator(".question").last).to_have_text("Siz: Uşaq üçün ilk vəsiqə")
    page.locator("details.feedback summary").last.click()
    page.get_by_role("button", name="Bəli", exact=True).last.click()
    page.get_by_role("button", name="Söhbəti əməkdaşa ötür").click()
    expect(page.locator(".handover-code strong")).to_have_text(re.compile("^[2-9A-Z]{4}-[2-9A-Z]{4}$"))
    page.get_by_role("link", name="Русский").click()
    expect(page.locator(".question")).to_have_count(3)
    expect(page.get_by_role("button", name="Отправить")).to_be_visible()
    page.get_by_role("link", name="Azərbaycanca").click()
    page.locator("details.delete summary").click()
    page.get_by_role("button", name="Bəli, sil").click()
    expect(page.get_by_role("status")).to_have_text("Söhbət silindi.")
    page.go_back()
    page.reload()
    expect(page.get_by_text("söhbət silinib")).to_be_visible()
    assert watched.foreign_requests(scripted_url) == []
    assert [url for url in watched.requests if url.endswith(".js")] == []


def test_who_asks_too_often_reads_when_to_ask_again(open_page: OpenPage, scripted_url: str) -> None:
    page = open_page(f"{scripted_url}/chat/az/hurried_pilot", java_script_enabled=False).page
    ask(page, "answered")
    ask(page, "answered")
    expect(page.get_by_text(re.compile(r"\d+ saniyədən sonra"))).to_be_visible()
    page.get_by_role("link", name="Səhifəyə qayıt").click()
    expect(page.get_by_label("Sualınız")).to_be_visible()
