"""The fields of a KubeRay RayService (ray.io/v1) that a manifest may have, as KubeRay's API reference lists them for version 1.7.

KubeRay publishes its schema in its source tree and its Helm chart, not in a package. Pod templates are Kubernetes' own and are checked
against Kubernetes' schema; services and security contexts, which the manifest does not write, are left out here and so refused.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Percent = Annotated[int, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Metadata(Strict):
    name: Annotated[str, Field(pattern=r"^[a-z]([-a-z0-9]{0,45}[a-z0-9])?$")]
    namespace: str
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}


class ClusterUpgradeOptions(Strict):
    maxSurgePercent: Percent = 100
    stepSizePercent: Percent
    intervalSeconds: Count
    gatewayClassName: str


class UpgradeStrategy(Strict):
    type: Literal["NewCluster", "NewClusterWithIncrementalUpgrade", "None"]
    clusterUpgradeOptions: ClusterUpgradeOptions | None = None


class AuthOptions(Strict):
    mode: Literal["disabled", "token"]
    secretName: str | None = None


class AutoscalerOptions(Strict):
    version: Literal["v1", "v2"] | None = None
    idleTimeoutSeconds: Count | None = None
    upscalingMode: Literal["Default", "Aggressive", "Conservative"] | None = None
    image: str | None = None
    env: list[dict[str, Any]] = []


class HeadGroup(Strict):
    rayStartParams: dict[str, str]
    template: dict[str, Any]
    labels: dict[str, str] = {}
    resources: dict[str, str] = {}
    serviceType: Literal["ClusterIP", "NodePort", "LoadBalancer"] | None = None


class WorkerGroup(Strict):
    groupName: str
    replicas: Count
    minReplicas: Count
    maxReplicas: Count
    numOfHosts: Annotated[int, Field(ge=1)] = 1
    idleTimeoutSeconds: Count | None = None
    rayStartParams: dict[str, str]
    template: dict[str, Any]
    labels: dict[str, str] = {}
    resources: dict[str, str] = {}


class RayCluster(Strict):
    rayVersion: str
    enableInTreeAutoscaling: bool
    autoscalerOptions: AutoscalerOptions | None = None
    authOptions: AuthOptions | None = None
    headGroupSpec: HeadGroup
    workerGroupSpecs: Annotated[list[WorkerGroup], Field(min_length=1)]
    headServiceAnnotations: dict[str, str] = {}


class Spec(Strict):
    serveConfigV2: str
    rayClusterConfig: RayCluster
    upgradeStrategy: UpgradeStrategy | None = None
    excludeHeadPodFromServeSvc: bool | None = None
    rayClusterDeletionDelaySeconds: Count | None = None


class RayService(Strict):
    apiVersion: Literal["ray.io/v1"]
    kind: Literal["RayService"]
    metadata: Metadata
    spec: Spec

    @property
    def pods(self) -> list[dict[str, Any]]:
        """Its pod templates as pods, which is what Kubernetes' schema knows."""
        cluster = self.spec.rayClusterConfig
        templates = [cluster.headGroupSpec.template, *(group.template for group in cluster.workerGroupSpecs)]
        return [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod"}} | template for template in templates]
