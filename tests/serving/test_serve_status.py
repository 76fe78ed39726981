import json
from typing import Any

import pytest

from serving.errors import ModelReplyInvalid
from serving.serve_status import read_status


def details(status: str, *, replica_states: list[str], message: str = "", deployment_message: str = "") -> bytes:
    """As Ray 2.60 answers GET /api/serve/applications/, with some of what it says besides."""
    replicas = [{"replica_id": f"r{n}", "state": state, "pid": 7, "node_id": "n"} for n, state in enumerate(replica_states)]
    deployment: dict[str, Any] = {
        "status": "UPDATING",
        "message": deployment_message,
        "target_num_replicas": 2,
        "replicas": replicas,
        "deployment_config": {},
    }
    application: dict[str, Any] = {"status": status, "message": message, "route_prefix": "/", "deployments": {"LLMServer:gemma": deployment}}
    return json.dumps({"proxies": {}, "applications": {"models": application}}).encode()


def test_a_running_application_is_ready_and_one_that_deploys_says_how_far_it_is():
    assert read_status(details("RUNNING", replica_states=["RUNNING", "RUNNING"])).is_running
    deploying = read_status(details("DEPLOYING", replica_states=["RUNNING", "STARTING"]))
    assert not deploying.is_running
    assert deploying.failure is None
    assert deploying.summary == "LLMServer:gemma 1 of 2"


def test_no_application_is_not_ready():
    assert not read_status(b'{"applications": {}}').is_running


@pytest.mark.parametrize(("message", "deployment_message"), [("engine died", ""), ("", "engine died")])
def test_a_failed_deployment_says_why(message: str, deployment_message: str):
    failed = read_status(details("DEPLOY_FAILED", replica_states=[], message=message, deployment_message=deployment_message))
    assert failed.failure == "models: engine died"


def test_something_else_is_a_fault():
    with pytest.raises(ModelReplyInvalid):
        read_status(b"<html>")
