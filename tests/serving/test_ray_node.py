import socket
import stat
from pathlib import Path

import pytest

from serving.cluster_ports import MAX_WORKER_PORT, MIN_WORKER_PORT
from serving.ray_node import RayNode, free_port, is_free


@pytest.fixture
def node(tmp_path: Path) -> RayNode:
    return RayNode(
        python=Path("venv/bin/python"), folder=tmp_path, cpus=2, gcs_port=free_port(), dashboard_port=free_port(), metrics_port=free_port()
    )


def test_every_part_asks_for_a_token_that_only_this_user_reads(node: RayNode):
    token = node.write_token()
    assert len(token) >= 32
    assert node.token_file.read_text() == token
    assert stat.S_IMODE(node.token_file.stat().st_mode) == 0o600
    environment = node.environment({}, offline=True)
    assert (environment["RAY_AUTH_MODE"], environment["RAY_AUTH_TOKEN_PATH"]) == ("token", str(node.token_file))
    assert token not in " ".join(node.command())


def test_another_clusters_settings_do_not_reach_it_and_nothing_is_reported_outside(node: RayNode):
    inherited = {"RAY_ADDRESS": "10.0.0.1:6379", "RAY_AUTH_TOKEN": "other", "HOME": "h", "PATH": "p"}
    environment = node.environment(inherited, offline=False)
    assert "RAY_ADDRESS" not in environment
    assert "RAY_AUTH_TOKEN" not in environment
    assert environment["HOME"] == "h"
    assert (environment["VLLM_NO_USAGE_STATS"], environment["RAY_USAGE_STATS_ENABLED"]) == ("1", "0")
    assert "HF_HUB_OFFLINE" not in environment
    assert node.environment(inherited, offline=True)["HF_HUB_OFFLINE"] == "1"


def test_worker_ports_are_fixed_and_the_others_lie_outside_them(node: RayNode):
    assert f"--min-worker-port={MIN_WORKER_PORT}" in node.command()
    for port in (node.gcs_port, node.dashboard_port, node.metrics_port):
        assert not MIN_WORKER_PORT <= port <= MAX_WORKER_PORT


def test_a_port_in_use_is_not_free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not is_free(server.getsockname()[1])
    assert is_free(free_port())
