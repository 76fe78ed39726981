import io

import pytest
from rich.console import Console

from gateway.commands import start_clock
from gateway.commands.start_clock import StartClock
from serving.local_cluster import Phase


def test_a_log_hears_of_every_change_once_and_then_that_the_start_goes_on(monkeypatch: pytest.MonkeyPatch):
    now = 100.0
    monkeypatch.setattr(start_clock.time, "monotonic", lambda: now)
    out = io.StringIO()
    with StartClock(Console(file=out, highlight=False)) as clock:
        for seconds, detail in ((0, ""), (1, ""), (2, "0 of 2"), (20, "0 of 2"), (40, "0 of 2"), (45, "0 of 2")):
            now = 100.0 + seconds
            clock.report(Phase.ENGINE, detail)
    assert out.getvalue().splitlines() == [
        "0 s: loading the model into vLLM",
        "2 s: loading the model into vLLM (0 of 2)",
        "40 s: loading the model into vLLM (0 of 2)",
    ]


def test_a_terminal_sees_one_line_that_moves():
    out = io.StringIO()
    with StartClock(Console(file=out, force_terminal=True, width=80)) as clock:
        clock.report(Phase.FIRST_REPLY, "")
        clock.stop()
    assert "waiting for the first completion" in out.getvalue()
    assert "\n0 s" not in out.getvalue()
