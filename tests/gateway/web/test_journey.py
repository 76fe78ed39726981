"""A citizen at the real pilots, in the widget."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.gateway.web.conftest import DESKTOP, PHONE, OpenPage

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
    expect(card).to_contain_text("2023-05")
    check_accessibility(page)
    answer.get_by_role("button", name="Bəli").click()
    expect(answer.get_by_text("rəyiniz qeydə alındı")).to_be_visible()
    assert watched.foreign_requests(real_url) == []
    assert watched.errors == []
