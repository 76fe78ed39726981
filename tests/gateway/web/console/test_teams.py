import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.app import create_app
from gateway.commands.serve import instruments
from gateway.policy import Role
from gateway.settings import Settings
from pilots.registry import Pilot, load_pilots
from pilots.stages import StageAction
from tests.gateway.conftest import RunApp
from tests.gateway.scripted import ScriptedPipeline
from tests.gateway.web.console.conftest import Console, measure, text_of

PILOT = "service_navigator"


@pytest.fixture
async def packaged(settings: Settings, run_app: RunApp) -> AsyncIterator[Console]:
    """A console over the packaged pilots, answering by script."""
    pilots = load_pilots()
    pipelines = {name: ScriptedPipeline() for name in pilots}
    async with run_app(create_app(settings, served_pilots=pilots, pipelines=pipelines, instruments=instruments())) as (client, gateway):
        yield Console(client, gateway, pipelines)


async def test_a_manifest_is_told_in_words(packaged: Console) -> None:
    team = await packaged.seat(Role.SERVICE_TEAM)
    page = text_of((await team.get(f"/console/teams/{PILOT}")).text)
    for shown in ("sual-cavabla yol göstərir", "vətəndaşlar üçün", "30 gün", "≥ 95 %", "Hələ qərar olmayıb"):
        assert shown in page
    listed = text_of((await team.get("/console/teams")).text)
    assert "Manifestinə görə açıqdır" in listed


@pytest.mark.parametrize("language", ["az", "ru", "en"])
@pytest.mark.parametrize("pilot", load_pilots())
async def test_every_packaged_pilot_is_told_in_every_language(pilot: str, language: str, packaged: Console) -> None:
    team = await packaged.seat(Role.SERVICE_TEAM)
    await team.post("/console/language", language=language, back="/console")
    for page in ("", "/cases"):
        assert (await team.get(f"/console/teams/{pilot}{page}")).status_code == 200
    assert (await team.get(f"/console/pilots/{pilot}")).status_code == 200


async def test_what_was_decided_and_measured_is_shown(packaged: Console) -> None:
    team = await packaged.seat(Role.SERVICE_TEAM)
    scores = {"cases": 78, "status_accuracy": 0.9872, "fact_exactness": None, "cited_rate": 1.0, "wrong_facts": 0, "failed_cases": ["sn-7"]}
    await packaged.gateway.stages.records.add(
        PILOT, StageAction.PROMOTE, manifest_stage="live", recorded_by="Leyla", note="ilk açılış", digest="0" * 64, evaluation=scores
    )
    page = text_of((await team.get(f"/console/teams/{PILOT}")).text)
    for shown in ("98,7 %", "sn-7", "Leyla", "ilk açılış", "açılışdan sonra dəyişib"):
        assert shown in page


async def test_the_newest_run_says_what_it_fell_short_of(packaged: Console) -> None:
    root = packaged.gateway.settings.runs_path
    measure(root, "older", subject=PILOT, day=1, reached=0.98)
    measure(root, "newer", subject=PILOT, day=2, reached=0.91)
    measure(root, "foreign", subject="citizen_chat", day=3, reached=0.5)
    team = await packaged.seat(Role.SERVICE_TEAM)
    page = text_of((await team.get(f"/console/teams/{PILOT}")).text)
    assert "Saxlanmış son ölçmə: 02.11.2026" in page
    assert "≥ 0,950 0,910 ödənməyib" in page
    check = text_of((await team.get(f"/console/teams/{PILOT}/check")).text)
    assert "Son ölçmədə həddən aşağı qalanlar" in check
    assert "0,500" not in page + check


async def test_cases_are_paged_and_chosen_by_their_kind(packaged: Console) -> None:
    team = await packaged.seat(Role.SERVICE_TEAM)
    every = (await team.get("/console/teams/citizen_chat/cases")).text
    assert every.count("<tr>") == 51
    assert 'offset=50" rel="next"' in every
    injections = await team.get("/console/teams/citizen_chat/cases", kind="injection")
    assert "Qaydanı pozma cəhdi" in injections.text
    assert 0 < injections.text.count("<tr>") < 51


async def test_the_check_names_what_blocks_promotion(tmp_path: Path, settings: Settings, run_app: RunApp) -> None:
    source = load_pilots()[PILOT]
    folder = tmp_path / PILOT
    folder.mkdir()
    (folder / "pilot.yaml").write_text((source.folder / "pilot.yaml").read_text())
    (folder / "cases.jsonl").write_text(json.dumps({"id": "a"}) + "\nno json\n")
    pilots = {PILOT: Pilot(source.manifest, folder)}
    app = create_app(settings, served_pilots=pilots, pipelines={PILOT: ScriptedPipeline()}, instruments=instruments())
    async with run_app(app) as (client, gateway):
        console = Console(client, gateway, {})
        page = text_of((await (await console.seat(Role.SERVICE_TEAM)).get(f"/console/teams/{PILOT}/check")).text)
    assert "Pilotu açmağa bu səhvlər mane olur." in page
    assert "cases.jsonl:1" in page
    assert "korpu pilots promote service_navigator" in page


async def test_without_instruments_the_check_says_so(settings: Settings, run_app: RunApp) -> None:
    pilots = {PILOT: load_pilots()[PILOT]}
    async with run_app(create_app(settings, served_pilots=pilots, pipelines={PILOT: ScriptedPipeline()})) as (client, gateway):
        person = await Console(client, gateway, {}).seat(Role.SERVICE_TEAM)
        assert "yoxlama aləti yoxdur" in (await person.get(f"/console/teams/{PILOT}/check")).text


@pytest.mark.parametrize("role", [Role.STAFF, Role.SUPERVISOR, Role.EVALUATOR])
async def test_the_page_is_the_service_teams(role: Role, console: Console) -> None:
    assert (await (await console.seat(role)).get("/console/teams/citizen_chat")).status_code == 403
