import httpx
from fastapi import FastAPI

from gateway.app import create_app
from gateway.settings import Settings
from pilots.registry import Pilot
from tests.gateway.conftest import RunApp, Running
from tests.gateway.scripted import ScriptedPipeline


async def test_anyone_gets_a_session(stranger: Running) -> None:
    client, _ = stranger
    response = await client.post("/v1/sessions")
    assert response.status_code == 201
    body = response.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 1800)
    assert (await client.get("/v1/models", headers={"authorization": f"Bearer {body['token']}"})).status_code == 200


async def test_a_session_goes_on_under_a_fresh_token(client: httpx.AsyncClient) -> None:
    answer = (await client.post("/v1/pilots/citizen_chat/answers", json={"question": "Rüsum?"})).json()
    fresh = (await client.post("/v1/sessions")).json()["token"]
    response = await client.get(f"/v1/answers/{answer['id']}", headers={"authorization": f"Bearer {fresh}"})
    assert response.status_code == 200


async def test_one_address_cannot_open_sessions_without_end(settings: Settings, pilots: dict[str, Pilot], run_app: RunApp) -> None:
    app: FastAPI = create_app(
        settings.model_copy(update={"sessions_per_minute": 2}), served_pilots=pilots, pipelines={"citizen_chat": ScriptedPipeline()}
    )
    async with run_app(app) as (client, _):
        assert [(await client.post("/v1/sessions")).status_code for _ in range(3)] == [201, 201, 429]
