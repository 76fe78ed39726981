"""`korpu models serve` as a process of this suite."""

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

import yaml

from gateway.settings import find_profile

MODEL = "gemma-3-270m"
REPLICAS = 2
START_TIMEOUT_S = 25 * 60
STOP_TIMEOUT_S = 60


@dataclass(frozen=True, kw_only=True)
class Engine:
    """`supervisor` is None when the engine was started elsewhere."""

    base_url: str
    metrics_url: str
    supervisor: subprocess.Popen[bytes] | None = None
    log: Path | None = None

    def stop(self) -> int:
        """End it as Ctrl-C would and return its status."""
        assert self.supervisor is not None
        self.supervisor.send_signal(signal.SIGINT)
        return self.supervisor.wait(timeout=STOP_TIMEOUT_S)


def reuse_engine(base_url: str) -> Engine:
    port = int(base_url.removesuffix("/v1").rsplit(":", 1)[1])
    return Engine(base_url=base_url, metrics_url=f"http://127.0.0.1:{port + 1}/metrics")


@contextmanager
def start_engine(folder: Path, *, otlp_endpoint: str) -> Generator[Engine]:
    """Yield once the command says that it is ready; end it whatever happens."""
    port, metrics_port = free_port(), free_port()
    log = folder / "models-serve.log"
    command = [sys.executable, "-m", "gateway", "models", "serve", "--catalogue", str(write_catalogue(folder / "models.yaml"))]
    command += ["--port", str(port), "--metrics-port", str(metrics_port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=os.environ | {"KORPU_OTLP_ENDPOINT": otlp_endpoint}, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    engine = Engine(base_url=f"http://127.0.0.1:{port}/v1", metrics_url=f"http://127.0.0.1:{metrics_port}/metrics", supervisor=process, log=log)
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


def write_catalogue(path: Path) -> Path:
    """Write the packaged model as models.yaml states it, with a replica more: only then are prompts routed by prefix."""
    models = yaml.safe_load(find_profile("models").read_text(encoding="utf-8"))["models"]
    (packaged,) = [model for model in models if model["id"] == MODEL]
    packaged["replicas"] = {"min": REPLICAS, "max": REPLICAS}
    path.write_text(yaml.safe_dump({"models": [packaged]}, allow_unicode=True), encoding="utf-8")
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
