"""What Ray Serve's REST interface says about the applications, as much of it as a start needs."""

from pydantic import BaseModel, Field

from serving.errors import ModelReplyInvalid

FAILED = frozenset({"DEPLOY_FAILED", "UNHEALTHY"})


class _Replica(BaseModel):
    replica_id: str
    state: str
    pid: int | None = None


class _Deployment(BaseModel):
    status: str
    message: str = ""
    target_num_replicas: int | None = None
    replicas: list[_Replica] = Field(default_factory=list[_Replica])


class _Application(BaseModel):
    status: str
    message: str = ""
    deployments: dict[str, _Deployment] = Field(default_factory=dict[str, _Deployment])


class ServeStatus(BaseModel):
    """The state of a Serve instance; `replicas` are those of a model's engines, named by Ray."""

    applications: dict[str, _Application] = Field(default_factory=dict[str, _Application])

    @property
    def is_running(self) -> bool:
        """Every application runs, with all the replicas that its models ask for."""
        return bool(self.applications) and all(application.status == "RUNNING" for application in self.applications.values())

    @property
    def failure(self) -> str | None:
        """What Ray says about the first application that it gave up."""
        for name, application in self.applications.items():
            if application.status in FAILED:
                reasons = [application.message, *(deployment.message for deployment in application.deployments.values())]
                return f"{name}: {next((reason for reason in reasons if reason), application.status)}"
        return None

    @property
    def summary(self) -> str:
        """How many replicas run, for a person who waits: «LLMServer:gemma-3-270m 1 of 2»."""
        counts: list[str] = []
        for application in self.applications.values():
            for name, deployment in application.deployments.items():
                running = sum(replica.state == "RUNNING" for replica in deployment.replicas)
                counts.append(f"{name} {running} of {deployment.target_num_replicas or len(deployment.replicas)}")
        return ", ".join(counts)


def read_status(document: bytes) -> ServeStatus:
    """Raises ModelReplyInvalid when it is not Ray Serve's instance details."""
    try:
        return ServeStatus.model_validate_json(document)
    except ValueError as error:
        raise ModelReplyInvalid("Ray Serve's status is not as expected") from error
