"""A citizen at the real pilots, in the widget."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.gateway.web.conftest import DESKTOP, PHONE, OpenPage
from tests.gateway.web.widget_page import Language, Widget

pytestmark = [pytest.mark.model, pytest.mark.slow]

QUESTION = "Şəxsiyyət vəsiqəm itib, təzəsi neçəyədir?"


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_citizen_is_answered_with_dated_sources(
    viewport: dict[str, int], open_page: OpenPage, real_url: str, check_accessibility: Callable[[Page], None]
) -> None:
    watched = open_page(f"{real_url}/demo/az", viewport=viewport)
    page = watched.page
    assert [url for url in watched.requests if "/v1/" in url] == []
    page.get_by_role("button", name="Sual verin").click()
    expect(page.get_by_text("süni intellektlə işləyən avtomatik köməkçi")).to_be_visible()
    expect(page.get_by_text("Şəxsi məlumat yazmayın: FİN")).to_be_visible()
    check_accessibility(page)
    page.get_by_label("Sualınız").fill(QUESTION)
    page.get_by_role("button", name="Göndər").click()
    answer = page.locator(".answer")
    expect(answer.get_by_text("Mənbəli cavab")).to_be_visible()
    expect(answer).to_contain_text("30 AZN")
    answer.get_by_role("button", name=re.compile("^Mənbə 1:")).first.click()
    card = answer.get_by_role("group", name="Mənbə 1")
    expect(card).to_contain_text("maddə 14.3-1.1")
    expect(card).to_contain_text("05.2023")
    check_accessibility(page)
    answer.get_by_role("button", name="Bəli").click()
    expect(answer.get_by_text("rəyiniz qeydə alındı")).to_be_visible()
    assert watched.foreign_requests(real_url) == []
    assert watched.errors == []


def test_the_navigator_leads_by_clicks_to_documents_and_the_exact_fee(
    open_page: OpenPage, real_url: str, check_accessibility: Callable[[Page], None]
) -> None:
    watched = open_page(f"{real_url}/embed/az/service_navigator", viewport=PHONE)
    widget = Widget(watched.page)
    answer = widget.ask("şəxsiyyət vəsiqəm itib")
    turns = 1
    while answer.locator(".badge").inner_text() != widget.words("status_answered"):
        answer.locator(".choice").first.click()
        turns += 1
        assert turns < 10, "the dialogue does not end"
        watched.page.locator(".turn").nth(turns - 1).locator(".answer-foot > *").first.wait_for()
        answer = widget.answer
    expect(answer).to_contain_text("AZN")
    answer.locator(".cite").first.click()
    expect(answer.locator(".source-card")).to_be_visible()
    check_accessibility(watched.page)
    assert turns > 1
    assert watched.foreign_requests(real_url) == []
    assert watched.errors == []


@pytest.mark.parametrize(
    ("language", "question"),
    [("ru", "Потерял удостоверение личности, сколько стоит новое?"), ("en", "I lost my identity card, how much is a new one?")],
)
def test_who_asks_in_another_language_is_answered_in_it_with_quotes_in_azerbaijani(
    language: Language, question: str, open_page: OpenPage, real_url: str
) -> None:
    watched = open_page(f"{real_url}/embed/{language}/citizen_chat", viewport=PHONE)
    widget = Widget(watched.page, language)
    answer = widget.ask(question)
    expect(answer.locator(".badge")).to_have_text(widget.words("status_answered"))
    expect(answer.locator(".sentences")).to_have_attribute("lang", language)
    expect(answer.locator("li[lang=az]").first).to_contain_text("30 AZN")
    assert watched.foreign_requests(real_url) == []
