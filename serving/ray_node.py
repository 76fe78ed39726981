"""A Ray node of this machine: the command that starts it and the environment of everything on it."""

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from serving.cluster_ports import MAX_WORKER_PORT, MIN_WORKER_PORT

LOOPBACK = "127.0.0.1"
OBJECT_STORE_BYTES = 128 * 1024 * 1024
"""Requests and replies pass through it, weights do not; Ray's default is 30 % of the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RayNode:
    """`folder` holds sessions, logs and the token; its path is short, because sockets lie under it and Linux allows them 107 bytes."""

    python: Path
    folder: Path
    cpus: int
    gcs_port: int
    dashboard_port: int
    metrics_port: int

    @property
    def token_file(self) -> Path:
        return self.folder / "token"

    @property
    def logs(self) -> Path:
        return self.folder / "session_latest" / "logs"

    @property
    def rest_url(self) -> str:
        """Ray's own REST interface; it asks for the token."""
        return f"http://{LOOPBACK}:{self.dashboard_port}"

    @property
    def metrics_url(self) -> str:
        return f"http://{LOOPBACK}:{self.metrics_port}/metrics"

    def write_token(self) -> str:
        """Make the token that every part of the node asks for, readable by this user only."""
        token = secrets.token_hex(32)
        descriptor = os.open(self.token_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(token)
        return token

    def command(self) -> list[str]:
        """Return the command that runs the node until it is ended."""
        options = {
            "node-ip-address": LOOPBACK,
            "port": self.gcs_port,
            "num-cpus": self.cpus,
            "object-store-memory": OBJECT_STORE_BYTES,
            "temp-dir": self.folder,
            "include-dashboard": "true",
            "dashboard-host": LOOPBACK,
            "dashboard-port": self.dashboard_port,
            "metrics-export-port": self.metrics_port,
            "min-worker-port": MIN_WORKER_PORT,
            "max-worker-port": MAX_WORKER_PORT,
            # Two services that nobody here uses: its port would be 10001, whoever has it, and the logs lie in files.
            "ray-client-server-port": free_port(),
            "include-log-monitor": "false",
        }
        # The module, not the script beside it: a script's first line names a path that may be too long or gone.
        start = [str(self.python), "-m", "ray.scripts.scripts", "start", "--head", "--block", "--disable-usage-stats"]
        return start + [f"--{name}={value}" for name, value in options.items()]

    def environment(self, inherited: Mapping[str, str], *, offline: bool) -> dict[str, str]:
        """Return what the node's processes see. `offline`: every model lies on this machine, so no hub is asked."""
        # The address or token of another cluster would win over this one's.
        kept = {name: value for name, value in inherited.items() if not name.startswith("RAY_") and name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        kept |= {
            "PATH": f"{self.python.parent}{os.pathsep}{inherited.get('PATH', os.defpath)}",
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": str(self.token_file),
            "RAY_USAGE_STATS_ENABLED": "0",
            # Idle workers would be started for a driver that never comes.
            "RAY_prestart_worker_first_driver": "0",
            "RAY_metrics_report_interval_ms": "1000",
            "RAY_SERVE_LOG_TO_STDERR": "0",
            "VLLM_NO_USAGE_STATS": "1",
            "TMPDIR": str(self.folder),
        }
        return kept | ({"HF_HUB_OFFLINE": "1"} if offline else {})


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on now. Linux gives none of the workers' range (11000 to 11999)."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Tell whether a service can listen on this port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
