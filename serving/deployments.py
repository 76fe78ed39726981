"""Model specs compiled into what Ray Serve and KubeRay read. The engine and its HTTP server are `ray.serve.llm`'s, not ours."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from pydantic import JsonValue

from serving.errors import ModelSpecInvalid
from serving.model_spec import PACKAGED, CpuAccelerator, GpuAccelerator, ModelSpec

RAY_VERSION = "2.60.0"
IMPORT_PATH = "ray.serve.llm:build_openai_app"
PREFIX_ROUTER = "ray.serve.llm.request_router.PrefixCacheAffinityRouter"
INGRESS_REQUESTS_PER_REPLICA = 128

ALL_ADDRESSES = "0.0.0.0"  # noqa: S104 (inside the cluster; a proxy stands before it)

JsonObject = dict[str, JsonValue]


def render_llm_config(spec: ModelSpec, *, weights: PurePath | None, otlp_endpoint: str | None = None) -> JsonObject:
    """Return one `LLMConfig` of ray.serve.llm as JSON values.

    `weights` is the folder of a packaged model's prepared weights; other sources are names that the engine resolves itself.
    `otlp_endpoint` is the base URL of an OTLP/HTTP collector: the engine then sends a span `llm_request` for each request.

    Raises:
        ModelSpecInvalid: a packaged model without `weights`.
    """
    if spec.source.startswith(PACKAGED) and weights is None:
        raise ModelSpecInvalid(f"{spec.id}: its packaged weights are not prepared yet: korpu models prepare")
    source = str(weights) if spec.source.startswith(PACKAGED) else spec.source
    config: JsonObject = {
        "model_loading_config": {"model_id": spec.id, "model_source": source},
        "accelerator_config": {"kind": spec.accelerator.kind},
        "engine_kwargs": _engine_arguments(spec, otlp_endpoint),
        "deployment_config": _deployment(spec),
        "runtime_env": {"env_vars": _environment(spec, otlp_endpoint)},
        "log_engine_metrics": True,
    }
    match spec.accelerator:
        case GpuAccelerator(type=gpu):
            config["accelerator_type"] = gpu
        case CpuAccelerator(cpus=cpus):
            config["placement_group_config"] = {"bundles": [{"CPU": cpus}]}
    if spec.lora:
        config["lora_config"] = {"dynamic_lora_loading_path": spec.lora.path, "max_num_adapters_per_replica": spec.lora.max_adapters}
    return config


def render_serve_config(
    models: Sequence[ModelSpec],
    *,
    weights: Mapping[str, PurePath] | None = None,
    host: str = ALL_ADDRESSES,
    port: int = 8000,
    direct_streaming: bool = False,
    otlp_endpoint: str | None = None,
) -> JsonObject:
    """Return a Ray Serve config (the schema of `serve deploy`).

    All models stand behind one OpenAI-compatible application at /v1. With `direct_streaming` the engine's own HTTP server answers,
    and Ray then allows one model in an application: each gets its own, under /{id}.

    Raises:
        ModelSpecInvalid: no models, or packaged weights that are not prepared.
    """
    if not models:
        raise ModelSpecInvalid("no model to serve: name one, or give a model this profile")
    configs = {spec.id: render_llm_config(spec, weights=(weights or {}).get(spec.id), otlp_endpoint=otlp_endpoint) for spec in models}
    applications: list[JsonValue] = (
        [_application(name, f"/{name}", [config], None) for name, config in configs.items()]
        if direct_streaming
        else [_application("models", "/", list(configs.values()), _ingress(models))]
    )
    return {
        "proxy_location": "EveryNode",
        "http_options": {"host": host, "port": port, "request_timeout_s": 120},
        "logging_config": {"encoding": "JSON", "enable_access_log": False},
        "applications": applications,
    }


def render_direct_command(spec: ModelSpec, *, weights: PurePath | None, python: PurePath, port: int) -> tuple[list[str], dict[str, str]]:
    """Return the command and the variables of vLLM's own server for the same model on this machine, without Ray: to compare, or to debug."""
    source = str(weights) if weights is not None else spec.source
    command = [str(python), "-m", "vllm.entrypoints.openai.api_server", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--model", source, "--served-model-name", spec.id]
    for name, value in _engine_arguments(spec, None).items():
        flag = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            command += [flag] if value else [f"--no-{flag.removeprefix('--')}"]
        else:
            command += [flag, str(value)]
    return command, {name: str(value) for name, value in _environment(spec, None).items()}


def _application(name: str, prefix: str, configs: Sequence[JsonObject], ingress: JsonObject | None) -> JsonObject:
    arguments: JsonObject = {"llm_configs": list(configs)}
    if ingress is not None:
        arguments["ingress_deployment_config"] = ingress
    return {"name": name, "route_prefix": prefix, "import_path": IMPORT_PATH, "args": arguments}


def _ingress(models: Sequence[ModelSpec]) -> JsonObject:
    """The HTTP front of the models. It too gets limits: Ray's default is a target of 1e9 requests, which never adds a replica.

    It reserves no CPU: on a machine of two cores the model's replica takes both, and the front would never be placed.
    """
    most = max(spec.replicas.max for spec in models)
    return {
        "max_ongoing_requests": INGRESS_REQUESTS_PER_REPLICA,
        "autoscaling_config": {
            "min_replicas": 1,
            "initial_replicas": 1,
            "max_replicas": most,
            "target_ongoing_requests": INGRESS_REQUESTS_PER_REPLICA // 2,
        },
        "ray_actor_options": {"num_cpus": 0},
    }


def _engine_arguments(spec: ModelSpec, otlp_endpoint: str | None) -> JsonObject:
    arguments: JsonObject = {
        "max_model_len": spec.context_tokens,
        "max_num_seqs": spec.max_sequences,
        "dtype": spec.dtype,
        "tensor_parallel_size": spec.tensor_parallel,
        "pipeline_parallel_size": spec.pipeline_parallel,
    }
    if spec.task == "embed":
        arguments["runner"] = "pooling"
    else:
        arguments["enable_prefix_caching"] = True
    if spec.quantisation:
        arguments["quantization"] = spec.quantisation
    if spec.lora:
        arguments["enable_lora"] = True
        arguments["max_loras"] = spec.lora.max_adapters
    if spec.chat_template:
        arguments["chat_template"] = spec.chat_template
    if otlp_endpoint:
        arguments["otlp_traces_endpoint"] = f"{otlp_endpoint.rstrip('/')}/v1/traces"
    return arguments | dict(spec.engine)


def _deployment(spec: ModelSpec) -> JsonObject:
    deployment: JsonObject = {
        "max_ongoing_requests": spec.max_ongoing_requests,
        "max_queued_requests": spec.max_queued_requests,
        "autoscaling_config": {
            "min_replicas": spec.replicas.min,
            "initial_replicas": max(1, spec.replicas.min),
            "max_replicas": spec.replicas.max,
            "target_ongoing_requests": spec.target_ongoing_requests,
        },
    }
    if isinstance(spec.accelerator, CpuAccelerator):
        # Ray would add a CPU for the actor to those of its placement group: two replicas would need four.
        deployment["ray_actor_options"] = {"num_cpus": 0}
    if spec.is_prefix_routed:
        deployment["request_router_config"] = {
            "request_router_class": PREFIX_ROUTER,
            "request_router_kwargs": {
                # All prompts of a deployment begin with the same policy. By default no load counts as uneven, and one replica would get them all.
                "imbalanced_threshold": max(1, int(spec.target_ongoing_requests // 2)),
                # By default what was once asked is remembered for ever.
                "do_eviction": True,
            },
        }
    return deployment


def _environment(spec: ModelSpec, otlp_endpoint: str | None) -> JsonObject:
    # No question of a citizen in an engine's log.
    environment: JsonObject = {"RAYLLM_ENABLE_REQUEST_PROMPT_LOGS": "0"}
    if isinstance(spec.accelerator, CpuAccelerator):
        environment["VLLM_CPU_KVCACHE_SPACE"] = str(spec.accelerator.kv_cache_gib)
        # Binding threads to cores wants NUMA calls that containers refuse.
        environment["VLLM_CPU_OMP_THREADS_BIND"] = "nobind"
    if otlp_endpoint:
        environment["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] = "http/protobuf"
    return environment
