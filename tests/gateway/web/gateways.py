"""Gateways that a browser can reach, in threads of this process."""

import os
import shutil
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI

from gateway.app import create_app
from gateway.settings import Settings
from pilots.registry import load_pilots

CHROMIUM = os.environ.get("KORPU_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
"""Read before the fixture that hides KORPU_ variables from tests."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
READY_S = 180
REPOSITORY = Path(__file__).parents[3]


@contextmanager
def serving(app: FastAPI) -> Generator[str]:
    """Serve an application on a free loopback port in a thread of its own; yield its address."""
    config = uvicorn.Config(app, port=0, host="127.0.0.1", log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + READY_S
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started, "the gateway did not start"
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)


def real_app(data_dir: Path) -> FastAPI:
    """The packaged pilots for citizens on embedded defaults; vectors that this checkout has made before are not made again."""
    data_dir.mkdir(parents=True, exist_ok=True)
    for cache in (REPOSITORY / "var").glob("embeddings.db*"):
        shutil.copy(cache, data_dir / cache.name)
    # Deadlines are for people; a busy test machine gets longer ones.
    pilots = {
        name: replace(pilot, manifest=pilot.manifest.model_copy(update={"deadline_s": 60.0}))
        for name, pilot in load_pilots().items()
        if name in ("citizen_chat", "service_navigator")
    }
    settings = Settings(data_dir=data_dir, demo_page=True, sessions_per_minute=10_000, log_level="warning")
    return create_app(settings, served_pilots=pilots)


def wait_until_ready(url: str) -> None:
    """Wait until the pilots take questions: by words first, their vectors follow."""
    deadline = time.monotonic() + READY_S
    while httpx.get(f"{url}/readyz").status_code != 200:
        assert time.monotonic() < deadline, "the pilots were not ready"
        time.sleep(0.2)
