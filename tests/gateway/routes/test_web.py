import base64
import hashlib
import re
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from gateway.app import create_app
from gateway.policy import Caller, Role
from gateway.settings import Settings
from gateway.web.assets import IMMUTABLE, WIDGET, load_assets
from pilots.manifest import Web
from pilots.registry import Pilot, load_pilots
from tests.gateway.conftest import RunApp, Running
from tests.gateway.scripted import ScriptedPipeline, make_pilot

ORIGIN = "https://www.gov.example"


@pytest.fixture
def pilots() -> dict[str, Pilot]:
    pilot = make_pilot()
    shown = replace(pilot, manifest=pilot.manifest.model_copy(update={"web": Web(origins=(ORIGIN,))}))
    return {"citizen_chat": shown, "staff_pilot": make_pilot("staff_pilot", audience="staff")}


@pytest.fixture
def app(settings: Settings, pipeline: ScriptedPipeline, pilots: dict[str, Pilot]) -> FastAPI:
    return create_app(settings.model_copy(update={"demo_page": True}), served_pilots=pilots, pipelines=dict.fromkeys(pilots, pipeline))


async def test_the_widget_is_kept_for_ever_under_the_address_of_its_content(stranger: Running) -> None:
    client, _ = stranger
    asset = load_assets()[WIDGET]
    response = await client.get(asset.path)
    assert response.headers["cache-control"] == IMMUTABLE
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["content-type"].startswith("text/javascript")
    assert asset.integrity == "sha384-" + base64.b64encode(hashlib.sha384(response.content).digest()).decode()
    newest = await client.get(f"/assets/{WIDGET}", headers={"if-none-match": asset.etag})
    assert (newest.status_code, newest.headers["cache-control"]) == (304, "no-cache")


@pytest.mark.parametrize("file", ["korpu-chat.0000000000000000.js", "..%2Fwords%2Faz.json", "pages.py"])
async def test_nothing_but_the_files_is_served(file: str, stranger: Running) -> None:
    assert (await stranger[0].get(f"/assets/{file}")).status_code == 404


async def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(stranger: Running) -> None:
    client, _ = stranger
    for path in ("/demo/az", "/embed/ru/citizen_chat", "/chat/en/citizen_chat"):
        response = await client.get(path)
        assert response.status_code == 200, path
        assert re.findall(r'(?:src|href)="(https?:[^"]*)"', response.text) == []
        assert not re.search(r"<script(?! defer src=)|<style|style=|\son\w+=", response.text)
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
    assert "script-src" not in (await client.get("/chat/en/citizen_chat")).headers["content-security-policy"]


async def test_a_frame_names_its_pages(stranger: Running) -> None:
    client, _ = stranger
    framed = (await client.get("/embed/az/citizen_chat")).headers
    assert framed["content-security-policy"].endswith(f"frame-ancestors 'self' {ORIGIN}")
    assert "x-frame-options" not in framed
    plain = (await client.get("/chat/az/citizen_chat")).headers
    assert plain["content-security-policy"].endswith("frame-ancestors 'none'")


async def test_a_pilot_for_staff_has_no_page_for_citizens(stranger: Running) -> None:
    client, _ = stranger
    for path in ("/v1/pilots/staff_pilot", "/embed/az/staff_pilot", "/chat/az/staff_pilot"):
        assert (await client.get(path)).status_code == 403


async def test_the_demonstration_page_is_off_unless_it_is_turned_on(settings: Settings, pilots: dict[str, Pilot], run_app: RunApp) -> None:
    off = create_app(settings, served_pilots=pilots, pipelines=dict.fromkeys(pilots, ScriptedPipeline()))
    async with run_app(off) as (client, _):
        assert (await client.get("/demo/az")).status_code == 404


async def test_a_profile_tells_of_people_only_what_the_card_says(settings: Settings, run_app: RunApp, stranger: Running) -> None:
    assert (await stranger[0].get("/v1/pilots/citizen_chat")).json()["person"] == []
    packaged = {"citizen_chat": load_pilots()["citizen_chat"]}
    async with run_app(create_app(settings, served_pilots=packaged, pipelines={"citizen_chat": ScriptedPipeline()})) as (client, _):
        profile = (await client.get("/v1/pilots/citizen_chat")).json()
    assert [line["text"] for line in profile["person"] if line["kind"] == "phone"] == ["108"]
    assert all(line["source"] for line in profile["person"])
    assert (profile["retention_days"], profile["is_degraded"]) == (30, False)


async def test_problems_of_pages_are_pages_in_their_language(stranger: Running) -> None:
    client, _ = stranger
    missing = await client.get("/chat/ru/nowhere_pilot")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Такой страницы нет" in missing.text
    assert 'lang="ru"' in missing.text
    assert (await client.get("/chat/de/citizen_chat")).status_code == 422


async def form(client: httpx.AsyncClient, path: str = "/chat/az/citizen_chat") -> str:
    found = re.search(r'name="key" value="([^"]+)"', (await client.get(path)).text)
    assert found is not None
    return found[1]


async def test_a_form_needs_its_own_session_and_its_own_site(stranger: Running) -> None:
    client, gateway = stranger
    path = "/chat/az/citizen_chat"
    assert (await client.post(path, data={"question": "Rüsum?", "key": "x"})).status_code == 401
    key = await form(client)
    for headers, given in (({}, "forged"), ({}, ""), ({"sec-fetch-site": "cross-site"}, key), ({"sec-fetch-site": "same-site"}, key)):
        assert (await client.post(path, data={"question": "Rüsum?", "key": given}, headers=headers)).status_code == 403
    foreign = gateway.credentials.form_key(Caller(id="session:other", role=Role.SESSION))
    assert (await client.post(path, data={"question": "Rüsum?", "key": foreign})).status_code == 403
    sent = await client.post(path, data={"question": "Rüsum?", "key": key}, headers={"sec-fetch-site": "same-origin"})
    assert sent.status_code == 303
    page = await client.get(sent.headers["location"])
    assert "30\u00a0manatdır." in page.text
    cookie = page.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/chat"))


async def test_another_session_does_not_see_the_page_of_a_conversation(stranger: Running) -> None:
    client, _ = stranger
    key = await form(client)
    sent = await client.post("/chat/az/citizen_chat", data={"question": "Rüsum?", "key": key})
    client.cookies.clear()
    page = await client.get(sent.headers["location"])
    assert page.status_code == 404
    assert "Rüsum" not in page.text
