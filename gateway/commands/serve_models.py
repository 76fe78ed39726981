"""korpu models serve"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from types import FrameType

from rich.console import Console

from gateway.commands.models import prepared_weights, read_catalogue, require_serving_python
from gateway.commands.start_clock import StartClock
from gateway.errors import GatewayUnreachable, SettingsInvalid
from gateway.settings import load_settings
from serving.deployments import render_serve_config
from serving.errors import ModelUnavailable
from serving.local_cluster import LocalCluster, run_cluster
from serving.model_spec import PACKAGED, CpuAccelerator, ModelSpec
from serving.ray_node import is_free

PERIOD_S = 0.5


def serve_models(
    *, catalogue_file: str | None, models: Sequence[str], port: int, metrics_port: int | None, gateway: bool, start_timeout_minutes: float
) -> None:
    """Serve CPU models until Ctrl-C or SIGTERM; with `gateway` a development gateway answers through the first chat model.

    Raises:
        SettingsInvalid: the serving environment or libnuma is not there, or the gateway's port is taken.
        ModelSpecInvalid: a model that this machine cannot serve.
        ModelUnavailable: Ray or the engine did not come up, or ended; or `gateway` has no chat model to answer through.
        GatewayUnreachable: the gateway ended by itself.
    """
    settings = load_settings()
    python = require_serving_python(settings)
    require_numa()
    if gateway and not is_free(settings.port):
        raise SettingsInvalid(f"KORPU_PORT: {settings.port} is taken, and the gateway would find out when the model is loaded")
    catalogue = read_catalogue(catalogue_file)
    chosen = catalogue.choose(models) if models else catalogue.of_profile("cpu")
    writer = first_chat(chosen) if gateway else None
    config = render_serve_config(chosen, weights=prepared_weights(chosen), host="127.0.0.1", port=port, otlp_endpoint=settings.otlp_endpoint)
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"Starting {', '.join(model.id for model in chosen)} behind Ray Serve. On two cores this takes about four minutes.", markup=False)
    with ending_once(), StartClock(console) as clock:
        cluster = run_cluster(
            chosen,
            config,
            python=python,
            environment=os.environ,
            port=port,
            metrics_port=metrics_port or port + 1,
            cpus=max(os.cpu_count() or 1, reserved_cpus(chosen)),
            offline=all(is_local(model) for model in chosen),
            start_timeout_s=start_timeout_minutes * 60,
            watch=clock.report,
        )
        with cluster as running:
            clock.stop()
            console.print(ready_text(running, chosen, after_s=clock.elapsed_s), markup=False)
            process = start_gateway(running, writer) if writer else None
            while True:
                running.check()
                if process is not None and process.poll() is not None:
                    raise GatewayUnreachable(f"the gateway ended with status {process.returncode}")
                time.sleep(PERIOD_S)
    console.print("Stopped; nothing of it is left running.", markup=False)


class Ending(Exception):
    """The person, or the system, wants this to end."""


@contextmanager
def ending_once() -> Generator[None]:
    """Turn the first SIGINT or SIGTERM into an orderly end; later ones do not disturb it."""
    asked = False

    def end(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if not asked:
            asked = True
            sys.stderr.write("\nStopping …\n")
            raise Ending

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except Ending:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def require_numa() -> None:
    """Raises SettingsInvalid when the system library is missing without which vLLM's CPU build does not load."""
    try:
        ctypes.CDLL("libnuma.so.1")
    except OSError as error:
        raise SettingsInvalid("libnuma.so.1 is missing: apt-get install libnuma1") from error


def reserved_cpus(models: Sequence[ModelSpec]) -> int:
    """Return how many CPUs Ray must count for all replicas to be placed."""
    return ceil(sum(model.accelerator.cpus * model.replicas.max for model in models if isinstance(model.accelerator, CpuAccelerator)))


def is_local(model: ModelSpec) -> bool:
    return model.source.startswith(PACKAGED) or Path(model.source).exists()


def first_chat(models: Sequence[ModelSpec]) -> ModelSpec:
    """Raises ModelUnavailable when none of them is a chat model."""
    for model in models:
        if model.task == "chat":
            return model
    raise ModelUnavailable("--gateway needs a chat model")


def start_gateway(cluster: LocalCluster, model: ModelSpec) -> subprocess.Popen[bytes]:
    """Start `korpu serve --dev` in the cluster's tree; its output is this command's."""
    chat = {"KORPU_CHAT_URL": cluster.base_url, "KORPU_CHAT_MODEL": model.id, "KORPU_CHAT_PROMPT_STYLE": str(model.prompt_style)}
    return cluster.tree.start([sys.executable, "-m", "gateway", "serve", "--dev"], environment=os.environ | chat, log=None)


def ready_text(cluster: LocalCluster, models: Sequence[ModelSpec], *, after_s: float) -> str:
    chat = next((model.id for model in models if model.task == "chat"), models[0].id)
    return (
        f"Ready after {after_s:.0f} s: OpenAI's interface at {cluster.base_url}, metrics at {cluster.node.metrics_url}. Ctrl-C ends everything.\n"
        f"curl -s {cluster.base_url}/completions -H 'Content-Type: application/json' "
        f"""-d '{{"model": "{chat}", "prompt": "Bakı", "max_tokens": 16}}'"""
    )
