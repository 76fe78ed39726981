"""The ports of a Ray node. Ray's own default range for workers is wide enough to meet a service's port by chance."""

from typing import Final

GCS_PORT: Final = 6379
DASHBOARD_PORT: Final = 8265
CLIENT_PORT: Final = 10001
SERVE_PORT: Final = 8000
METRICS_PORT: Final = 8080
MIN_WORKER_PORT: Final = 11000
MAX_WORKER_PORT: Final = 11999
"""Workers stay off every port above: one that took the GCS's after a restart kept the node from coming back."""

RESERVED: Final = frozenset({GCS_PORT, DASHBOARD_PORT, CLIENT_PORT, SERVE_PORT, METRICS_PORT})
