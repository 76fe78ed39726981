"""The models that a cluster may serve, as models.yaml states them. Settings known to fail are refused here, each with its reason."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from serving.errors import ModelSpecInvalid

ModelId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,62}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Profile = Literal["cpu", "cluster"]

PACKAGED = "packaged:"
"""A source that `korpu models prepare` builds from an installed package; everything else is a hub name or a path."""

UNLIMITED = 1_000_000
"""Ray Serve LLM's own defaults for the two request limits are 1e9: no limit at all."""

WHY_REQUIRED = {
    "accelerator": "Ray takes an unset accelerator for a GPU, and a machine without one then waits for ever",
    "max_ongoing_requests": "Ray Serve LLM's default of 1e9 switches off back-pressure",
    "target_ongoing_requests": "Ray Serve LLM's default of 1e9 switches off autoscaling",
    "max_queued_requests": "the default lets the queue grow without end: callers would wait instead of falling back",
}

OWN_ENGINE_KEYS = frozenset(
    {
        "max_model_len",
        "max_num_seqs",
        "dtype",
        "quantization",
        "tensor_parallel_size",
        "pipeline_parallel_size",
        "enable_lora",
        "max_loras",
        "chat_template",
        "otlp_traces_endpoint",
    }
)
"""Written from the spec's own keys, so that one fact has one place."""


class SpecModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CpuAccelerator(SpecModel):
    """`kv_cache_gib` is the memory of the key-value cache; without it vLLM takes half of the machine's."""

    kind: Literal["cpu"]
    cpus: float = Field(default=1, gt=0, description="CPUs that a replica reserves in Ray; a fraction lets several share a small machine")
    kv_cache_gib: int = Field(default=1, ge=1, le=1024)


class GpuAccelerator(SpecModel):
    """`type` is Ray's name of the GPU («L4», «L40S», «A100-80G»): a replica waits for a node that has one."""

    kind: Literal["gpu"]
    type: Text


class Replicas(SpecModel):
    min: int = Field(ge=0)
    max: int = Field(ge=1)

    @model_validator(mode="after")
    def check_order(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self


class Lora(SpecModel):
    """Adapters in object storage, loaded when a request names them."""

    path: Text = Field(pattern=r"^(s3|gs|abfss|azure)://")
    max_adapters: int = Field(default=8, ge=1)


class ModelSpec(SpecModel):
    """One model. Limits count requests of one replica."""

    id: ModelId
    task: Literal["chat", "embed"]
    source: Text
    licence: Text
    prompt_style: Literal["structured", "completion"] | None = Field(
        default=None, description="chat only: structured output of an instructed model, or few-shot completion of a base model"
    )
    chat_template: Text | None = Field(
        default=None, description="Jinja; for a model whose tokenizer has none: /v1/chat/completions would refuse every request"
    )
    profiles: tuple[Profile, ...] = Field(description="where it is served; empty: a candidate")
    accelerator: Annotated[CpuAccelerator | GpuAccelerator, Field(discriminator="kind")]
    tensor_parallel: int = Field(default=1, ge=1)
    pipeline_parallel: int = Field(default=1, ge=1)
    context_tokens: int = Field(ge=128)
    max_sequences: int = Field(ge=1, description="sequences that the engine batches")
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    quantisation: Literal["fp8", "awq", "gptq", "compressed-tensors"] | None = None
    lora: Lora | None = None
    replicas: Replicas
    max_ongoing_requests: int = Field(ge=1)
    target_ongoing_requests: float = Field(gt=0)
    max_queued_requests: int
    engine: dict[str, str | int | float | bool] = Field(default_factory=dict[str, str | int | float | bool], description="further vLLM arguments")

    @model_validator(mode="after")
    def check_limits(self) -> Self:
        if max(self.max_ongoing_requests, self.target_ongoing_requests) >= UNLIMITED:
            raise ValueError("max_ongoing_requests and target_ongoing_requests that large switch off back-pressure and autoscaling")
        if self.target_ongoing_requests > self.max_ongoing_requests:
            raise ValueError("target_ongoing_requests above max_ongoing_requests is never reached: no replica would ever be added")
        if self.max_queued_requests < 0:
            raise ValueError("max_queued_requests below 0 lets the queue grow without end: callers would wait instead of falling back")
        if self.target_ongoing_requests > self.max_sequences:
            raise ValueError("target_ongoing_requests above max_sequences: requests would wait inside the engine, where nobody counts them")
        return self

    @model_validator(mode="after")
    def check_task(self) -> Self:
        if (self.task == "chat") != (self.prompt_style is not None):
            raise ValueError("prompt_style belongs to every chat model and to no other")
        if self.task == "embed" and (self.lora or self.chat_template):
            raise ValueError("adapters and chat templates are for chat models only")
        return self

    @model_validator(mode="after")
    def check_placement(self) -> Self:
        if isinstance(self.accelerator, CpuAccelerator):
            if self.quantisation or self.tensor_parallel > 1 or self.pipeline_parallel > 1:
                raise ValueError("quantisation and parallelism need GPUs")
            if "cluster" in self.profiles:
                raise ValueError("the cluster profile has GPU workers only")
        elif "cpu" in self.profiles:
            raise ValueError("the cpu profile has no GPU: the replica would wait for ever")
        if owned := OWN_ENGINE_KEYS & self.engine.keys():
            raise ValueError(f"engine may not set {', '.join(sorted(owned))}: the spec has keys of its own for them")
        return self

    @property
    def is_prefix_routed(self) -> bool:
        """Questions of one pilot begin alike: a replica that has read the beginning answers sooner."""
        return self.task == "chat" and self.replicas.max > 1


class Catalogue(SpecModel):
    models: tuple[ModelSpec, ...]

    @model_validator(mode="after")
    def check_ids(self) -> Self:
        counts = Counter(model.id for model in self.models)
        if twice := sorted(name for name, count in counts.items() if count > 1):
            raise ValueError(f"more than one model is called {', '.join(twice)}")
        return self

    def of_profile(self, profile: Profile) -> tuple[ModelSpec, ...]:
        """Return the models of a profile, in the order of the file."""
        return tuple(model for model in self.models if profile in model.profiles)

    def choose(self, ids: Sequence[str]) -> tuple[ModelSpec, ...]:
        """Return the named models in the order named.

        Raises:
            ModelSpecInvalid: one of them is not in the catalogue.
        """
        known = {model.id: model for model in self.models}
        if unknown := sorted(set(ids) - known.keys()):
            raise ModelSpecInvalid(f"no model {', '.join(unknown)}; there are {', '.join(known)}")
        return tuple(known[model_id] for model_id in ids)


def load_catalogue(path: Path) -> Catalogue:
    """Read models.yaml.

    Raises:
        ModelSpecInvalid: not YAML, not the schema, or a setting that is known to fail; names model, key and reason.
    """
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ModelSpecInvalid(f"{path.name}: {error}") from error
    try:
        return Catalogue.model_validate(written)
    except ValidationError as error:
        names = _names(written)
        faults = "; ".join(f"{_place(fault['loc'], names)}: {fault['msg']}{_reason(fault['loc'], fault['type'])}" for fault in error.errors())
        raise ModelSpecInvalid(f"{path.name}: {faults}") from error


class _Named(BaseModel):
    """As much of a faulty file as it takes to name its models."""

    id: str = "?"


class _Names(BaseModel):
    models: list[_Named]


def _names(written: object) -> list[str]:
    try:
        return [model.id for model in _Names.model_validate(written).models]
    except ValidationError:
        return []


def _reason(location: Sequence[str | int], kind: str) -> str:
    why = WHY_REQUIRED.get(str(location[-1])) if location and kind == "missing" else None
    return f" ({why})" if why else ""


def _place(location: Sequence[str | int], names: Sequence[str]) -> str:
    """Return where a fault stands, a model's place in the list told by its id."""
    if len(location) > 1 and isinstance(location[1], int) and location[1] < len(names):
        return ".".join([names[location[1]], *map(str, location[2:])])
    return ".".join(map(str, location)) or "file"
