import asyncio
import logging

import pytest

from serving.circuit import Circuit
from serving.errors import CircuitOpen, ModelRejected, ModelTimeout, ModelUnavailable


def fail(circuit: Circuit, error: BaseException | None = None) -> None:
    error = error or ModelUnavailable("m")
    with pytest.raises(type(error)), circuit.call():
        raise error


def open_circuit(*, recovery_s: float = 60) -> Circuit:
    circuit = Circuit("m", threshold=2, recovery_s=recovery_s)
    fail(circuit)
    fail(circuit)
    return circuit


def test_failures_in_a_row_open_it_and_no_call_is_made_then(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        circuit = open_circuit()
    with pytest.raises(CircuitOpen), circuit.call():
        raise AssertionError("the call was made")
    assert (circuit.report.state, circuit.report.opened, circuit.report.refused) == ("open", 1, 1)
    assert "circuit_opened" in caplog.text


def test_failures_with_successes_between_them_do_not_open_it() -> None:
    circuit = Circuit("m", threshold=2)
    for _ in range(3):
        fail(circuit)
        with circuit.call():
            pass
    assert circuit.report.state == "closed"


def test_a_refused_request_says_that_the_endpoint_is_well() -> None:
    circuit = Circuit("m", threshold=2)
    for error in (ModelTimeout("m"), ModelRejected("m"), ModelTimeout("m")):
        fail(circuit, error)
    assert circuit.report.state == "closed"


async def test_one_probe_is_let_through_after_a_while_and_its_success_closes_it() -> None:
    circuit = open_circuit(recovery_s=0.05)
    await asyncio.sleep(0.06)
    with circuit.call(), pytest.raises(CircuitOpen), circuit.call():
        raise AssertionError("a second probe was made")
    assert circuit.report.state == "closed"


async def test_a_probe_that_fails_opens_it_again() -> None:
    circuit = open_circuit(recovery_s=0.05)
    await asyncio.sleep(0.06)
    fail(circuit)
    assert (circuit.report.state, circuit.report.opened) == ("open", 2)


async def test_a_probe_that_is_cancelled_says_nothing_and_the_next_one_is_let_through() -> None:
    circuit = open_circuit(recovery_s=0.05)
    await asyncio.sleep(0.06)
    fail(circuit, asyncio.CancelledError())
    assert circuit.report.state == "half_open"
    with circuit.call():
        pass
    assert circuit.report.state == "closed"
