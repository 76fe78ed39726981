"""What `korpu models render` writes, read by the programs that it is written for."""

import json
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.settings import Settings
from serving.deployments import render_serve_config
from serving.kuberay import render_ray_service
from serving.model_spec import load_catalogue

pytestmark = pytest.mark.engine

REPOSITORY = Path(__file__).parents[3]
CATALOGUE = load_catalogue(REPOSITORY / "configs" / "models.yaml")
GPU_MODELS = [model for model in CATALOGUE.models if model.accelerator.kind == "gpu"]
CPU_MODELS = [model for model in CATALOGUE.models if model.accelerator.kind == "cpu"]
VALIDATOR = Path(__file__).with_name("validate_rendered.py")
MANIFEST: dict[str, Any] = render_ray_service(GPU_MODELS, otlp_endpoint="http://collector.korpu:4318")

RENDERED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a RayService with every GPU model": (MANIFEST, [model.id for model in GPU_MODELS]),
    "direct streaming, an application a model": (render_serve_config(GPU_MODELS, direct_streaming=True), [model.id for model in GPU_MODELS]),
    "models of a machine without a GPU": (
        render_serve_config(CPU_MODELS, weights={model.id: Path("weights") for model in CPU_MODELS}, otlp_endpoint="http://127.0.0.1:4318"),
        [model.id for model in CPU_MODELS],
    ),
}


def broken(*path: str | int, value: object) -> dict[str, Any]:
    manifest: Any = deepcopy(MANIFEST)
    place = manifest
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return manifest


def serve_config(change: str, to: str) -> str:
    text: str = MANIFEST["spec"]["serveConfigV2"]
    assert change in text
    return text.replace(change, to)


HEAD = ("spec", "rayClusterConfig", "headGroupSpec")
BROKEN: dict[str, dict[str, Any]] = {
    "a field that KubeRay does not know": broken("spec", "upgradeStrategy", "clusterUpgradeOptions", "stepPercent", value=10),
    "a number where KubeRay takes text": broken(*HEAD, "rayStartParams", "num-cpus", value=0),
    "a field that Kubernetes does not know": broken(*HEAD, "template", "spec", "containers", 0, "enviroment", value=[]),
    "a field that Ray Serve does not know": broken("spec", "serveConfigV2", value=serve_config("max_queued_requests", "max_queue")),
    "an engine argument that vLLM does not know": broken("spec", "serveConfigV2", value=serve_config("max_num_seqs", "max_sequences")),
    "an accelerator that Ray does not know": broken("spec", "serveConfigV2", value=serve_config("kind: gpu", "kind: gqu")),
}


@pytest.fixture(scope="module")
def verdicts() -> dict[str, dict[str, Any]]:
    python = REPOSITORY / Settings().serving_python
    if not python.exists():
        pytest.skip("no environment that serves models: make setup-serving")
    documents = {name: document for name, (document, _) in RENDERED.items()} | BROKEN
    text = yaml.safe_dump_all(documents.values(), sort_keys=False, allow_unicode=True)
    result = subprocess.run([str(python), str(VALIDATOR)], input=text, capture_output=True, text=True, timeout=600, check=False)
    assert result.returncode == 0, result.stderr[-3000:]
    lines = [line.removeprefix("verdict ") for line in result.stdout.splitlines() if line.startswith("verdict ")]
    return dict(zip(documents, map(json.loads, lines), strict=True))


@pytest.mark.parametrize("name", RENDERED)
def test_what_is_rendered_is_accepted_whole(verdicts: dict[str, dict[str, Any]], name: str):
    assert verdicts[name] == {"models": RENDERED[name][1]}


@pytest.mark.parametrize("name", BROKEN)
def test_the_check_refuses_what_a_cluster_would(verdicts: dict[str, dict[str, Any]], name: str):
    assert "fault" in verdicts[name]
