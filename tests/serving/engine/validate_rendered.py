"""Checks a rendered document with Ray's, vLLM's and Kubernetes' own models; runs in the environment that serves models.

`python validate_rendered.py < rendered.yaml` prints the ids of the models and ends with 0, or with 1 and the fault.
"""

# pyright: basic
import dataclasses
import sys

import yaml


def main() -> None:
    document = yaml.safe_load(sys.stdin.read())
    served = document
    if document.get("kind") == "RayService":
        served = yaml.safe_load(validate_service(document))
    sys.stdout.write(" ".join(validate_serve_config(served)) + "\n")


def validate_service(document: dict) -> str:
    import kubernetes_validate
    from kuberay_schema import RayService

    service = RayService.model_validate(document)
    for pod in service.pods:
        kubernetes_validate.validate(pod, kubernetes_validate.latest_version(), strict=True)
    return service.spec.serveConfigV2


def validate_serve_config(served: dict) -> list[str]:
    from ray.serve.llm import LLMServingArgs
    from ray.serve.schema import ServeDeploySchema
    from vllm.engine.arg_utils import AsyncEngineArgs

    schema = ServeDeploySchema.model_validate(served)
    ids = []
    for application in schema.applications:
        for config in LLMServingArgs.model_validate(application.args).llm_configs:
            # Names every engine argument; vLLM's own class then takes them.
            engine = config.get_engine_config()
            known = {field.name for field in dataclasses.fields(AsyncEngineArgs)}
            AsyncEngineArgs(**{name: value for name, value in engine.engine_kwargs.items() if name in known})
            ids.append(config.model_id)
    return ids


if __name__ == "__main__":
    main()
