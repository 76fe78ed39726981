"""The supervisor against a program that plays Ray; tests/serving/engine runs it against Ray."""

import stat
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import psutil
import pytest

from serving.deployments import render_serve_config
from serving.errors import ModelReplyInvalid, ModelUnavailable
from serving.local_cluster import LocalCluster, Phase, run_cluster
from serving.model_spec import load_catalogue
from serving.ray_node import free_port

MODELS = load_catalogue(Path(__file__).parents[2] / "configs" / "models.yaml").choose(["gemma-3-270m"])
FAKE = Path(__file__).with_name("fake_ray.py")

Run = Callable[[str], AbstractContextManager[LocalCluster]]


@pytest.fixture
def said() -> list[tuple[Phase, str]]:
    return []


@pytest.fixture
def run(tmp_path: Path, said: list[tuple[Phase, str]], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("serving.local_cluster.PERIOD_S", 0.05)
    monkeypatch.setattr("serving.local_cluster.GRACE_S", 2.0)
    monkeypatch.setattr("serving.local_cluster.RUN_FOLDERS", str(tmp_path))

    def start(mode: str) -> AbstractContextManager[LocalCluster]:
        python = tmp_path / "python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FAKE}" {mode} "$@"\n', encoding="utf-8")
        python.chmod(python.stat().st_mode | stat.S_IXUSR)
        port = free_port()
        return run_cluster(
            MODELS,
            render_serve_config(MODELS, weights={MODELS[0].id: tmp_path}, host="127.0.0.1", port=port),
            python=python,
            environment={},
            port=port,
            metrics_port=free_port(),
            cpus=1,
            offline=True,
            start_timeout_s=60,
            watch=lambda phase, detail: said.append((phase, detail)),
        )

    return start


def test_it_is_ready_once_a_model_has_answered_and_leaves_nothing(run: Run, said: list[tuple[Phase, str]]):
    with run("work") as cluster:
        members = cluster.tree.members()
        folder = cluster.node.folder
        assert len(members) >= 2
        assert folder.is_dir()
        cluster.check()
    assert list(dict.fromkeys(phase for phase, _ in said)) == [Phase.NODE, Phase.ENGINE, Phase.FIRST_REPLY, Phase.READY]
    assert (Phase.ENGINE, "LLMServer:m 0 of 1") in said
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in members)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("refuse", "refused the deployment .HTTP 400.: extra fields not permitted"),
        ("fail", "could not deploy the models: models: engine died"),
        ("die", "the Ray node has ended"),
    ],
)
def test_a_start_that_fails_says_why_and_leaves_no_process(run: Run, tmp_path: Path, mode: str, reason: str):
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(ModelUnavailable, match=reason), run(mode):
        pass
    assert set(psutil.Process().children(recursive=True)) <= before
    assert list(tmp_path.glob("korpu-ray-*/ray.log")), "the logs of a start that failed are kept"


def test_an_empty_answer_is_no_answer(run: Run):
    with pytest.raises(ModelReplyInvalid, match="empty"), run("mute"):
        pass


def test_a_node_that_dies_later_is_noticed(run: Run):
    with run("work") as cluster:
        cluster.node_process.kill()
        cluster.node_process.wait()
        with pytest.raises(ModelUnavailable, match="has ended"):
            cluster.check()


def test_a_taken_port_is_found_before_anything_is_started(run: Run, monkeypatch: pytest.MonkeyPatch):
    def taken(_port: int) -> bool:
        return False

    monkeypatch.setattr("serving.local_cluster.is_free", taken)
    with pytest.raises(ModelUnavailable, match=r"port \d+ is taken"), run("work"):
        pass
