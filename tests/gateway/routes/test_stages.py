import asyncio
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI

from gateway.app import create_app
from gateway.policy import Role
from gateway.settings import Settings
from gateway.stages import Stages
from gateway.store.stage_records import StageRecord, StageRecords
from pilots.registry import Pilot
from pilots.stages import StageAction
from tests.gateway.conftest import RunApp, Running
from tests.gateway.scripted import ScriptedPipeline
from tests.pilots.small_pilot import write_pilot

URL = "/v1/pilots/kicik_pilot/stage"


@pytest.fixture
def pilots(tmp_path: Path) -> dict[str, Pilot]:
    pilot = write_pilot(tmp_path)
    manifest = pilot.manifest.model_copy(update={"stage": "live"})
    return {pilot.name: Pilot(manifest, pilot.folder)}


async def key(running: Running, role: Role) -> dict[str, str]:
    return {"authorization": f"Bearer {await running[1].credentials.keys.create(role)}"}


async def test_a_stop_is_recorded_with_its_key_and_holds_at_once(stranger: Running) -> None:
    client, gateway = stranger
    team = await key(stranger, Role.SERVICE_TEAM)
    response = await client.post(URL, json={"action": "stop", "reason": "wrong fee"}, headers=team)
    assert response.status_code == 200
    document = response.json()
    assert (document["stage"], document["manifest_stage"], document["changed_since_promotion"]) == ("stopped", "live", None)
    (record,) = document["history"]
    (listed,) = await gateway.credentials.keys.list()
    assert (record["recorded_by"], record["note"], record["stage_from"]) == (f"key:{listed.id}", "wrong fee", "live")
    citizen = {"authorization": f"Bearer {gateway.credentials.issue_session().token}"}
    refused = await client.post("/v1/pilots/kicik_pilot/answers", json={"question": "Rüsum?"}, headers=citizen)
    assert refused.status_code == 503
    assert refused.json()["type"] == "urn:korpu:problem:pilot-stopped"
    assert "retry-after" not in refused.headers
    assert (await client.get(URL, headers=team)).json() == document


async def test_only_an_administrator_opens_a_pilot_again(stranger: Running) -> None:
    client, gateway = stranger
    team, admin = await key(stranger, Role.SERVICE_TEAM), await key(stranger, Role.ADMIN)
    await client.post(URL, json={"action": "stop", "reason": "wrong fee"}, headers=team)
    assert (await client.post(URL, json={"action": "resume", "reason": "corrected"}, headers=team)).status_code == 403
    assert gateway.pilots["kicik_pilot"].stage == "stopped"
    assert (await client.post(URL, json={"action": "resume", "reason": "corrected"}, headers=admin)).json()["stage"] == "live"
    assert (await client.post(URL, json={"action": "rollback", "reason": "rethink"}, headers=team)).json()["stage"] == "draft"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "promote", "reason": "skip the cases"}, 422),
        ({"action": "stop"}, 422),
        ({"action": "stop", "reason": "  "}, 422),
        ({"action": "stop", "reason": "wrong\0fee"}, 422),
        ({"action": "resume", "reason": "it is not stopped"}, 409),
    ],
)
async def test_what_cannot_be_changed_leaves_no_record(body: dict[str, str], status: int, stranger: Running) -> None:
    client, gateway = stranger
    assert (await client.post(URL, json=body, headers=await key(stranger, Role.ADMIN))).status_code == status
    assert await gateway.stages.records.history("kicik_pilot") == []


async def test_a_decision_outlives_the_gateway(settings: Settings, pilots: dict[str, Pilot], run_app: RunApp) -> None:
    def app(served: dict[str, Pilot]) -> FastAPI:
        return create_app(settings, served_pilots=served, pipelines=dict.fromkeys(served, ScriptedPipeline()))

    async with run_app(app(pilots)) as (_, gateway):
        await gateway.stages.change("kicik_pilot", StageAction.STOP, recorded_by="Leyla", note="wrong fee")
    async with run_app(app(pilots)) as (_, gateway):
        assert gateway.pilots["kicik_pilot"].stage == "stopped"


async def test_a_decision_of_another_gateway_on_the_same_database_is_followed(stranger: Running) -> None:
    _, gateway = stranger
    other = Stages(gateway.pilots, gateway.stages.records)
    await other.change("kicik_pilot", StageAction.ROLLBACK, recorded_by="Leyla", note="rethink")
    await gateway.stages.refresh()
    assert gateway.pilots["kicik_pilot"].stage == "draft"


async def test_a_promotion_lets_a_running_gateway_read_the_folder_again(stranger: Running, pilots: dict[str, Pilot]) -> None:
    _, gateway = stranger
    heard: list[Pilot] = []
    gateway.stages.on_promotion = heard.append
    folder = pilots["kicik_pilot"].folder
    manifest = folder / "pilot.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + "\nretention_days: 7\n", encoding="utf-8")
    await gateway.stages.records.add("kicik_pilot", StageAction.PROMOTE, manifest_stage="draft", recorded_by="Leyla", note="", digest="0")
    await gateway.stages.refresh()
    await gateway.stages.refresh()
    assert [pilot.manifest.retention_days for pilot in heard] == [7]
    assert gateway.pilots["kicik_pilot"].stage == "live"


async def test_a_promoted_folder_that_cannot_be_read_leaves_the_pilot_as_it_was(stranger: Running, pilots: dict[str, Pilot]) -> None:
    _, gateway = stranger
    (pilots["kicik_pilot"].folder / "pilot.yaml").write_text("name: [", encoding="utf-8")
    await gateway.stages.records.add("kicik_pilot", StageAction.PROMOTE, manifest_stage="draft", recorded_by="Leyla", note="", digest="0")
    await gateway.stages.refresh()
    assert gateway.pilots["kicik_pilot"].stage == "live"


class SlowRecords:
    """Stage records that let a test come in between the two readings of a refresh."""

    def __init__(self, records: StageRecords) -> None:
        self._records = records
        self.has_read, self.may_go_on = asyncio.Event(), asyncio.Event()

    async def newest(self) -> dict[str, StageRecord]:
        return await self._records.newest()

    async def promotions(self) -> dict[str, StageRecord]:
        found = await self._records.promotions()
        self.has_read.set()
        await self.may_go_on.wait()
        return found


async def test_a_refresh_that_began_before_a_stop_does_not_open_the_pilot_again(stranger: Running) -> None:
    _, gateway = stranger
    records = gateway.stages.records
    slow = SlowRecords(records)
    gateway.stages.records = cast("StageRecords", slow)
    early = asyncio.create_task(gateway.stages.refresh())
    await slow.has_read.wait()
    gateway.stages.records = records
    stop = asyncio.create_task(gateway.stages.change("kicik_pilot", StageAction.STOP, recorded_by="Leyla", note="wrong fee"))
    await asyncio.wait((stop,), timeout=0.2)
    slow.may_go_on.set()
    await asyncio.gather(early, stop)
    assert gateway.pilots["kicik_pilot"].stage == "stopped"
