"""The real application on a loopback socket, for benchmarks that ask it over HTTP."""

import asyncio
import shutil
import socket
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import uvicorn

from evaluation.errors import GatewayUnreachable
from gateway.app import create_app
from gateway.contract import ReadinessDocument
from gateway.policy import Role
from gateway.readiness import Stage
from gateway.settings import Settings
from gateway.store.database import open_database
from gateway.store.service_keys import ServiceKeys
from pilots.registry import Pilot

QUESTIONS_PER_MINUTE = 1_000_000
START_TIMEOUT_S = 600


@asynccontextmanager
async def open_loopback_gateway(settings: Settings, pilot: Pilot) -> AsyncGenerator[tuple[str, str]]:
    """Yield base URL and an evaluator's key of an application with this pilot, complete with all vectors.

    It runs in a thread, on a data folder of its own with a copy of the embedding cache.

    Raises:
        GatewayUnreachable: it did not start.
    """
    with TemporaryDirectory(prefix="korpu-bench-") as folder, socket.socket() as listener:
        own = settings.model_copy(update={"data_dir": Path(folder), "database_url": None})
        if settings.embedding_cache_path.exists():
            shutil.copy(settings.embedding_cache_path, own.embedding_cache_path)
        async with open_database(own.database) as database:
            key = await ServiceKeys(database).create(Role.EVALUATOR, label="bench", questions_per_minute=QUESTIONS_PER_MINUTE)
        listener.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = create_app(own, served_pilots={pilot.name: pilot})
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, args=([listener],), name="gateway")
        thread.start()
        try:
            async with httpx.AsyncClient(timeout=60) as http:
                await _wait_until_complete(http, base_url, pilot, thread)
            yield base_url, key
        finally:
            server.should_exit = True
            await asyncio.to_thread(thread.join)


async def _wait_until_complete(http: httpx.AsyncClient, base_url: str, pilot: Pilot, thread: threading.Thread) -> None:
    """Wait until every passage has its vector: before that the embedding of passages would share the cores."""
    async with asyncio.timeout(START_TIMEOUT_S):
        while thread.is_alive():
            try:
                response = await http.get(f"{base_url}/readyz")
            except httpx.TransportError:
                await asyncio.sleep(0.2)
                continue
            stage = ReadinessDocument.model_validate_json(response.content).pilots[pilot.name].stage
            if stage == Stage.COMPLETE:
                return
            if stage == Stage.FAILED:
                break
            await asyncio.sleep(0.2)
    raise GatewayUnreachable("the gateway did not start")
