"""From a question to the evaluator's page and command: asked, scored, judged by the person and by a supervisor, joined."""

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from typer.testing import CliRunner, Result

from evaluation.cli import eval_app
from gateway.policy import Role
from gateway.settings import Settings
from gateway.store.database import open_database
from gateway.store.schema import ConversationRow
from pilots.answer import Answer, AnswerStatus, Question
from pilots.routing.decision import SERVICE
from tests.gateway.scripted import FACT, fact_answer
from tests.gateway.web.console.conftest import Console, Seat, text_of

Command = Callable[..., Awaitable[Result]]
POSTGRES_URL = os.environ.get("KORPU_TEST_POSTGRES_URL")
PAGE = "/console/evaluations/use"
SOUND, UNSOUND, REFUSED, LAME = "Rüsum nə qədərdir?", "Uydurma rüsum?", "Hava necədir?", "Axtarış nasazdır?"
COMMENT = "zəng vurdum, başqa məbləğ dedilər"


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.skipif(POSTGRES_URL is None, reason="KORPU_TEST_POSTGRES_URL is not set")]),
    ]
)
async def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Both kinds of database, of which the conversations are empty at the start of each test."""
    chosen = Settings(data_dir=tmp_path / "var", database_url=None if request.param == "sqlite" else POSTGRES_URL)
    async with open_database(chosen.database) as database, database.writing() as connection:
        await connection.execute(delete(ConversationRow))
    return chosen


def answer_by_words(question: Question) -> Answer:
    """Answers of four kinds: grounded, with a figure that no quote holds, refused, and given on a lower rung."""
    answer = fact_answer(question)
    match question.text:
        case text if text == UNSOUND:
            return replace(answer, sentences=(replace(FACT, text="Rüsum 31 manatdır."),))
        case text if text == REFUSED:
            return replace(answer, status=AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE, sentences=(), citations=())
        case text if text == LAME:
            return replace(answer, details={"degraded": ["lexical"]})
        case _:
            return answer


class Day:
    """What was asked and said at one console, by the names that the tests use."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.ids: dict[str, str] = {}

    async def ask(self, name: str, question: str, verdict: str | None = None, **said: Any) -> None:
        citizen = await self.console.citizen()
        answer = await self.console.ask_as_citizen(question, **citizen)
        self.ids[name] = answer["id"]
        if verdict is not None:
            path = f"/v1/answers/{answer['id']}/feedback"
            given = await self.console.client.post(path, json={"verdict": verdict, **said}, headers=citizen)
            assert given.status_code == 204, given.text

    async def draft(self, name: str, staff: Seat, boss: Seat, **decision: str) -> None:
        """Have staff ask and, where a decision is given, the supervisor decide."""
        key = {"authorization": f"Bearer {staff.key}"}
        answer = await self.console.ask_as_citizen(SOUND, pilot="staff_assistant", **key)
        self.ids[name] = answer["id"]
        if decision:
            assert (await boss.post(f"/console/reviews/{answer['id']}/decision", **decision)).status_code == 303


@pytest.fixture
async def day(console: Console) -> Day:
    console.pipelines["citizen_chat"].script = answer_by_words
    day = Day(console)
    await day.ask("helped", SOUND, "helpful")
    await day.ask("missed", SOUND, "unhelpful", reasons=["wrong_fact", "unclear"], comment=COMMENT)
    await day.ask("alarm", UNSOUND, "helpful")
    await day.ask("refused", REFUSED, "unhelpful", reasons=["no_answer"])
    await day.ask("lame", LAME)
    staff, boss = await console.seat(Role.STAFF), await console.seat(Role.SUPERVISOR)
    await day.draft("approved", staff, boss, decision="approve")
    await day.draft("edited", staff, boss, decision="edit", text="Rüsum 30 manatdır. [1]", reason="qısaldıldı")
    await day.draft("rejected", staff, boss, decision="reject", reason="bu günə aid deyil")
    await day.draft("waiting", staff, boss)
    return day


@pytest.fixture
def command(console: Console, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `korpu eval online` beside the running gateway, on its database."""
    monkeypatch.setenv("KORPU_DATA_DIR", str(console.gateway.settings.data_dir))
    monkeypatch.setenv("KORPU_DATABASE_URL", console.gateway.settings.database)
    monkeypatch.setenv("COLUMNS", "200")

    async def run(*arguments: str) -> Result:
        await console.gateway.traces.settle()
        return await asyncio.to_thread(CliRunner().invoke, eval_app, ["online", *arguments])

    return run


async def test_the_command_shows_exactly_what_was_asked_scored_and_said(day: Day, command: Command, tmp_path: Path) -> None:
    result = await command("--json", str(tmp_path / "use.json"))
    assert result.exit_code == 0, result.output
    document = json.loads((tmp_path / "use.json").read_text(encoding="utf-8"))
    uses = {use["pilot"]: use for use in document["pilots"]}
    assert list(uses) == ["citizen_chat", "staff_assistant"]

    citizens = uses["citizen_chat"]
    assert (citizens["answers"], citizens["conversations"], citizens["sampled"], citizens["scored"]) == (5, 5, 5, 4)
    assert {name: figure["value"] for name, figure in citizens["endings"].items()} == {
        "answered": 0.8,
        "clarification": 0.0,
        "refused": 0.2,
        "error": 0.0,
    }
    assert (citizens["degraded"]["value"], citizens["rungs"]) == (0.2, {"lexical": 1})
    assert citizens["scores"]["groundedness"]["value"] == 0.75
    assert citizens["scores"]["citation_validity"]["value"] == 1.0
    assert (citizens["unhelpful"]["value"], citizens["unhelpful"]["count"]) == (0.5, 4)
    assert {name: figure["value"] for name, figure in citizens["reasons"].items() if figure["value"]} == {
        "wrong_fact": 0.5,
        "unclear": 0.5,
        "no_answer": 0.5,
    }
    assert [(one["answer_id"], one["kind"]) for one in citizens["disagreements"]] == [(day.ids["missed"], "missed"), (day.ids["alarm"], "alarm")]
    grounded = next(one for one in citizens["agreements"] if one["score"] == "groundedness")
    assert (grounded["good"], grounded["bad"], grounded["is_enough"], grounded["auc"]) == (2, 1, False, None)

    drafts = uses["staff_assistant"]
    assert {name: round(figure["value"], 3) for name, figure in drafts["decisions"].items()} == {
        "approved": 0.333,
        "edited": 0.333,
        "rejected": 0.333,
    }
    assert (drafts["waiting"], drafts["answers"], drafts["unhelpful"]) == (1, 4, None)
    assert [one["answer_id"] for one in drafts["disagreements"]] == [day.ids["rejected"], day.ids["edited"]]

    rows = {row["id"]: row for row in document["answers"]}
    assert rows.keys() == set(day.ids.values())
    missed = rows[day.ids["missed"]]
    assert (missed["feedback"], missed["reasons"], missed["scores"]) == (
        "unhelpful",
        ["unclear", "wrong_fact"],
        {"citation_validity": 1.0, "groundedness": 1.0},
    )
    assert (rows[day.ids["edited"]]["decision"], rows[day.ids["waiting"]]["awaits_decision"]) == ("edited", True)
    assert rows[day.ids["lame"]]["rungs"] == ["lexical"]

    for shown in (
        day.ids["missed"],
        day.ids["alarm"],
        "too few: 10 conversations each",
        "perfect score, not content",
        "wrong_fact",
        "drafts waiting",
    ):
        assert shown in result.output
    for words in ("Rüsum", "manat", "Uydurma", "zəng", "qısaldıldı", "aid deyil"):
        assert words not in result.output
        assert words not in (tmp_path / "use.json").read_text(encoding="utf-8")


async def test_the_command_takes_pilots_periods_and_refuses_others(day: Day, command: Command, tmp_path: Path) -> None:
    out = tmp_path / "use.json"
    assert (await command("--pilot", "citizen_chat", "--show", "0", "--json", str(out))).exit_code == 0
    assert {row["pilot"] for row in json.loads(out.read_text(encoding="utf-8"))["answers"]} == {"citizen_chat"}
    nothing = await command("--pilot", "document_qa", "--pilot", SERVICE, "--since", "24h", "--json", str(out))
    assert "0 answers in 0 conversations" in nothing.output
    assert [use["answers"] for use in json.loads(out.read_text(encoding="utf-8"))["pilots"]] == [0, 0]
    assert "nobody asked anything" in (await command("--since", "2999-01-01")).output
    unknown = await command("--pilot", "moon_pilot")
    assert (unknown.exit_code, "moon_pilot" in unknown.output) == (2, True)
    for period in ("soon", "0d", "7", "2026-13-01"):
        assert (await command("--since", period)).exit_code == 2


async def test_the_page_shows_the_same_and_leads_to_each_answers_waterfall(day: Day) -> None:
    person = await day.console.seat(Role.EVALUATOR)
    overview = text_of((await person.get(PAGE)).text)
    assert "citizen_chat" not in overview, "pilots are called by their titles"
    for shown in ("50 % (4)", "33,3 % / 33,3 % / 33,3 % (3)"):
        assert shown in overview
    response = await person.get(PAGE, pilot="citizen_chat")
    page = text_of(response.text)
    for shown in ("80 %", "səbəb: səhv məlumat var", "0,750", "çox azdır; hər iki tərəfdən lazım olan söhbət sayı: 10", "axtarış yalnız sözlərlə"):
        assert shown in page
    linked = re.findall(r'href="/console/answers/([0-9a-f]{32})/trace"', response.text)
    assert linked == [day.ids["missed"], day.ids["alarm"]]
    for answer_id in linked:
        trace = await person.get(f"/console/answers/{answer_id}/trace")
        assert trace.status_code == 200
        assert answer_id[:4].upper() in trace.text
    drafts = (await person.get(PAGE, pilot="staff_assistant", days="1")).text
    assert re.findall(r'href="/console/answers/([0-9a-f]{32})/trace"', drafts) == [day.ids["rejected"], day.ids["edited"]]
    assert "Rəhbəri gözləyir 1" in text_of(drafts)
    for words in (SOUND, UNSOUND, COMMENT, "manat", "qısaldıldı", "aid deyil"):
        for text in (overview, response.text, drafts):
            assert words not in text


async def test_one_team_does_not_see_another_s(day: Day) -> None:
    person = await day.console.seat(Role.EVALUATOR, "citizen_chat")
    page = (await person.get(PAGE)).text
    assert day.ids["missed"] in page, "a key of one pilot is led to it at once"
    assert "staff_assistant" not in page
    assert not any(day.ids[name] in page for name in ("approved", "edited", "rejected", "waiting"))
    for pilot in ("staff_assistant", "draft_pilot", "moon_pilot", SERVICE):
        assert (await person.get(PAGE, pilot=pilot)).status_code == 404
    for role in (Role.STAFF, Role.SUPERVISOR, Role.SERVICE_TEAM):
        assert (await (await day.console.seat(role)).get(PAGE)).status_code == 403


async def test_a_quiet_pilot_and_an_odd_period_are_pages_too(console: Console) -> None:
    person = await console.seat(Role.EVALUATOR)
    assert "Bu müddətdə sual verilməyib." in (await person.get(PAGE, pilot="citizen_chat")).text
    assert (await person.get(PAGE, days="45")).status_code == 200
    for days in ("0", "400", "x"):
        assert (await person.get(PAGE, days=days)).status_code == 422


async def test_the_runs_page_leads_there_and_back(console: Console) -> None:
    person = await console.seat(Role.EVALUATOR)
    assert f'href="{PAGE}"' in (await person.get("/console/evaluations")).text
    assert 'href="/console/evaluations"' in (await person.get(PAGE)).text


async def test_a_score_with_enough_judgements_shows_what_it_knows(console: Console) -> None:
    console.pipelines["citizen_chat"].script = answer_by_words
    day = Day(console)
    for n in range(10):
        await day.ask(f"good-{n}", SOUND, "helpful")
        await day.ask(f"bad-{n}", UNSOUND, "unhelpful", reasons=["wrong_fact"])
    page = text_of((await (await console.seat(Role.EVALUATOR)).get(PAGE, pilot="citizen_chat")).text)
    assert "mənbəyə əsaslanma soruşanın rəyi 10 10 1,000 0,564 … 1,000 1,000 –" in page
    assert "istinadların düzgünlüyü soruşanın rəyi 10 10 0,000 −0,308 … 0,308 0,500 –" in page
    assert "Belə cavab yoxdur." in page
