"""Checks rendered documents with Ray's, vLLM's and Kubernetes' own models; runs in the environment that serves models.

`python validate_rendered.py < rendered.yaml` reads any number of documents and prints for each, as JSON, the ids of its models or its
fault. One process for all of them: the imports take most of the time.
"""

# This file's imports are not installed beside the gateway.
# pyright: basic, reportMissingImports=false
import dataclasses
import inspect
import json
import sys

import kubernetes_validate
import yaml
from kuberay_schema import RayService
from pydantic import ValidationError
from ray import serve
from ray.serve.config import AutoscalingConfig, RequestRouterConfig
from ray.serve.llm import LLMServingArgs
from ray.serve.schema import ServeDeploySchema
from vllm.engine.arg_utils import AsyncEngineArgs


def main() -> None:
    for document in yaml.safe_load_all(sys.stdin.read()):
        try:
            verdict = {"models": validate(document)}
        except (ValidationError, ValueError, TypeError, kubernetes_validate.ValidationError) as fault:
            verdict = {"fault": f"{type(fault).__name__}: {fault}"}
        sys.stdout.write(f"{PREFIX}{json.dumps(verdict)}\n")


PREFIX = "verdict "
"""Ray and vLLM write to the same output."""


def validate(document: dict) -> list[str]:
    if document.get("kind") != "RayService":
        return validate_serve_config(document)
    service = RayService.model_validate(document)
    for pod in service.pods:
        kubernetes_validate.validate(pod, kubernetes_validate.latest_version(), strict=True)
    return validate_serve_config(yaml.safe_load(service.spec.serveConfigV2))


def validate_serve_config(served: dict) -> list[str]:
    ids = []
    for application in ServeDeploySchema.model_validate(served).applications:
        arguments = LLMServingArgs.model_validate(application.args)
        check_deployment(arguments.ingress_deployment_config)
        for config in arguments.llm_configs:
            check_deployment(config.deployment_config)
            # Refuses names that no engine argument has; vLLM's own class then takes the rest.
            engine = config.get_engine_config()
            known = {field.name for field in dataclasses.fields(AsyncEngineArgs)}
            AsyncEngineArgs(**{name: value for name, value in engine.engine_kwargs.items() if name in known})
            ids.append(config.model_id)
    return ids


def check_deployment(options: dict) -> None:
    """Ray takes these unread and hands them to `serve.deployment` when the application is built, inside the cluster."""
    if unknown := options.keys() - inspect.signature(serve.deployment).parameters.keys():
        raise ValueError(f"serve.deployment takes no {', '.join(sorted(unknown))}")
    AutoscalingConfig.model_validate(options.get("autoscaling_config", {}))
    RequestRouterConfig.model_validate(options.get("request_router_config", {}))


if __name__ == "__main__":
    main()
