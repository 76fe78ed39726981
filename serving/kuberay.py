"""A KubeRay RayService for the models of a cluster: a head that runs no model, one worker group for each kind of GPU."""

from collections.abc import Sequence
from math import ceil

import yaml
from pydantic import JsonValue

from serving.cluster_ports import CLIENT_PORT, DASHBOARD_PORT, GCS_PORT, MAX_WORKER_PORT, METRICS_PORT, MIN_WORKER_PORT, SERVE_PORT
from serving.deployments import ALL_ADDRESSES, RAY_VERSION, JsonObject, render_serve_config
from serving.errors import ModelSpecInvalid
from serving.model_spec import GpuAccelerator, ModelSpec

IMAGE = f"rayproject/ray-llm:{RAY_VERSION}-py311-cu128"
WORKER_CPUS_PER_GPU = 8
WORKER_GIB_PER_GPU = 48
HEAD_CPUS, HEAD_GIB = 4, 16


def render_ray_service(
    models: Sequence[ModelSpec], *, name: str = "korpu-models", namespace: str = "korpu", otlp_endpoint: str | None = None
) -> JsonObject:
    """Return the RayService manifest as JSON values.

    Upgrades are incremental: the new cluster takes over step by step while the old one serves. The cluster scales with Ray's in-tree
    autoscaler. `authOptions` lets the operator make a token and set RAY_AUTH_MODE and RAY_AUTH_TOKEN in every container: with variables
    written by hand neither the autoscaler beside the head nor the operator, which deploys the applications, would know the token.

    Raises:
        ModelSpecInvalid: no models, or one that needs no GPU.
    """
    without = [spec.id for spec in models if not isinstance(spec.accelerator, GpuAccelerator)]
    if without:
        raise ModelSpecInvalid(f"{', '.join(without)}: workers of this cluster have GPUs; a CPU model belongs to --target cpu")
    serve_config = render_serve_config(models, port=SERVE_PORT, otlp_endpoint=otlp_endpoint)
    return {
        "apiVersion": "ray.io/v1",
        "kind": "RayService",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "korpu"}},
        "spec": {
            "upgradeStrategy": {
                "type": "NewClusterWithIncrementalUpgrade",
                "clusterUpgradeOptions": {"maxSurgePercent": 50, "stepSizePercent": 10, "intervalSeconds": 30, "gatewayClassName": "korpu-gateway"},
            },
            "serveConfigV2": yaml.safe_dump(serve_config, sort_keys=False, allow_unicode=True),
            "rayClusterConfig": {
                "rayVersion": RAY_VERSION,
                "enableInTreeAutoscaling": True,
                "authOptions": {"mode": "token"},
                "autoscalerOptions": {"version": "v2", "idleTimeoutSeconds": 600},
                "headGroupSpec": _head(),
                "workerGroupSpecs": [_workers(gpu, [spec for spec in models if spec.accelerator == gpu]) for gpu in _gpus(models)],
            },
        },
    }


def _gpus(models: Sequence[ModelSpec]) -> list[GpuAccelerator]:
    return list(dict.fromkeys(spec.accelerator for spec in models if isinstance(spec.accelerator, GpuAccelerator)))


def _head() -> JsonObject:
    ports = {"gcs": GCS_PORT, "dashboard": DASHBOARD_PORT, "client": CLIENT_PORT, "serve": SERVE_PORT, "metrics": METRICS_PORT}
    # No CPUs to give away: a replica on the head would take the cluster down with it.
    return {
        "rayStartParams": {"num-cpus": "0", "dashboard-host": ALL_ADDRESSES} | _worker_ports(),
        "template": {"spec": {"containers": [_container("ray-head", cpus=HEAD_CPUS, gib=HEAD_GIB, gpus=0, ports=ports)]}},
    }


def _workers(gpu: GpuAccelerator, models: Sequence[ModelSpec]) -> JsonObject:
    per_replica = max(spec.tensor_parallel for spec in models)
    least = sum(ceil(spec.replicas.min * spec.pipeline_parallel) for spec in models)
    most = sum(spec.replicas.max * spec.pipeline_parallel for spec in models)
    name = gpu.type.lower()
    return {
        "groupName": f"gpu-{name}",
        "replicas": least,
        "minReplicas": least,
        "maxReplicas": most,
        "rayStartParams": {"num-gpus": str(per_replica), "resources": f'"{{\\"accelerator_type:{gpu.type}\\": 1}}"'} | _worker_ports(),
        "template": {
            "spec": {
                "nodeSelector": {"korpu.az/gpu": name},
                "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
                "containers": [
                    _container("ray-worker", cpus=WORKER_CPUS_PER_GPU * per_replica, gib=WORKER_GIB_PER_GPU * per_replica, gpus=per_replica, ports={})
                ],
            }
        },
    }


def _worker_ports() -> JsonObject:
    return {"min-worker-port": str(MIN_WORKER_PORT), "max-worker-port": str(MAX_WORKER_PORT)}


def _container(name: str, *, cpus: int, gib: int, gpus: int, ports: dict[str, int]) -> JsonObject:
    amounts: JsonObject = {"cpu": str(cpus), "memory": f"{gib}Gi"}
    if gpus:
        amounts["nvidia.com/gpu"] = str(gpus)
    container: JsonObject = {
        "name": name,
        "image": IMAGE,
        "resources": {"requests": amounts, "limits": amounts},
    }
    if ports:
        listed: list[JsonValue] = [{"name": port_name, "containerPort": number} for port_name, number in ports.items()]
        container["ports"] = listed
    return container
