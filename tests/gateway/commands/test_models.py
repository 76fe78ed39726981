"""`korpu models`: the list, what it compiles to, and the weights of packaged models."""

import stat
from pathlib import Path

import pytest
import yaml

from gateway.commands.models import prepare, render
from gateway.errors import SettingsInvalid
from serving.errors import ModelSpecInvalid, ModelUnavailable


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KORPU_DATA_DIR", str(tmp_path / "var"))
    return tmp_path / "var"


def serving_python(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program in the place of the serving environment's interpreter."""
    program = folder / "python"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("KORPU_SERVING_PYTHON", str(program))


def test_a_packaged_model_is_rendered_once_its_weights_are_prepared(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "serve.yaml"
    with pytest.raises(ModelSpecInvalid, match="korpu models prepare"):
        render("cpu", catalogue_file=None, models=[], direct_streaming=False, port=8100, out=str(out))
    serving_python(tmp_path, 'mkdir -p "$3" && touch "$3/model.safetensors"', monkeypatch)
    prepare(None)
    render("cpu", catalogue_file=None, models=[], direct_streaming=False, port=8100, out=str(out))
    (config,) = yaml.safe_load(out.read_text(encoding="utf-8"))["applications"][0]["args"]["llm_configs"]
    assert config["model_loading_config"]["model_source"] == str((data_dir / "models" / "gemma-3-270m").resolve())


def test_without_the_serving_environment_the_command_that_builds_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KORPU_SERVING_PYTHON", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsInvalid, match="make setup-serving"):
        prepare(None)


def test_weights_that_cannot_be_built_are_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serving_python(tmp_path, "exit 3", monkeypatch)
    with pytest.raises(ModelUnavailable, match="gemma-3-270m"):
        prepare(None)


def test_an_unknown_target_is_named_with_the_known_ones() -> None:
    with pytest.raises(SettingsInvalid, match="cpu, cluster, kuberay"):
        render("mainframe", catalogue_file=None, models=[], direct_streaming=False, port=8100, out=None)


def test_a_cluster_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    render("kuberay", catalogue_file=None, models=[], direct_streaming=False, port=8100, out=None)
    assert yaml.safe_load(capsys.readouterr().out)["kind"] == "RayService"
