from pathlib import Path

import pytest
import yaml

from serving.errors import ModelSpecInvalid
from serving.model_spec import Catalogue, load_catalogue

PACKAGED = Path(__file__).parents[2] / "configs" / "models.yaml"
CPU: dict[str, object] = {
    "id": "small",
    "task": "chat",
    "source": "org/small",
    "licence": "Apache-2.0",
    "prompt_style": "completion",
    "profiles": ["cpu"],
    "accelerator": {"kind": "cpu"},
    "context_tokens": 1024,
    "max_sequences": 8,
    "replicas": {"min": 1, "max": 1},
    "max_ongoing_requests": 8,
    "target_ongoing_requests": 4,
    "max_queued_requests": 16,
}
GPU = CPU | {"id": "large", "profiles": ["cluster"], "accelerator": {"kind": "gpu", "type": "L4"}}


def load(tmp_path: Path, *models: dict[str, object]) -> Catalogue:
    path = tmp_path / "models.yaml"
    path.write_text(yaml.safe_dump({"models": list(models)}), encoding="utf-8")
    return load_catalogue(path)


def test_the_packaged_catalogue_has_a_model_for_every_profile():
    catalogue = load_catalogue(PACKAGED)
    assert [model.id for model in catalogue.of_profile("cpu")] == ["gemma-3-270m"]
    assert {model.task for model in catalogue.of_profile("cluster")} == {"chat", "embed"}
    assert all(model.licence for model in catalogue.models)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ({key: value for key, value in CPU.items() if key != "accelerator"}, "small.accelerator: Field required (Ray takes an unset accelerator"),
        ({key: value for key, value in CPU.items() if key != "max_ongoing_requests"}, "default of 1e9 switches off back-pressure"),
        ({key: value for key, value in CPU.items() if key != "target_ongoing_requests"}, "default of 1e9 switches off autoscaling"),
        ({key: value for key, value in CPU.items() if key != "max_queued_requests"}, "queue grow without end"),
        (CPU | {"max_ongoing_requests": 1_000_000_000}, "switch off back-pressure and autoscaling"),
        (CPU | {"target_ongoing_requests": 9}, "never reached"),
        (CPU | {"max_queued_requests": -1}, "queue grow without end"),
        (CPU | {"max_ongoing_requests": 64, "target_ongoing_requests": 32}, "wait inside the engine"),
        (CPU | {"quantisation": "fp8"}, "need GPUs"),
        (CPU | {"profiles": ["cluster"]}, "GPU workers only"),
        (GPU | {"profiles": ["cpu"]}, "wait for ever"),
        (CPU | {"prompt_style": None}, "prompt_style belongs to every chat model"),
        (GPU | {"engine": {"max_model_len": 9}}, "engine may not set max_model_len"),
        (GPU | {"replicas": {"min": 2, "max": 1}}, "min 2 is above max 1"),
        (CPU | {"temperature": 1}, "small.temperature: Extra inputs"),
    ],
)
def test_a_setting_that_is_known_to_fail_is_refused_with_its_reason(tmp_path: Path, model: dict[str, object], reason: str):
    with pytest.raises(ModelSpecInvalid) as fault:
        load(tmp_path, model)
    assert reason in str(fault.value)


def test_two_models_of_one_name_are_refused(tmp_path: Path):
    with pytest.raises(ModelSpecInvalid, match="more than one model is called small"):
        load(tmp_path, CPU, CPU)


def test_an_unknown_model_is_named_with_the_known_ones(tmp_path: Path):
    with pytest.raises(ModelSpecInvalid, match="no model other; there are small, large"):
        load(tmp_path, CPU, GPU).choose(["other"])


def test_a_chat_model_of_several_replicas_is_routed_by_prefix(tmp_path: Path):
    one, many, embed = load(
        tmp_path, GPU, GPU | {"id": "many", "replicas": {"min": 1, "max": 3}}, GPU | {"id": "vectors", "task": "embed", "prompt_style": None}
    ).models
    assert (one.is_prefix_routed, many.is_prefix_routed, embed.is_prefix_routed) == (False, True, False)
