"""korpu models"""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Column, Table

from gateway.errors import SettingsInvalid
from gateway.settings import Settings, find_profile, load_settings
from serving.deployments import JsonObject, render_serve_config
from serving.errors import ModelUnavailable
from serving.kuberay import render_ray_service
from serving.model_spec import PACKAGED, Catalogue, ModelSpec, load_catalogue

TARGETS = ("cpu", "cluster", "kuberay")


def list_models(catalogue_file: str | None, *, as_json: bool) -> None:
    catalogue = read_catalogue(catalogue_file)
    if as_json:
        print(json.dumps([model.model_dump(mode="json") for model in catalogue.models], ensure_ascii=False, indent=2))
        return
    table = Table(Column("model", no_wrap=True), "task", "profiles", "accelerator", "replicas", "licence", "source")
    for model in catalogue.models:
        accelerator = model.accelerator.kind if model.accelerator.kind == "cpu" else model.accelerator.type
        replicas = f"{model.replicas.min}–{model.replicas.max}"
        table.add_row(model.id, model.task, " ".join(model.profiles) or "candidate", accelerator, replicas, model.licence, model.source)
    Console().print(table)


def render(target: str, *, catalogue_file: str | None, models: Sequence[str], direct_streaming: bool, port: int, out: str | None) -> None:
    """Print or write what Ray Serve (`cpu`, `cluster`) or Kubernetes (`kuberay`) reads."""
    catalogue = read_catalogue(catalogue_file)
    document = compile_target(target, catalogue, models=models, direct_streaming=direct_streaming, port=port)
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    if out:
        Path(out).write_text(text, encoding="utf-8")
    else:
        print(text, end="")


def prepare(catalogue_file: str | None) -> None:
    """Build the weights of every packaged model in the environment that serves models: the gateway's has no torch.

    Raises:
        SettingsInvalid: that environment is not there.
        ModelUnavailable: the weights could not be built.
    """
    settings = load_settings()
    python = require_serving_python(settings)
    for model in read_catalogue(catalogue_file).models:
        if model.source.startswith(PACKAGED):
            command = [str(python), "-m", "serving.packaged_weights", str(settings.models_path / model.id)]
            if subprocess.run(command, check=False).returncode != 0:  # noqa: S603 (the operator's own settings)
                raise ModelUnavailable(f"{model.id}: its weights could not be built")


def require_serving_python(settings: Settings) -> Path:
    """Return the interpreter of the environment that serves models, as an absolute path that is still its own (a link is not followed).

    Raises:
        SettingsInvalid: it is not there.
    """
    if not settings.serving_python.exists():
        raise SettingsInvalid(f"KORPU_SERVING_PYTHON: {settings.serving_python} is not there: make setup-serving")
    return settings.serving_python.absolute()


def compile_target(target: str, catalogue: Catalogue, *, models: Sequence[str], direct_streaming: bool, port: int) -> JsonObject:
    """Raises SettingsInvalid for an unknown target, ModelSpecInvalid for models that it cannot serve."""
    otlp = load_settings().otlp_endpoint
    match target:
        case "cpu":
            chosen = catalogue.choose(models) if models else catalogue.of_profile("cpu")
            weights = prepared_weights(chosen)
            return render_serve_config(chosen, weights=weights, host="127.0.0.1", port=port, direct_streaming=direct_streaming, otlp_endpoint=otlp)
        case "cluster":
            chosen = catalogue.choose(models) if models else catalogue.of_profile("cluster")
            return render_serve_config(chosen, port=port, direct_streaming=direct_streaming, otlp_endpoint=otlp)
        case "kuberay":
            return render_ray_service(catalogue.choose(models) if models else catalogue.of_profile("cluster"), otlp_endpoint=otlp)
        case _:
            raise SettingsInvalid(f"--target must be one of {', '.join(TARGETS)}")


def prepared_weights(models: Sequence[ModelSpec]) -> dict[str, Path]:
    """Return the folders of packaged models whose weights are prepared."""
    folder = load_settings().models_path.resolve()
    return {
        model.id: folder / model.id for model in models if model.source.startswith(PACKAGED) and (folder / model.id / "model.safetensors").is_file()
    }


def read_catalogue(catalogue_file: str | None) -> Catalogue:
    return load_catalogue(Path(catalogue_file) if catalogue_file else find_profile("models"))
