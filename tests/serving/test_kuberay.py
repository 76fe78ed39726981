from pathlib import Path
from typing import Any

import pytest
import yaml

from serving.cluster_ports import MAX_WORKER_PORT, MIN_WORKER_PORT, RESERVED
from serving.errors import ModelSpecInvalid
from serving.kuberay import render_ray_service
from serving.model_spec import load_catalogue

CATALOGUE = load_catalogue(Path(__file__).parents[2] / "configs" / "models.yaml")


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    manifest: dict[str, Any] = render_ray_service(CATALOGUE.of_profile("cluster"))
    return manifest["spec"]


def groups(spec: dict[str, Any]) -> list[dict[str, Any]]:
    cluster = spec["rayClusterConfig"]
    return [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]


def test_the_head_runs_no_model(spec: dict[str, Any]):
    head = spec["rayClusterConfig"]["headGroupSpec"]
    assert head["rayStartParams"]["num-cpus"] == "0"
    assert "nvidia.com/gpu" not in head["template"]["spec"]["containers"][0]["resources"]["limits"]


def test_each_kind_of_gpu_has_a_worker_group_that_holds_all_its_replicas(spec: dict[str, Any]):
    workers = {group["groupName"]: group for group in spec["rayClusterConfig"]["workerGroupSpecs"]}
    assert workers.keys() == {"gpu-l4", "gpu-l40s"}
    assert workers["gpu-l4"]["maxReplicas"] == 4 + 2
    assert workers["gpu-l4"]["minReplicas"] == 1 + 1


def test_the_operator_puts_a_token_into_every_container_and_keeps_it_for_itself(spec: dict[str, Any]):
    assert spec["rayClusterConfig"]["authOptions"] == {"mode": "token"}
    for group in groups(spec):
        assert not any("AUTH" in entry["name"] for entry in group["template"]["spec"]["containers"][0].get("env", []))


def test_worker_ports_stay_off_every_port_of_the_cluster(spec: dict[str, Any]):
    assert not any(MIN_WORKER_PORT <= port <= MAX_WORKER_PORT for port in RESERVED)
    for group in groups(spec):
        assert (group["rayStartParams"]["min-worker-port"], group["rayStartParams"]["max-worker-port"]) == (
            str(MIN_WORKER_PORT),
            str(MAX_WORKER_PORT),
        )


def test_it_scales_in_the_tree_and_upgrades_step_by_step(spec: dict[str, Any]):
    assert spec["rayClusterConfig"]["enableInTreeAutoscaling"] is True
    assert spec["upgradeStrategy"]["type"] == "NewClusterWithIncrementalUpgrade"


def test_its_serve_config_is_the_one_of_the_cluster(spec: dict[str, Any]):
    served = yaml.safe_load(spec["serveConfigV2"])
    ids = [config["model_loading_config"]["model_id"] for config in served["applications"][0]["args"]["llm_configs"]]
    assert ids == [model.id for model in CATALOGUE.of_profile("cluster")]


def test_a_model_without_a_gpu_is_refused():
    with pytest.raises(ModelSpecInvalid, match="workers of this cluster have GPUs"):
        render_ray_service(CATALOGUE.choose(["gemma-3-270m"]))
