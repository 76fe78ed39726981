"""Ray Serve with vLLM on this machine, from its first process to its last."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import httpx

from serving.deployments import JsonObject
from serving.errors import ModelReplyInvalid, ModelUnavailable
from serving.model_spec import ModelSpec
from serving.process_tree import ProcessTree
from serving.ray_node import LOOPBACK, RayNode, free_port, is_free
from serving.serve_status import ServeStatus, read_status

PERIOD_S = 1.0
FIRST_REPLY_TIMEOUT_S = 120.0
GRACE_S = 10.0
NODE_LOG = "ray.log"
RUN_FOLDERS = "/tmp"  # noqa: S108 (short, because sockets lie under it; each run's folder is made for this user alone)
OK, SERVER_FAULT = 200, 500


class Phase(StrEnum):
    """How far a start is; the values are said to people."""

    NODE = "starting Ray"
    ENGINE = "loading the model into vLLM"
    FIRST_REPLY = "waiting for the first completion"
    READY = "ready"


Watch = Callable[[Phase, str], None]
"""Called again and again during a start, with the phase and what Ray says about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCluster:
    """Answers OpenAI's interface at `base_url`. `tree` may take further processes; they end first."""

    models: Sequence[ModelSpec]
    base_url: str
    node: RayNode
    tree: ProcessTree
    node_process: subprocess.Popen[bytes]

    def check(self) -> None:
        """Raises ModelUnavailable when the node has ended by itself."""
        self.tree.reap()
        if self.node_process.poll() is not None:
            raise ModelUnavailable(f"the Ray node has ended; its last words are in {self.node.folder / NODE_LOG}")


@contextmanager
def run_cluster(
    models: Sequence[ModelSpec],
    config: JsonObject,
    *,
    python: Path,
    environment: Mapping[str, str],
    port: int,
    metrics_port: int,
    cpus: int,
    offline: bool,
    start_timeout_s: float,
    watch: Watch,
) -> Generator[LocalCluster]:
    """Start a Ray node, deploy `config` on it, and leave the block's body to run once every model has really answered.

    Ray's CPUs only count reservations: a replica that finds none waits for ever, so the node gets at least what the models reserve.
    However the block ends, no process of the node is left, and its folder goes too unless the start failed.

    Raises:
        ModelUnavailable: a port is taken, a part ended, Ray refused the deployment, or `start_timeout_s` passed.
    """
    for taken in (port, metrics_port):
        if not is_free(taken):
            raise ModelUnavailable(f"port {taken} is taken: choose another")
    folder = Path(tempfile.mkdtemp(prefix="korpu-ray-", dir=RUN_FOLDERS))
    node = RayNode(python=python, folder=folder, cpus=cpus, gcs_port=free_port(), dashboard_port=free_port(), metrics_port=metrics_port)
    tree = ProcessTree()
    started = False
    try:
        token = node.write_token()
        deadline = time.monotonic() + start_timeout_s
        command, seen = node.command(), node.environment(environment, offline=offline)
        process = tree.start(command, environment=seen, log=folder / NODE_LOG, folder=folder)
        cluster = LocalCluster(models=models, base_url=f"http://{LOOPBACK}:{port}/v1", node=node, tree=tree, node_process=process)
        with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30) as ray:
            _deploy(ray, cluster, config, deadline=deadline, watch=watch)
            _wait_for_replicas(ray, cluster, deadline=deadline, watch=watch)
        watch(Phase.FIRST_REPLY, "")
        for model in models:
            ask_once(cluster.base_url, model)
        tree.note_shared_memory()
        started = True
        watch(Phase.READY, "")
        yield cluster
    finally:
        tree.end(grace_s=GRACE_S)
        if started:
            shutil.rmtree(folder, ignore_errors=True)


def ask_once(base_url: str, model: ModelSpec) -> None:
    """Let a model work once. Only this shows that it serves: the list of models is answered before any engine is there.

    Raises:
        ModelUnavailable: no answer, or a refusal.
        ModelReplyInvalid: an answer without a token or a vector.
    """
    if model.task == "embed":
        path, body = "embeddings", {"model": model.id, "input": "salam"}
    else:
        path, body = "completions", {"model": model.id, "prompt": "Salam", "max_tokens": 1}
    try:
        reply = httpx.post(f"{base_url}/{path}", json=body, timeout=FIRST_REPLY_TIMEOUT_S)
        reply.raise_for_status()
        produced: object = reply.json()["data" if model.task == "embed" else "choices"]
    except httpx.HTTPError as error:
        raise ModelUnavailable(f"{model.id} does not answer: {type(error).__name__}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelReplyInvalid(f"{model.id}: its first answer is not OpenAI's") from error
    if not produced:
        raise ModelReplyInvalid(f"{model.id}: its first answer is empty")


def _deploy(ray: httpx.Client, cluster: LocalCluster, config: JsonObject, *, deadline: float, watch: Watch) -> None:
    """Hand the config to Ray's REST interface, as KubeRay does, as soon as that answers."""
    while True:
        watch(Phase.NODE, "")
        try:
            reply = ray.put(f"{cluster.node.rest_url}/api/serve/applications/", json=config, timeout=120)
        except httpx.TransportError:
            _wait(cluster, deadline)
            continue
        if reply.status_code == OK:
            return
        if reply.status_code < SERVER_FAULT:
            raise ModelUnavailable(f"Ray refused the deployment (HTTP {reply.status_code}): {reply.text[:2000]}")
        _wait(cluster, deadline)


def _wait_for_replicas(ray: httpx.Client, cluster: LocalCluster, *, deadline: float, watch: Watch) -> None:
    while True:
        status = _ask_status(ray, cluster.node)
        if status is not None:
            if status.failure:
                raise ModelUnavailable(f"Ray could not deploy the models: {status.failure[:2000]} (logs: {cluster.node.logs / 'serve'})")
            if status.is_running:
                return
        watch(Phase.ENGINE, status.summary if status else "")
        _wait(cluster, deadline)


def _ask_status(ray: httpx.Client, node: RayNode) -> ServeStatus | None:
    """None when Ray is too busy to say: on two cores that load an engine it often is."""
    try:
        reply = ray.get(f"{node.rest_url}/api/serve/applications/")
    except httpx.TransportError:
        return None
    return read_status(reply.content) if reply.status_code == OK else None


def _wait(cluster: LocalCluster, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise ModelUnavailable(f"the models did not come up in time; logs are in {cluster.node.logs}")
    cluster.check()
    time.sleep(PERIOD_S)
