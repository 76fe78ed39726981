"""`korpu models serve`: what it decides before and after the cluster, which has tests of its own."""

import json
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from gateway.commands.serve_models import ending_once, is_local, reserved_cpus, serve_models
from gateway.errors import SettingsInvalid
from serving.errors import ModelUnavailable
from serving.model_spec import Catalogue, load_catalogue

CATALOGUE: Catalogue = load_catalogue(Path(__file__).parents[3] / "configs" / "models.yaml")
(PACKAGED,) = CATALOGUE.choose(["gemma-3-270m"])


def test_the_node_counts_as_many_cpus_as_all_replicas_reserve():
    def copies(count: int, cpus: float):
        accelerator = PACKAGED.accelerator.model_copy(update={"cpus": cpus})
        return PACKAGED.model_copy(update={"accelerator": accelerator, "replicas": PACKAGED.replicas.model_copy(update={"max": count})})

    assert reserved_cpus([copies(2, 1)]) == 2
    assert reserved_cpus([copies(2, 0.5), copies(1, 0.25)]) == 2


def test_only_models_of_this_machine_are_served_without_a_hub(tmp_path: Path):
    assert is_local(PACKAGED)
    assert is_local(PACKAGED.model_copy(update={"source": str(tmp_path)}))
    assert not is_local(PACKAGED.model_copy(update={"source": "Qwen/Qwen3-14B"}))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_ends_the_block_and_later_ones_do_not_disturb_the_end(number: signal.Signals):
    reached: list[str] = []
    with ending_once():
        try:
            os.kill(os.getpid(), number)
            reached.append("after the signal")
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGTERM)
            reached.append("cleaned up")
    assert reached == ["cleaned up"]


def test_without_the_serving_environment_the_command_that_builds_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KORPU_SERVING_PYTHON", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsInvalid, match="make setup-serving"):
        serve_models(catalogue_file=None, models=[], port=8100, metrics_port=None, gateway=False, start_timeout_minutes=1)


def test_a_taken_gateway_port_is_found_before_the_model_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KORPU_SERVING_PYTHON", sys.executable)
    monkeypatch.setattr("gateway.commands.serve_models.require_numa", lambda: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("KORPU_PORT", str(taken.getsockname()[1]))
        with pytest.raises(SettingsInvalid, match="KORPU_PORT"):
            serve_models(catalogue_file=None, models=[], port=8100, metrics_port=None, gateway=True, start_timeout_minutes=1)


def test_a_gateway_without_a_chat_model_is_refused_before_a_model_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KORPU_SERVING_PYTHON", sys.executable)
    monkeypatch.setattr("gateway.commands.serve_models.require_numa", lambda: None)
    monkeypatch.setenv("KORPU_PORT", "18302")
    embedder = PACKAGED.model_copy(update={"task": "embed", "prompt_style": None, "chat_template": None})
    written = tmp_path / "models.yaml"
    written.write_text(json.dumps(Catalogue(models=(embedder,)).model_dump(mode="json", exclude_none=True)), encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="needs a chat model"):
        serve_models(catalogue_file=str(written), models=[], port=18300, metrics_port=18301, gateway=True, start_timeout_minutes=0)
