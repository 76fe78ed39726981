"""A pilot from nothing to citizens by the command line alone, beside a gateway that runs all the while."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from typer.testing import Result

from gateway import stages
from gateway.app import create_app
from gateway.settings import load_settings
from tests.gateway.commands.conftest import Korpu
from tests.gateway.commands.library import ANSWERS, LOAN_CARD, PILOT, QUESTION, READERS_CARD, add_alias, write_team_files
from tests.gateway.conftest import RunApp

URL = f"/v1/pilots/{PILOT}/answers"


@pytest.fixture
def folder(office: Path) -> Path:
    return office / "var" / "pilots" / PILOT


def findings_of(result: Result) -> list[tuple[str, int | None, str]]:
    return [(finding["file"], finding["line"], finding["severity"]) for finding in json.loads(result.stdout)]


def test_a_new_pilot_names_every_text_that_is_left_to_fill_in(korpu: Korpu, folder: Path) -> None:
    assert korpu("pilots", "new", PILOT, "--yes").exit_code == 0
    assert korpu("pilots", "card", PILOT, "oxucu-bileti").exit_code == 0
    result = korpu("pilots", "check", PILOT, "--json")
    assert result.exit_code == 1
    found = findings_of(result)
    for name in ("pilot.yaml", "README.md", "cases.jsonl", "corpus/oxucu-bileti.yaml"):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        left = [n for n, line in enumerate(lines, start=1) if "‹" in line and not (name.endswith(".yaml") and line.lstrip().startswith("#"))]
        assert left
        assert [line for file, line, severity in found if file == name and severity == "error" and line in left] == left
    assert "card-template.yaml" not in {file for file, _, _ in found}


def test_a_person_is_asked_for_what_no_option_says(korpu: Korpu, folder: Path) -> None:
    typed = "\n".join(("Kitabxana", "Библиотека", "Answers readers.", "Kitabxana", "", "staff", "az, ru", ""))
    result = korpu("pilots", "new", PILOT, "--title-en", "Library", "--understanding", "documents", typed=typed)
    assert result.exit_code == 0, result.output
    manifest = (folder / "pilot.yaml").read_text(encoding="utf-8")
    for line in ('  az: "Kitabxana"', '  en: "Library"', "audience: staff", "understanding: documents", "languages: [az, ru]"):
        assert line in manifest
    assert 'contact: "‹' in manifest
    assert not (folder / "card-template.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("new", "Kitab", "--yes"), "small Latin letters"),
        (("new", "office_guides", "--yes"), "there is a pilot office_guides already"),
        (("new", PILOT, "--yes", "--languages", "az,de"), "languages"),
        (("card", "no_pilot", "oxucu"), "there is no pilot no_pilot"),
        (("check", "../pilots"), "there is no pilot ../pilots"),
        (("stop", "no_pilot", "--reason", "x"), "no_pilot"),
        (("resume", "office_guides", "--reason", "x"), "resume starts from stopped; the pilot is live"),
    ],
)
def test_what_cannot_be_done_is_said(korpu: Korpu, arguments: tuple[str, ...], words: str) -> None:
    result = korpu("pilots", *arguments)
    assert result.exit_code == 1
    assert words in f"{result.output}{result.exception}"


def test_a_mistake_is_named_by_file_and_line(korpu: Korpu, folder: Path) -> None:
    korpu("pilots", "new", PILOT, *ANSWERS)
    write_team_files(folder)
    assert korpu("pilots", "check", PILOT).exit_code == 0

    card, cases, manifest = folder / "corpus" / "oxucu-bileti.yaml", folder / "cases.jsonl", folder / "pilot.yaml"
    card.write_text(READERS_CARD.replace("amount_azn: 3", "amount_azn: üç"), encoding="utf-8")
    result = korpu("pilots", "check", PILOT)
    assert result.exit_code == 1
    line = READERS_CARD.splitlines().index("  - amount_azn: 3") + 1
    assert f"corpus/oxucu-bileti.yaml:{line}: error: fees.0.amount_azn" in result.output
    assert "oxucu-bileti, which is not in the corpus" not in result.output

    card.write_text(READERS_CARD, encoding="utf-8")
    written = cases.read_text(encoding="utf-8").splitlines()
    wrong = [written[0].replace("3 AZN", "4 AZN"), written[0], '{"id": "kk-099"}', *written[1:]]
    cases.write_text("\n".join(wrong), encoding="utf-8")
    result = korpu("pilots", "check", PILOT)
    for words in (
        "cases.jsonl:1: error: case kk-001 expects «4 AZN»",
        "cases.jsonl:2: error: id kk-001 stands in cases.jsonl:1",
        "cases.jsonl:3: error",
    ):
        assert words in result.output

    cases.write_text("\n".join(written), encoding="utf-8")
    manifest.write_text(manifest.read_text(encoding="utf-8") + "temperature: 0.2\n", encoding="utf-8")
    result = korpu("pilots", "check", PILOT)
    assert f"pilot.yaml:{len(manifest.read_text(encoding='utf-8').splitlines())}: error: temperature" in result.output


def test_a_card_that_is_due_for_review_is_a_warning(korpu: Korpu, folder: Path) -> None:
    korpu("pilots", "new", PILOT, *ANSWERS)
    write_team_files(folder)
    (folder / "corpus" / "kitabin-uzadilmasi.yaml").write_text(LOAN_CARD.replace("2099-12-31", "2020-01-01"), encoding="utf-8")
    result = korpu("pilots", "check", PILOT)
    assert result.exit_code == 0
    line = LOAN_CARD.splitlines().index("review_by: 2099-12-31") + 1
    assert f"corpus/kitabin-uzadilmasi.yaml:{line}: warning: due for review since 2020-01-01" in result.output


@pytest.mark.model
@pytest.mark.slow
async def test_a_sixth_pilot_reaches_citizens_without_python(korpu: Korpu, folder: Path, run_app: RunApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "REFRESH_PERIOD_S", 0.05)
    async with run_app(create_app(load_settings())) as (client, gateway):
        async with asyncio.timeout(60):
            await gateway.readiness.settled("office_guides")
        assert korpu("pilots", "new", PILOT, *ANSWERS).exit_code == 0
        write_team_files(folder)
        client.headers["authorization"] = f"Bearer {gateway.credentials.issue_session().token}"
        assert await seen_by(client) == (False, False, 404)

        refused = await asyncio.to_thread(korpu, "pilots", "promote", PILOT, "--by", "Leyla")
        assert refused.exit_code == 1, refused.output
        assert "kk-003  Abonement neçəyədir?" in refused.output
        assert "Below the pilot's threshold: status_accuracy 0.900 < 0.950" in refused.output
        assert await seen_by(client) == (False, False, 404)

        add_alias(folder)
        promoted = await asyncio.to_thread(korpu, "pilots", "promote", PILOT, "--by", "Leyla", "--note", "first release")
        assert promoted.exit_code == 0, promoted.output
        await until_seen(client, (True, True, 200))
        answer = (await client.post(URL, json={"question": QUESTION})).json()
        assert answer["status"] == "answered"
        assert "3 AZN" in answer["text"]
        assert {citation["source_id"] for citation in answer["citations"]} == {"oxucu-bileti"}

        stopped = await asyncio.to_thread(korpu, "pilots", "stop", PILOT, "--reason", "a wrong price was reported")
        assert stopped.exit_code == 0, stopped.output
        await until_seen(client, (False, False, 503))
        problem = (await client.post(URL, json={"question": QUESTION})).json()
        assert "dayandırılıb" in problem["detail"]
        assert "остановлен" in problem["detail"]

    await asyncio.to_thread(check_records, korpu, folder)


def check_records(korpu: Korpu, folder: Path) -> None:
    (listed,) = [pilot for pilot in json.loads(korpu("pilots", "list", "--json").stdout) if pilot["name"] == PILOT]
    assert (listed["stage"], listed["manifest_stage"], listed["changed_since_promotion"]) == ("stopped", "draft", False)
    assert listed["promotion"]["evaluation"]["status_accuracy"] == 1.0
    (folder / "corpus" / "oxucu-bileti.yaml").write_text(READERS_CARD.replace("amount_azn: 3", "amount_azn: 5"), encoding="utf-8")
    history = json.loads(korpu("pilots", "history", PILOT, "--json").stdout)
    assert history["changed_since_promotion"] is True
    decided = [(record["action"], record["stage_from"], record["stage_to"], record["recorded_by"], record["note"]) for record in history["history"]]
    assert decided == [
        ("promote", "draft", "live", "Leyla", "first release"),
        ("stop", "live", "stopped", "command line", "a wrong price was reported"),
    ]
    assert "has changed since it was promoted" in korpu("pilots", "history", PILOT).output


async def seen_by(client: httpx.AsyncClient) -> tuple[bool, bool, int]:
    """Whether the pilot is listed, whether it is a model of OpenAI's interface, and the status of a question to it."""
    listed = {pilot["name"] for pilot in (await client.get("/v1/pilots")).json()["pilots"]}
    models = {model["id"] for model in (await client.get("/v1/models")).json()["data"]}
    return PILOT in listed, PILOT in models, (await client.post(URL, json={"question": QUESTION})).status_code


async def until_seen(client: httpx.AsyncClient, expected: tuple[bool, bool, int]) -> None:
    async with asyncio.timeout(30):
        while await seen_by(client) != expected:  # noqa: ASYNC110 - the other side is a command, not a coroutine
            await asyncio.sleep(0.05)
