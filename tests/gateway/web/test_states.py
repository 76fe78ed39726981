"""Every state of the widget, in three languages, on a phone and on a desk, without a single violation that axe knows."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gateway.web.words import load_words
from pilots.answer import AnswerStatus
from tests.gateway.web.conftest import DESKTOP, PHONE, OpenPage
from tests.gateway.web.states import ScriptedStates
from tests.gateway.web.widget_page import Language, Widget

Check = Callable[[Page], None]
VIEWPORTS = [pytest.param(PHONE, id="phone"), pytest.param(DESKTOP, id="desktop")]
LANGUAGES: tuple[Language, ...] = ("az", "en", "ru")


@pytest.fixture(autouse=True)
def _at_once(states: ScriptedStates) -> None:  # pyright: ignore[reportUnusedFunction]
    states.pause_s, states.instead = 0.0, None


@pytest.mark.parametrize("viewport", VIEWPORTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_ending_of_a_question_is_accessible(
    language: Language, viewport: dict[str, int], open_page: OpenPage, scripted_url: str, check_accessibility: Check
) -> None:
    watched = open_page(f"{scripted_url}/embed/{language}/citizen_chat", viewport=viewport)
    widget = Widget(watched.page, language)
    expect(widget.page.get_by_text(widget.words("disclosure_data"))).to_be_visible()
    check_accessibility(watched.page)
    for status in AnswerStatus:
        answer = widget.ask(status.value)
        label = load_words(language).known(f"status_{status.value}") or widget.words("status_error")
        expect(answer.locator(".badge")).to_have_text(label)
        check_accessibility(watched.page)
    assert watched.foreign_requests(scripted_url) == []
    assert watched.errors == []


@pytest.mark.parametrize("viewport", VIEWPORTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_can_be_opened_is_accessible(
    language: Language, viewport: dict[str, int], open_page: OpenPage, scripted_url: str, check_accessibility: Check
) -> None:
    watched = open_page(f"{scripted_url}/demo/{language}", viewport=viewport)
    widget = Widget(watched.page, language)
    check_accessibility(watched.page)
    widget.open()
    # Citizens' questions go to the right pilot by themselves here; a clear one reaches the scripted pilot.
    answer = widget.ask("Şəxsiyyət vəsiqəsinin dəyişdirilməsi üçün rüsum nə qədərdir?")
    if answer.locator(".choice").count():
        answer.locator(".choice").first.click()
        widget.page.locator(".turn:last-child .cite").first.wait_for()
        answer = widget.answer
    answer.locator(".cite").first.click()
    answer.locator("summary").click()
    check_accessibility(watched.page)
    widget.answer.get_by_role("button", name=widget.words("feedback_no"), exact=True).click()
    check_accessibility(watched.page)
    widget.answer.get_by_label(widget.words("reason_outdated")).check()
    widget.answer.get_by_role("button", name=widget.words("feedback_send")).click()
    expect(widget.answer.get_by_text(widget.words("feedback_thanks"))).to_be_visible()
    widget.button("person").click()
    expect(widget.page.get_by_role("link", name="108", exact=True)).to_be_visible()
    check_accessibility(watched.page)
    widget.button("person_handover").click()
    expect(widget.page.locator(".handover-code")).to_be_visible()
    check_accessibility(watched.page)
    widget.button("back").click()
    widget.button("delete").click()
    check_accessibility(watched.page)
    widget.button("delete_yes").click()
    expect(widget.status).to_have_text(widget.words("deleted"))
    check_accessibility(watched.page)
    assert watched.foreign_requests(scripted_url) == []
    assert watched.errors == []


@pytest.mark.parametrize("viewport", VIEWPORTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_trouble_is_accessible(
    language: Language, viewport: dict[str, int], open_page: OpenPage, scripted_url: str, states: ScriptedStates, check_accessibility: Check
) -> None:
    page = open_page(f"{scripted_url}/embed/{language}/citizen_chat", viewport=viewport).page
    widget = Widget(page, language)
    widget.go_offline()
    widget.ask("answered")
    check_accessibility(page)
    widget.go_online()
    states.pause_s = 0.5
    widget.button("retry").click()
    expect(widget.status).to_have_text(widget.words("searching"))
    check_accessibility(page)
    widget.page.locator(".sentences li").first.wait_for()
    widget.button("stop").click()
    expect(widget.answer.locator(".badge")).to_have_text(widget.words("status_stopped"))
    check_accessibility(page)
    states.pause_s = 0.0
    page.goto(f"{scripted_url}/embed/{language}/hurried_pilot")
    widget.ask("answered")
    widget.ask("answered")
    expect(widget.button("retry")).to_be_disabled()
    check_accessibility(page)
    page.goto(f"{scripted_url}/chat/{language}/stopped_pilot")
    expect(page.get_by_text(widget.words("paused"))).to_be_visible()
    check_accessibility(page)


@pytest.mark.parametrize("options", [{"color_scheme": "dark"}, {"forced_colors": "active"}], ids=["dark", "forced colours"])
def test_other_colours_are_accessible(options: dict[str, str], open_page: OpenPage, scripted_url: str, check_accessibility: Check) -> None:
    page = open_page(f"{scripted_url}/embed/az/citizen_chat", viewport=PHONE, **options).page
    widget = Widget(page)
    check_accessibility(page)
    for status in ("answered", "clarification", "unanswerable_no_source", "error_retrieval"):
        widget.ask(status)
        check_accessibility(page)
    page.locator(".cite").first.click()
    check_accessibility(page)


def test_offline_the_question_is_kept_and_sent_again(open_page: OpenPage, scripted_url: str) -> None:
    page = open_page(f"{scripted_url}/embed/az/citizen_chat").page
    widget = Widget(page)
    widget.go_offline()
    expect(widget.ask("answered")).to_contain_text("İnternet bağlantısı yoxdur")
    widget.go_online()
    expect(widget.status).to_have_text(widget.words("online"))
    widget.button("retry").click()
    expect(widget.answer.locator(".cite").first).to_be_visible()
    expect(page.locator(".turn")).to_have_count(1)


def test_offline_before_the_widget_stands_it_can_be_asked_for_again(open_page: OpenPage, scripted_url: str) -> None:
    page = open_page(f"{scripted_url}/demo/az").page
    widget = Widget(page)
    page.context.set_offline(True)
    widget.button("open").click()
    expect(page.get_by_text(widget.words("offline"))).to_be_visible()
    widget.go_online()
    widget.open()
    expect(widget.field).to_be_visible()


def test_who_asks_too_often_is_told_when_to_ask_again(open_page: OpenPage, scripted_url: str) -> None:
    widget = Widget(open_page(f"{scripted_url}/embed/az/hurried_pilot").page)
    widget.ask("answered")
    answer = widget.ask("answered")
    expect(answer).to_contain_text("saniyədən sonra yenidən göndərə bilərsiniz")
    expect(widget.button("retry")).to_be_disabled()


def test_an_answer_that_was_found_by_words_only_says_so(open_page: OpenPage, scripted_url: str) -> None:
    answer = Widget(open_page(f"{scripted_url}/embed/az/citizen_chat").page).ask("zəif axtarış")
    expect(answer.locator(".degraded")).to_contain_text("yalnız sözlər üzrə")


def test_a_stopped_answer_keeps_what_has_come(open_page: OpenPage, scripted_url: str, states: ScriptedStates) -> None:
    states.pause_s = 0.5
    widget = Widget(open_page(f"{scripted_url}/embed/az/citizen_chat").page)
    widget.send("answered")
    widget.page.locator(".sentences li").first.wait_for()
    widget.button("stop").click()
    expect(widget.answer).to_contain_text("Bu cavab tam deyil")
    expect(widget.answer.locator("li").first).to_contain_text("30 AZN")
    expect(widget.button("send")).to_be_visible()


def test_a_stopped_pilot_says_so_and_where_to_turn(open_page: OpenPage, scripted_url: str) -> None:
    widget = Widget(open_page(f"{scripted_url}/embed/az/stopped_pilot").page)
    expect(widget.page.locator(".warning")).to_have_text(widget.words("paused"))
    expect(widget.field).to_be_hidden()
    expect(widget.page.get_by_role("link", name="108", exact=True)).to_be_visible()
    widget.button("person").click()
    expect(widget.page.get_by_role("link", name="108", exact=True)).to_be_visible()
    expect(widget.page.get_by_text(widget.words("person_ask_first"))).to_have_count(0)
    widget.page.goto(f"{scripted_url}/chat/az/stopped_pilot")
    expect(widget.page.get_by_role("link", name="108", exact=True)).to_be_visible()
    expect(widget.page.get_by_text(widget.words("person_ask_first"))).to_have_count(0)


@pytest.mark.parametrize("status", list(AnswerStatus))
def test_only_an_answer_is_asked_whether_it_helped(status: AnswerStatus, open_page: OpenPage, scripted_url: str) -> None:
    is_answer = not status.is_error and status not in (AnswerStatus.CLARIFICATION, AnswerStatus.GUARDRAIL_PERSONAL_DATA)
    widget = Widget(open_page(f"{scripted_url}/embed/az/citizen_chat").page)
    expect(widget.ask(status.value).get_by_text(widget.words("feedback"))).to_have_count(int(is_answer))


def test_the_number_of_a_source_never_stands_on_a_line_alone(open_page: OpenPage, scripted_url: str) -> None:
    widget = Widget(open_page(f"{scripted_url}/embed/az/citizen_chat", viewport=PHONE).page)
    widget.ask("answered")
    for tail in widget.page.locator(".tail").all():
        word, number = tail.locator("bdi").bounding_box(), tail.locator(".cite").first.bounding_box()
        assert word is not None
        assert number is not None
        assert abs(word["y"] + word["height"] / 2 - number["y"] - number["height"] / 2) < number["height"]


def test_the_date_of_a_source_is_written_as_it_is_here(open_page: OpenPage, scripted_url: str) -> None:
    widget = Widget(open_page(f"{scripted_url}/embed/az/citizen_chat").page)
    widget.ask("answered").locator(".cite").first.click()
    expect(widget.page.locator(".source-card")).to_contain_text("05.2023")


def test_after_a_question_back_the_next_answer_begins_in_view(open_page: OpenPage, scripted_url: str) -> None:
    widget = Widget(open_page(f"{scripted_url}/embed/az/citizen_chat", viewport={"width": 390, "height": 640}).page)
    for asked in ("answered", "clarification", "answered"):
        widget.ask(asked)
    turn, scroller = widget.page.locator(".turn:last-child").bounding_box(), widget.page.locator(".scroller").bounding_box()
    assert turn is not None
    assert scroller is not None
    assert 0 <= turn["y"] - scroller["y"] < 24
