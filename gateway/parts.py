"""The parts that answers stand on, and which of them are down. A part that is down takes answers a rung down, not the gateway."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from gateway.errors import DatabaseUnavailable
from rag.errors import IndexUnavailable
from serving.client import Circuit

PROBE_S = 1.0
"""A part that needs longer for nothing is down for whoever waits."""

PartState = Literal["up", "recovering", "down"]
Probe = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Part:
    """`failures` in a row, and since the start how often the part was given up (`opened`) and how many calls it was spared (`refused`)."""

    state: PartState
    failures: int = 0
    opened: int = 0
    refused: int = 0


class Parts:
    """Models are judged by the calls that people's questions make, never by a probe: a probe would cost tokens and queue like a question."""

    def __init__(self, *, probes: Mapping[str, Probe] | None = None, circuits: Mapping[str, Circuit] | None = None) -> None:
        self.probes = dict(probes or {})
        self.circuits = dict(circuits or {})

    async def look(self) -> dict[str, Part]:
        """Return every part by its name; takes at most `PROBE_S`."""
        probed = await asyncio.gather(*(_probe(probe) for probe in self.probes.values()))
        return dict(zip(self.probes, probed, strict=True)) | {name: _judge(circuit) for name, circuit in self.circuits.items()}


async def _probe(probe: Probe) -> Part:
    try:
        async with asyncio.timeout(PROBE_S):
            await probe()
    except (IndexUnavailable, DatabaseUnavailable, TimeoutError):
        return Part("down", failures=1)
    return Part("up")


def _judge(circuit: Circuit) -> Part:
    report = circuit.report
    states: dict[str, PartState] = {"closed": "up", "half_open": "recovering", "open": "down"}
    return Part(states[report.state], report.failures, report.opened, report.refused)
