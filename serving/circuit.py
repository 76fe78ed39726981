"""A circuit breaker for one model endpoint: while it is down, nobody waits to find that out again."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, cast

from circuitbreaker import CircuitBreaker
from opentelemetry import metrics

from serving.errors import CircuitOpen, ModelRejected, ModelReplyInvalid, ModelTimeout, ModelUnavailable

logger = logging.getLogger(__name__)
meter = metrics.get_meter("korpu.serving")
faults = meter.create_counter("korpu.model.faults", description="calls of a model that failed, by the class of the fault")
refusals = meter.create_counter("korpu.model.refusals", description="calls that were not made, by the reason")

FAILURES = (ModelUnavailable, ModelTimeout, ModelReplyInvalid)
"""What says that an endpoint is ill. A ModelRejected says that it is well."""

CircuitState = Literal["closed", "open", "half_open"]


@dataclass(frozen=True, slots=True)
class CircuitReport:
    """What is known of an endpoint: `state`, failures in a row, and since the start how often it opened and how many calls it spared."""

    state: CircuitState
    failures: int
    opened: int
    refused: int


@dataclass(slots=True)
class Call:
    """A call under way. `has_answered` is set by the caller with the first text: leaving after that is no fault of the endpoint."""

    has_answered: bool = False


class Circuit:
    """Opens after `threshold` failures in a row. After `recovery_s` one call is let through: it closes or opens the circuit again.

    The state and the count are the library's; what it does not know is added here: that one probe is enough, and that a call which
    was cancelled says nothing of the endpoint. The library takes it for a success.
    """

    def __init__(self, name: str, *, threshold: int = 3, recovery_s: float = 15.0) -> None:
        self.name = name
        self._breaker: Any = CircuitBreaker(failure_threshold=threshold, recovery_timeout=cast("int", recovery_s), expected_exception=FAILURES)
        self._probing = False
        self._opened = 0
        self._refused = 0
        # A counter that is not there until the first fault hides that fault from every rate.
        refusals.add(0, {"korpu.model": name, "korpu.reason": "circuit_open"})
        for fault in FAILURES:
            faults.add(0, {"korpu.model": name, "error.type": fault.__name__})

    @property
    def report(self) -> CircuitReport:
        return CircuitReport(self._breaker.state, self._breaker.failure_count, self._opened, self._refused)

    @contextmanager
    def call(self) -> Generator[Call]:
        """Make one call inside the block; how it ends is what the circuit learns.

        Raises:
            CircuitOpen: the call is not to be made.
        """
        state = self._breaker.state
        if state == "open" or (state == "half_open" and self._probing):
            self._refused += 1
            refusals.add(1, {"korpu.model": self.name, "korpu.reason": "circuit_open"})
            raise CircuitOpen(f"{self.name}: not asked, it has failed {self._breaker.failure_count} times in a row")
        probes = state == "half_open"
        self._probing = self._probing or probes
        call = Call()
        try:
            yield call
        except FAILURES as error:
            faults.add(1, {"korpu.model": self.name, "error.type": type(error).__name__})
            self._count(error, was=state)
            raise
        except ModelRejected:
            self._close(was=state)
            raise
        except GeneratorExit:
            if call.has_answered:
                self._close(was=state)
            raise
        else:
            self._close(was=state)
        finally:
            if probes:
                self._probing = False

    def _count(self, error: Exception, *, was: CircuitState) -> None:
        self._breaker.__exit__(type(error), error, None)
        if self._breaker.state == "open" and was != "open":
            self._opened += 1
            logger.warning("circuit_opened: model %s failed with %s", self.name, type(error).__name__)

    def _close(self, *, was: CircuitState) -> None:
        self._breaker.reset()
        if was != "closed":
            logger.warning("circuit_closed: model %s answers again", self.name)
