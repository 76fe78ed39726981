from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from gateway.policy import Role
from gateway.store.answer_records import DailyCount
from gateway.web.console.freshness import freshness
from gateway.web.console.usage import DAYS, ENDINGS, ending_of, usage
from pilots.answer import AnswerStatus
from pilots.registry import load_pilots
from tests.gateway.scripted import fact_answer
from tests.gateway.web.console.conftest import Console, text_of

TODAY = date(2026, 11, 27)


async def test_pilots_are_listed_with_what_became_of_their_questions(console: Console) -> None:
    await console.ask_as_citizen()
    console.pipelines["citizen_chat"].script = partial(fact_answer, status=AnswerStatus.UNANSWERABLE_NO_SOURCE)
    await console.ask_as_citizen()
    page = text_of((await (await console.seat(Role.STAFF)).get("/console/pilots")).text)
    row = page.split("citizen_chat")[1].split("Citizen")[0][:80]
    assert "açıqdır hazırdır – 2 50 % 0 % 50 % 0 %" in row
    assert "draft_pilot" not in page


async def test_a_pilots_page_draws_its_days_and_tells_them_in_a_table(console: Console) -> None:
    for _ in range(3):
        await console.ask_as_citizen()
    page = (await (await console.seat(Role.EVALUATOR)).get("/console/pilots/citizen_chat")).text
    assert '<rect class="bar-answered"' in page
    assert page.count("<tr>") >= DAYS
    assert "Cavab verilib: 3" in text_of(page)


async def test_the_switch_stops_a_pilot_with_reason_and_confirmation(console: Console) -> None:
    team, admin = await console.seat(Role.SERVICE_TEAM, "citizen_chat"), await console.seat(Role.ADMIN)
    path = "/console/pilots/citizen_chat/stage"
    assert "dərhal bağlanır" in (await team.get(path)).text
    incomplete_forms: tuple[dict[str, str], ...] = ({"reason": "səhv rüsum"}, {"confirmed": "yes"}, {"reason": " ", "confirmed": "yes"})
    for incomplete in incomplete_forms:
        assert (await team.post(path, action="stop", **incomplete)).status_code == 422
    assert console.gateway.pilots["citizen_chat"].stage == "live"

    stopped = await team.post(path, action="stop", reason="səhv rüsum", confirmed="yes")
    page = text_of((await team.follow(stopped)).text)
    assert "dayandırılıb" in page
    assert "səhv rüsum" in page
    assert console.gateway.pilots["citizen_chat"].stage == "stopped"
    assert (await team.post(path, action="resume", reason="düzəldi", confirmed="yes")).status_code == 403
    assert "yalnız inzibatçı açır" in (await team.get(path)).text

    assert (await admin.post(path, action="resume", reason="düzəldi", confirmed="yes")).status_code == 303
    assert console.gateway.pilots["citizen_chat"].stage == "live"
    (first, second) = await console.gateway.stages.records.history("citizen_chat")
    assert (first.recorded_by, second.note) == (team.caller_id, "düzəldi")


@pytest.mark.parametrize("role", [Role.STAFF, Role.SUPERVISOR, Role.EVALUATOR])
async def test_others_have_no_switch(role: Role, console: Console) -> None:
    person = await console.seat(role)
    path = "/console/pilots/citizen_chat/stage"
    assert path not in (await person.get("/console/pilots/citizen_chat")).text
    assert (await person.get(path)).status_code == 403
    assert (await person.post(path, action="stop", reason="x", confirmed="yes")).status_code == 403
    assert console.gateway.pilots["citizen_chat"].stage == "live"


async def test_a_staff_key_sees_no_pilot_of_the_service_teams(console: Console) -> None:
    assert (await (await console.seat(Role.STAFF, "citizen_chat")).get("/console/pilots/staff_assistant")).status_code == 404


def test_every_status_has_an_ending_that_is_drawn() -> None:
    assert {ending_of(status.value) for status in AnswerStatus} == set(ENDINGS)


def test_days_are_consecutive_and_others_are_passed_over() -> None:
    counts = [
        DailyCount(pilot="p", day=TODAY, status="answered", count=3),
        DailyCount(pilot="p", day=TODAY, status="declined_complaint", count=1),
        DailyCount(pilot="p", day=TODAY - timedelta(days=DAYS - 1), status="error_timeout", count=4),
        DailyCount(pilot="p", day=TODAY - timedelta(days=DAYS), status="answered", count=9),
    ]
    found = usage(counts, today=TODAY)
    assert [day.day for day in found.days] == [TODAY - timedelta(days=back) for back in reversed(range(DAYS))]
    assert found.days[-1].by_ending == Counter({"answered": 3, "refused": 1})
    assert (found.total, found.busiest) == (8, 4)
    assert (found.rate("answered"), found.rate("refused", "blocked"), found.rate("failed")) == (3 / 8, 1 / 8, 4 / 8)
    assert usage([], today=TODAY).rate("answered") == 0


async def test_counts_of_the_database_are_by_day_and_status(console: Console) -> None:
    await console.ask_as_citizen()
    await console.ask_as_citizen(pilot="citizen_chat")
    since = datetime.now(UTC) - timedelta(days=1)
    (count,) = await console.gateway.answer_records.daily(pilots=["citizen_chat", "staff_assistant"], since=since)
    assert (count.pilot, count.status, count.count) == ("citizen_chat", "answered", 2)
    assert await console.gateway.answer_records.daily(pilots=["staff_assistant"], since=since) == []
    assert await console.gateway.answer_records.daily(pilots=["citizen_chat"], since=datetime.now(UTC) + timedelta(days=1)) == []


async def test_answers_that_were_searched_by_words_alone_are_counted(console: Console) -> None:
    await console.ask_as_citizen()
    await console.gateway.traces.settle()
    assert await console.gateway.answer_records.degraded("citizen_chat") == (0, 1)


def test_overdue_cards_are_those_whose_day_has_passed() -> None:
    pilot = load_pilots()["citizen_chat"]
    before, after = freshness(pilot, today=date(2000, 1, 1)), freshness(pilot, today=date(2100, 1, 1))
    assert (len(before.overdue), len(after.overdue)) == (0, before.cards)
    assert [card.review_by for card in after.overdue] == sorted(card.review_by for card in after.overdue)


def test_a_pilot_without_cards_has_none_overdue() -> None:
    assert freshness(load_pilots()["document_qa"], today=TODAY).cards == 0


def test_a_card_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "x.yaml").write_text("title: [")
    pilot = load_pilots()["citizen_chat"]
    broken = type(pilot)(pilot.manifest, tmp_path)
    assert freshness(broken, today=TODAY).unread
