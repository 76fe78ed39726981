import logging
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gateway.app import create_app
from gateway.composition import Gateway
from gateway.settings import Settings
from gateway.telemetry import OWN_LOGGERS
from pilots.registry import Pilot
from tests.gateway.scripted import ScriptedPipeline, make_pilot

Running = tuple[httpx.AsyncClient, Gateway]
RunApp = Callable[[FastAPI], AbstractAsyncContextManager[Running]]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    """A developer's own KORPU_ variables must not change what a test sees."""
    for name in [name for name in os.environ if name.startswith(("KORPU_", "OTEL_"))]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _loggers_as_they_were() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]
    """A gateway or a command that starts in a test sets the process's loggers; what runs after it must not find them so."""
    levels = {name: logging.getLogger(name).level for name in (None, *OWN_LOGGERS)}
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "var")


@pytest.fixture
def pipeline() -> ScriptedPipeline:
    return ScriptedPipeline()


@pytest.fixture
def pilots() -> dict[str, Pilot]:
    return {"citizen_chat": make_pilot()}


@pytest.fixture
def app(settings: Settings, pipeline: ScriptedPipeline, pilots: dict[str, Pilot]) -> FastAPI:
    return create_app(settings, served_pilots=pilots, pipelines=dict.fromkeys(pilots, pipeline))


@asynccontextmanager
async def running(app: FastAPI) -> AsyncGenerator[Running]:
    """Start the application's lifespan and talk to it without a socket."""
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
        yield client, app.state.gateway


@pytest.fixture
def run_app() -> RunApp:
    return running


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[Running]:
    async with running(app) as started:
        yield started


@pytest.fixture
async def client(stranger: Running) -> httpx.AsyncClient:
    """A client with a session of its own."""
    client, _ = stranger
    token = (await client.post("/v1/sessions")).json()["token"]
    client.headers["authorization"] = f"Bearer {token}"
    return client


@pytest.fixture
def gateway(stranger: Running) -> Gateway:
    return stranger[1]
