"""What the widget does with a conversation, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.gateway.web.conftest import OpenPage
from tests.gateway.web.devtools import fonts_of
from tests.gateway.web.states import FACTS, ScriptedStates
from tests.gateway.web.widget_page import Widget

HEX32 = r"[0-9a-f]{32}"


@pytest.fixture(autouse=True)
def _at_once(states: ScriptedStates) -> None:  # pyright: ignore[reportUnusedFunction]
    states.pause_s, states.instead = 0.0, None


@pytest.fixture
def widget(open_page: OpenPage, scripted_url: str) -> Widget:
    opened = Widget(open_page(f"{scripted_url}/embed/az/citizen_chat").page)
    opened.field.wait_for()
    return opened


def focused(page: Page) -> str:
    """Return the tag and text of what has the focus, inside the widget too."""
    return page.evaluate(
        """() => { let e = document.activeElement; while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
        return `${e?.tagName} ${e?.getAttribute("aria-label") ?? e?.textContent ?? ""}`.trim() }"""
    )


def test_a_reload_keeps_the_conversation_and_deleting_ends_it(widget: Widget) -> None:
    widget.ask("answered")
    widget.page.reload()
    expect(widget.answer.locator("li").first).to_contain_text(FACTS[0])
    expect(widget.page.locator(".question")).to_contain_text("answered")
    widget.button("delete").click()
    widget.button("delete_yes").click()
    expect(widget.page.locator(".turn")).to_have_count(0)
    widget.page.reload()
    expect(widget.page.get_by_text(widget.words("disclosure_data"))).to_be_visible()
    expect(widget.page.locator(".turn")).to_have_count(0)


def test_the_trace_begins_in_the_browser_and_its_id_stands_on_the_answer(widget: Widget) -> None:
    with widget.page.expect_request(re.compile("/answers$")) as asked:
        answer = widget.ask("answered")
    version, trace, span, flags = asked.value.headers["traceparent"].split("-")
    assert (version, flags) == ("00", "01")
    assert re.fullmatch(HEX32, trace)
    assert re.fullmatch("[0-9a-f]{16}", span)
    code = answer.locator("code")
    expect(code).to_have_attribute("data-trace-id", trace)
    assert re.fullmatch("[0-9a-f]{4}-[0-9a-f]{4}", code.inner_text())


def test_each_message_says_its_language(open_page: OpenPage, scripted_url: str) -> None:
    widget = Widget(open_page(f"{scripted_url}/embed/ru/citizen_chat").page, "ru")
    answer = widget.ask("answered")
    expect(widget.page.locator(".panel")).to_have_attribute("lang", "ru")
    expect(answer.locator("li").first).to_have_attribute("lang", "az")
    expect(answer.locator(".sentences")).to_have_attribute("lang", "az")
    widget.page.get_by_label(widget.words("language")).select_option("en")
    english = Widget(widget.page, "en")
    expect(english.button("send")).to_be_visible()
    expect(english.page.locator(".panel")).to_have_attribute("lang", "en")
    expect(english.answer.locator("li").first).to_contain_text(FACTS[0])


def test_a_finished_answer_is_read_out_once_and_the_status_apart_from_it(widget: Widget, states: ScriptedStates) -> None:
    states.pause_s = 0.1
    widget.page.evaluate(
        """() => { window.heard = []; const root = document.querySelector("korpu-chat").shadowRoot;
        for (const region of root.querySelectorAll("[role=status], [aria-live=polite]")) new MutationObserver(() => {
          if (region.textContent) window.heard.push([region.getAttribute("role") ?? "finished", region.textContent]);
        }).observe(region, {childList: true, characterData: true, subtree: true}) }"""
    )
    widget.ask("answered")
    heard = widget.page.evaluate("() => window.heard")
    assert [text for kind, text in heard if kind == "status"] == [widget.words("searching"), widget.words("arriving")]
    (spoken,) = [text for kind, text in heard if kind == "finished"]
    assert FACTS[0] in spoken
    assert "[1]" not in spoken
    expect(widget.page.locator("[aria-live=polite].unseen")).to_be_empty(timeout=10_000)


def test_nothing_that_arrives_moves_the_focus(widget: Widget, states: ScriptedStates) -> None:
    states.pause_s = 0.05
    widget.field.fill("clarification")
    widget.field.press("Enter")
    widget.page.evaluate(
        "() => { window.moves = 0; document.querySelector('korpu-chat').shadowRoot.addEventListener('focusin', () => window.moves++) }"
    )
    widget.page.locator(".choice").first.wait_for()
    assert focused(widget.page).startswith("TEXTAREA")
    assert widget.page.evaluate("() => window.moves") == 0


def test_by_keyboard_alone_a_person_asks_reads_a_source_and_closes(open_page: OpenPage, scripted_url: str) -> None:
    page = open_page(f"{scripted_url}/demo/az").page
    widget = Widget(page)
    for _ in range(30):
        page.keyboard.press("Tab")
        if focused(page) == "BUTTON Sual verin":
            break
    page.keyboard.press("Enter")
    widget.field.wait_for()
    expect(page.get_by_role("heading", name="Vətəndaş üçün dövlət xidmətləri")).to_be_focused()
    for _ in range(30):
        page.keyboard.press("Tab")
        if focused(page).startswith("TEXTAREA"):
            break
    page.keyboard.type("Hərbi biletin təkrarını hansı orqan verir?")
    page.keyboard.press("Enter")
    page.locator(".answer-foot > *").first.wait_for()
    while page.locator(".choices").count():
        page.keyboard.press("Shift+Tab")
        if "choice" in page.evaluate("() => document.activeElement.shadowRoot.activeElement.className"):
            page.keyboard.press("Enter")
            page.locator(".turn:nth-child(2) .answer-foot > *").first.wait_for()
            break
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if focused(page).startswith("BUTTON Mənbə 1"):
            break
    page.keyboard.press("Enter")
    card = page.get_by_role("group", name="Mənbə 1", exact=True)
    expect(card).to_contain_text("Maddə 14.3-1.1")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    assert focused(page).startswith("BUTTON Mənbə 1")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert focused(page) == "BUTTON Sual verin"


def test_a_person_is_always_in_reach_with_sourced_hours_and_a_code(widget: Widget) -> None:
    widget.button("person").click()
    expect(widget.page.get_by_role("link", name="108", exact=True)).to_have_attribute("href", "tel:108")
    expect(widget.page.get_by_text("09:00–18:00")).to_be_visible()
    expect(widget.page.get_by_text("sosial şəbəkədə vətəndaşlara cavablar, 2024")).to_be_visible()
    expect(widget.page.get_by_text(widget.words("person_ask_first"))).to_be_visible()
    widget.page.keyboard.press("Escape")
    assert focused(widget.page) == "BUTTON İnsanla danışın"
    widget.ask("unanswerable_no_source")
    widget.button("person").click()
    widget.page.get_by_label(widget.words("person_note")).fill("Zəhmət olmasa, kömək edin")
    widget.button("person_handover").click()
    code = widget.page.locator(".handover-code strong").inner_text()
    assert re.fullmatch("[2-9A-Z]{4}-[2-9A-Z]{4}", code)
    widget.page.reload()
    widget.button("person").click()
    expect(widget.page.locator(".handover-code strong")).to_have_text(code)


def test_choices_of_a_clarification_are_sent_by_one_click_and_age(widget: Widget) -> None:
    widget.ask("clarification")
    widget.page.get_by_role("button", name="Uşaq üçün ilk vəsiqə").click()
    expect(widget.page.locator(".question").last).to_have_text("Siz: Uşaq üçün ilk vəsiqə")
    expect(widget.page.locator(".choice")).to_have_count(0)


def test_the_conversation_is_saved_as_text_with_its_sources(widget: Widget) -> None:
    widget.ask("answered")
    with widget.page.expect_download() as download:
        widget.button("transcript_save").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert FACTS[0] in text
    assert "[1] «Dövlət rüsumu haqqında» Qanun, Maddə 14.3-1.1, 05.2023, https://e-qanun.az/framework/2883" in text


@pytest.mark.parametrize("size", [{"width": 320, "height": 640}, {"width": 320, "height": 256}], ids=["320 px", "400 % zoom"])
def test_everything_reflows_without_scrolling_sideways(size: dict[str, int], open_page: OpenPage, scripted_url: str) -> None:
    page = open_page(f"{scripted_url}/embed/ru/citizen_chat", viewport=size).page
    widget = Widget(page, "ru")
    widget.ask("answered")
    widget.page.locator(".cite").first.click()
    sideways = """() => { const root = document.querySelector("korpu-chat").shadowRoot;
        const wide = [...root.querySelectorAll("*")].filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 1
            && getComputedStyle(e).overflowX !== "visible" && !e.classList.contains("unseen")).map(e => e.className || e.tagName);
        return [document.documentElement.scrollWidth > innerWidth, wide] }"""
    assert page.evaluate(sideways) == [False, []]
    for control in (widget.button("person"), widget.button("send"), widget.button("delete")):
        control.scroll_into_view_if_needed()
        expect(control).to_be_in_viewport()
    page.goto(f"{scripted_url}/chat/ru/citizen_chat")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{scripted_url}/demo/ru")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_text_of_twice_the_size_stays_readable_and_every_target_is_large_enough(widget: Widget) -> None:
    widget.ask("answered")
    widget.page.locator(".cite").first.click()
    small = """() => [...document.querySelector("korpu-chat").shadowRoot.querySelectorAll("button, select, textarea, summary, input")]
        .filter(e => e.checkVisibility()).map(e => [e.textContent, e.getBoundingClientRect()])
        .filter(([, r]) => r.width < 24 || r.height < 24).map(([text]) => text)"""
    assert widget.page.evaluate(small) == []
    widget.page.set_viewport_size({"width": 390, "height": 844})
    widget.page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    assert widget.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    expect(widget.button("send")).to_be_in_viewport()
    clipped = """() => [...document.querySelector("korpu-chat").shadowRoot.querySelectorAll("button, h2, p, li")]
        .filter(e => e.checkVisibility() && !e.closest(".unseen") && e.scrollWidth > e.clientWidth + 1 && e.clientWidth).map(e => e.textContent)"""
    assert widget.page.evaluate(clipped) == []


def test_the_letters_of_azerbaijani_are_drawn_by_one_font(widget: Widget) -> None:
    widget.page.evaluate(
        "() => { const p = document.createElement('h1'); p.id = 'letters'; p.textContent = 'ƏəĞğİıIiŞşÇçÖöÜü'; document.body.append(p) }"
    )
    assert len(fonts_of(widget.page, "#letters")) == 1
