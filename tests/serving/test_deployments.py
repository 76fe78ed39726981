from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from serving.deployments import PREFIX_ROUTER, render_direct_command, render_llm_config, render_serve_config
from serving.errors import ModelSpecInvalid
from serving.model_spec import Catalogue, load_catalogue

CATALOGUE: Catalogue = load_catalogue(Path(__file__).parents[2] / "configs" / "models.yaml")
WEIGHTS = {"gemma-3-270m": PurePosixPath("weights/gemma-3-270m")}


def configs(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [config for application in document["applications"] for config in application["args"]["llm_configs"]]


def every_config() -> list[dict[str, Any]]:
    return [config for profile in ("cpu", "cluster") for config in configs(render_serve_config(CATALOGUE.of_profile(profile), weights=WEIGHTS))]


def test_every_model_says_what_it_runs_on_and_has_limits():
    for config in every_config():
        assert config["accelerator_config"]["kind"] in ("cpu", "gpu")
        deployment = config["deployment_config"]
        assert 0 < deployment["max_ongoing_requests"] < 10_000
        assert 0 < deployment["autoscaling_config"]["target_ongoing_requests"] <= deployment["max_ongoing_requests"]
        assert 0 <= deployment["max_queued_requests"] < 10_000


def test_the_front_of_the_models_has_limits_and_takes_no_cpu_from_them():
    document: dict[str, Any] = render_serve_config(CATALOGUE.of_profile("cpu"), weights=WEIGHTS)
    ingress = document["applications"][0]["args"]["ingress_deployment_config"]
    assert ingress["ray_actor_options"]["num_cpus"] == 0
    assert ingress["autoscaling_config"]["target_ongoing_requests"] <= ingress["max_ongoing_requests"] < 10_000


def test_a_cpu_replica_sets_the_engines_memory_and_leaves_threads_unbound():
    (config,) = configs(render_serve_config(CATALOGUE.of_profile("cpu"), weights=WEIGHTS))
    environment = config["runtime_env"]["env_vars"]
    assert environment["VLLM_CPU_KVCACHE_SPACE"] == "1"
    assert environment["VLLM_CPU_OMP_THREADS_BIND"] == "nobind"
    assert config["model_loading_config"]["model_source"] == "weights/gemma-3-270m"


def test_a_cpu_replica_reserves_what_its_spec_says_and_no_more():
    (config,) = configs(render_serve_config(CATALOGUE.of_profile("cpu"), weights=WEIGHTS))
    assert config["placement_group_config"] == {"bundles": [{"CPU": 1}]}
    assert config["deployment_config"]["ray_actor_options"] == {"num_cpus": 0}


def test_a_base_model_gets_the_chat_template_of_its_spec():
    (config,) = configs(render_serve_config(CATALOGUE.of_profile("cpu"), weights=WEIGHTS))
    assert "messages" in config["engine_kwargs"]["chat_template"]


def test_engines_send_their_spans_to_a_collector_only_when_there_is_one():
    for config in configs(render_serve_config(CATALOGUE.of_profile("cluster"), otlp_endpoint="http://collector:4318/")):
        assert config["engine_kwargs"]["otlp_traces_endpoint"] == "http://collector:4318/v1/traces"
        assert config["runtime_env"]["env_vars"]["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] == "http/protobuf"
    assert all("otlp_traces_endpoint" not in config["engine_kwargs"] for config in every_config())


def test_vllms_own_server_gets_the_same_arguments_as_the_one_behind_ray():
    (model,) = CATALOGUE.of_profile("cpu")
    command, variables = render_direct_command(model, weights=WEIGHTS[model.id], python=PurePosixPath("python"), port=9)
    (config,) = configs(render_serve_config([model], weights=WEIGHTS))
    assert variables == config["runtime_env"]["env_vars"]
    assert "--enforce-eager" in command
    for name, value in config["engine_kwargs"].items():
        if not isinstance(value, bool):
            assert command[command.index(f"--{name.replace('_', '-')}") + 1] == str(value)
    assert command[command.index("--model") + 1] == config["model_loading_config"]["model_source"]


def test_no_engine_logs_prompts():
    assert all(config["runtime_env"]["env_vars"]["RAYLLM_ENABLE_REQUEST_PROMPT_LOGS"] == "0" for config in every_config())


def test_several_replicas_of_a_chat_model_are_routed_by_prefix_and_an_embedding_model_pools():
    by_id = {config["model_loading_config"]["model_id"]: config for config in every_config()}
    router = by_id["qwen3-4b"]["deployment_config"]["request_router_config"]
    assert router["request_router_class"] == PREFIX_ROUTER
    assert 1 <= router["request_router_kwargs"]["imbalanced_threshold"] < by_id["qwen3-4b"]["deployment_config"]["max_ongoing_requests"]
    assert router["request_router_kwargs"]["do_eviction"] is True
    assert "request_router_config" not in by_id["multilingual-e5-small"]["deployment_config"]
    assert by_id["multilingual-e5-small"]["engine_kwargs"]["runner"] == "pooling"


def test_direct_streaming_gives_each_model_an_application_of_its_own():
    models = CATALOGUE.of_profile("cluster")
    document: dict[str, Any] = render_serve_config(models, direct_streaming=True)
    assert [application["route_prefix"] for application in document["applications"]] == [f"/{model.id}" for model in models]
    assert all(len(application["args"]["llm_configs"]) == 1 for application in document["applications"])
    assert all("ingress_deployment_config" not in application["args"] for application in document["applications"])


def test_a_packaged_model_without_its_weights_is_refused_with_the_command_to_run():
    (model,) = CATALOGUE.choose(["gemma-3-270m"])
    with pytest.raises(ModelSpecInvalid, match="korpu models prepare"):
        render_llm_config(model, weights=None)


def test_nothing_to_serve_is_refused():
    with pytest.raises(ModelSpecInvalid, match="no model to serve"):
        render_serve_config([])
