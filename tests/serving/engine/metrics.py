"""What the engines say of themselves, read where Prometheus would read it."""

import time
from collections.abc import Callable

import httpx
from prometheus_client.parser import text_string_to_metric_families

REPORTED_WITHIN_S = 30
"""Ray passes metrics on once a second; a busy machine is given more."""

SETTLED_AFTER_S = 8
"""Whatever happened before is taken as reported when nothing has changed for so long."""


class EngineMetrics:
    def __init__(self, url: str) -> None:
        self._url = url

    def total(self, name: str) -> float:
        """Return the sum of a metric over all replicas; 0 when nobody has reported it yet."""
        return sum(self.by_replica(name).values())

    def by_replica(self, name: str, **labels: str) -> dict[str, float]:
        """Return a metric's value for each replica, under the name that Ray gave it; `labels` choose among series."""
        values: dict[str, float] = {}
        for family in text_string_to_metric_families(httpx.get(self._url, timeout=30).text):
            for sample in family.samples:
                fits = sample.name == name and labels.items() <= sample.labels.items()
                if fits and (replica := sample.labels.get("ReplicaId") or sample.labels.get("replica")):
                    values[replica] = values.get(replica, 0) + sample.value
        return values

    def wait_until(self, condition: Callable[[], bool], *, timeout_s: float = REPORTED_WITHIN_S) -> bool:
        """Return whether `condition` came true in time."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.25)
        return False

    def settle(self, read: Callable[[], dict[str, float]]) -> dict[str, float]:
        """Return what `read` gives once the reports of whatever came before have arrived."""
        values, since = read(), time.monotonic()
        while time.monotonic() - since < SETTLED_AFTER_S:
            time.sleep(0.5)
            if (now := read()) != values:
                values, since = now, time.monotonic()
        return values
