"""vLLM's own server and Ray Serve, side by side on one machine, with the same engine arguments."""

import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.commands.models import prepared_weights, read_catalogue, require_serving_python
from gateway.settings import Settings
from serving.deployments import render_direct_command, render_serve_config
from serving.errors import ServingError
from serving.local_cluster import Phase, ask_once, run_cluster
from serving.model_spec import ModelSpec
from serving.process_tree import ProcessTree
from serving.ray_node import RayNode

START_TIMEOUT_S = 30 * 60
PERIOD_S = 2.0
"""Between questions whether the server is up."""


@dataclass(frozen=True, slots=True)
class Servers:
    direct_url: str
    ray_url: str


@contextmanager
def serve_both(settings: Settings, model_id: str, *, port: int, say: Callable[[str], None]) -> Generator[Servers]:
    """Start Ray Serve on `port` (metrics on the next one) and vLLM's own server on the one after; end both with the block.

    Raises:
        ModelUnavailable: one of them did not come up.
    """
    (model,) = read_catalogue(None).choose([model_id])
    python = require_serving_python(settings)
    weights = prepared_weights([model])
    said: set[str] = set()

    def watch(phase: Phase, _detail: str) -> None:
        if phase not in said:
            said.add(phase)
            say(f"Ray Serve: {phase}")

    cluster = run_cluster(
        [model],
        render_serve_config([model], weights=weights, host="127.0.0.1", port=port),
        python=python,
        environment=os.environ,
        port=port,
        metrics_port=port + 1,
        cpus=max(2, os.cpu_count() or 1),
        offline=True,
        start_timeout_s=START_TIMEOUT_S,
        watch=watch,
    )
    with cluster as running:
        say("vLLM's own server: starting")
        direct_url = f"http://127.0.0.1:{port + 2}/v1"
        _start_direct(running.tree, running.node, model, python=python, weights=weights[model.id], port=port + 2)
        _wait_for(direct_url, model)
        yield Servers(direct_url=direct_url, ray_url=running.base_url)


def _start_direct(tree: ProcessTree, node: RayNode, model: ModelSpec, *, python: Path, weights: Path, port: int) -> None:
    command, variables = render_direct_command(model, weights=weights, python=python, port=port)
    environment = node.environment(os.environ, offline=True) | variables
    tree.start(command, environment=environment, log=node.folder / "direct.log")


def _wait_for(base_url: str, model: ModelSpec) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            return ask_once(base_url, model)
        except ServingError:
            if time.monotonic() > deadline:
                raise
            time.sleep(PERIOD_S)
