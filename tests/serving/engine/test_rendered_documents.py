"""What `korpu models render` writes, read by the programs that it is written for."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.settings import Settings
from serving.deployments import render_serve_config
from serving.kuberay import render_ray_service
from serving.model_spec import load_catalogue

pytestmark = pytest.mark.engine

CATALOGUE = load_catalogue(Path(__file__).parents[3] / "configs" / "models.yaml")
GPU_MODELS = [model for model in CATALOGUE.models if model.accelerator.kind == "gpu"]
CPU_MODELS = [model for model in CATALOGUE.models if model.accelerator.kind == "cpu"]
VALIDATOR = Path(__file__).with_name("validate_rendered.py")

Validate = Callable[[object], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def validate(repository: Path) -> Validate:
    python = repository / Settings().serving_python
    if not python.exists():
        pytest.skip("no environment that serves models: make setup-serving")

    def run(document: object) -> "subprocess.CompletedProcess[str]":
        text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
        return subprocess.run([str(python), str(VALIDATOR)], input=text, capture_output=True, text=True, timeout=300, check=False)

    return run


def accepted(result: "subprocess.CompletedProcess[str]") -> list[str]:
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stdout.split("\n")[-2].split()


def test_the_manifest_of_every_gpu_model_is_a_ray_service(validate: Validate):
    document = render_ray_service(GPU_MODELS, otlp_endpoint="http://collector.korpu:4318")
    assert accepted(validate(document)) == [model.id for model in GPU_MODELS]


def test_serve_configs_are_rays_and_their_engine_arguments_vllms(validate: Validate):
    weights = {model.id: Path("weights") for model in CPU_MODELS}
    assert accepted(validate(render_serve_config(CPU_MODELS, weights=weights))) == [model.id for model in CPU_MODELS]
    assert accepted(validate(render_serve_config(GPU_MODELS, direct_streaming=True))) == [model.id for model in GPU_MODELS]


def set_in(document: dict[str, Any], path: str, value: object) -> None:
    *parents, last = path.split(".")
    for name in parents:
        document = document[int(name)] if isinstance(document, list) else document[name]
    document[last] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("spec.upgradeStrategy.clusterUpgradeOptions.stepPercent", 10),
        ("spec.rayClusterConfig.headGroupSpec.rayStartParams.num-cpus", 0),
        ("spec.rayClusterConfig.headGroupSpec.template.spec.containers.0.enviroment", []),
        ("spec.serveConfigV2", "applications: [{name: models, import_path: ray.serve.llm:build_openai_app, port: 1}]"),
    ],
)
def test_the_check_refuses_what_a_cluster_would(validate: Validate, path: str, value: object):
    document: Any = render_ray_service(GPU_MODELS[:1])
    set_in(document, path, value)
    assert validate(document).returncode != 0
