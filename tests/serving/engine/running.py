"""`korpu models serve --gateway`, the command behind `make run-llm`, as a process of this suite."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import yaml

from gateway.settings import Settings, find_profile
from tests.pilots.copies import copy_pilot

MODEL = "gemma-3-270m"
PILOT = "document_qa"
REPLICAS = 2
START_TIMEOUT_S = 25 * 60
STOP_TIMEOUT_S = 60
GATEWAY_TIMEOUT_S = 180


@dataclass(frozen=True, kw_only=True)
class Engine:
    """`supervisor` is None when the engine was started elsewhere."""

    base_url: str
    metrics_url: str
    gateway_url: str | None = None
    gateway_key: Path | None = None
    supervisor: subprocess.Popen[bytes] | None = None
    log: Path | None = None
    shared_memory_before: frozenset[str] = frozenset()

    def processes(self) -> list[psutil.Process]:
        """Everything that the command has started."""
        assert self.supervisor is not None
        return psutil.Process(self.supervisor.pid).children(recursive=True)

    def stop(self) -> int:
        """End it as Ctrl-C would and return its status."""
        assert self.supervisor is not None
        self.supervisor.send_signal(signal.SIGINT)
        return self.supervisor.wait(timeout=STOP_TIMEOUT_S)


def reuse_engine(base_url: str) -> Engine:
    port = int(base_url.removesuffix("/v1").rsplit(":", 1)[1])
    gateway = os.environ.get("KORPU_TEST_GATEWAY_URL")
    key = Settings().data_dir / "development.key"
    return Engine(base_url=base_url, metrics_url=f"http://127.0.0.1:{port + 1}/metrics", gateway_url=gateway, gateway_key=key)


@contextmanager
def start_engine(folder: Path, *, otlp_endpoint: str) -> Generator[Engine]:
    """Yield once the command says that the model answers; end it whatever happens."""
    port, metrics_port, gateway_port = free_port(), free_port(), free_port()
    environment = {
        "KORPU_OTLP_ENDPOINT": otlp_endpoint,
        "KORPU_DATA_DIR": str(prepare_data(folder / "data")),
        "KORPU_PILOTS_DIR": str(write_pilots(folder / "pilots")),
        "KORPU_PORT": str(gateway_port),
    }
    command = [sys.executable, "-m", "gateway", "models", "serve", "--gateway", "--catalogue", str(write_catalogue(folder / "models.yaml"))]
    command += ["--port", str(port), "--metrics-port", str(metrics_port)]
    log, before = folder / "models-serve.log", shared_memory()
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=os.environ | environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    engine = Engine(
        base_url=f"http://127.0.0.1:{port}/v1",
        metrics_url=f"http://127.0.0.1:{metrics_port}/metrics",
        gateway_url=f"http://127.0.0.1:{gateway_port}",
        gateway_key=folder / "data" / "development.key",
        supervisor=process,
        log=log,
        shared_memory_before=before,
    )
    try:
        wait_until_ready(engine)
        yield engine
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=STOP_TIMEOUT_S)


def wait_until_ready(engine: Engine) -> None:
    assert engine.supervisor is not None
    assert engine.log is not None
    deadline = time.monotonic() + START_TIMEOUT_S
    while "Ready after" not in engine.log.read_text(encoding="utf-8"):
        assert engine.supervisor.poll() is None, engine.log.read_text(encoding="utf-8")
        assert time.monotonic() < deadline, engine.log.read_text(encoding="utf-8")
        time.sleep(1)


def wait_for_gateway(client: httpx.Client) -> None:
    """Return when every pilot takes questions."""
    deadline = time.monotonic() + GATEWAY_TIMEOUT_S
    while True:
        with contextlib.suppress(httpx.TransportError):
            if client.get("/readyz").status_code == 200:
                return
        assert time.monotonic() < deadline, "the gateway does not become ready"
        time.sleep(1)


def write_catalogue(path: Path) -> Path:
    """Write the packaged model as models.yaml states it, with a replica more: only then are prompts routed by prefix."""
    models = yaml.safe_load(find_profile("models").read_text(encoding="utf-8"))["models"]
    (packaged,) = [model for model in models if model["id"] == MODEL]
    packaged["replicas"] = {"min": REPLICAS, "max": REPLICAS}
    path.write_text(yaml.safe_dump({"models": [packaged]}, allow_unicode=True), encoding="utf-8")
    return path


def write_pilots(folder: Path) -> Path:
    """Copy the pilot of this suite, which gives the model more time than a citizen has, since the machine may be busy, and more room in its
    words, since a base model does not repeat a source as it stands; figures are held to the source as everywhere."""
    manifest = copy_pilot(PILOT, folder) / "pilot.yaml"
    written = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    written["generation"] = written.get("generation", {}) | {"deadline_s": 60, "min_coverage": 0.75}
    manifest.write_text(yaml.safe_dump(written, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def prepare_data(folder: Path) -> Path:
    """Make a data folder whose weights are those that `make prepare-models` built."""
    folder.mkdir()
    (folder / "models").symlink_to(Settings().models_path.resolve())
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def shared_memory() -> frozenset[str]:
    """Return the names of the machine's shared memory segments."""
    return frozenset(entry.name for entry in Path("/dev/shm").iterdir())
