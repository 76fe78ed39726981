"""A client that goes away ends the work inside the engine."""

import httpx
import pytest

from tests.serving.engine.metrics import EngineMetrics
from tests.serving.engine.running import MODEL

pytestmark = pytest.mark.engine

ASKED_TOKENS = 1800
RUNNING, GENERATED = "ray_vllm_num_requests_running", "ray_vllm_generation_tokens_total"


@pytest.mark.parametrize("path", ["/completions", "/chat/completions"])
def test_the_engine_stops_when_the_client_of_a_stream_leaves(client: httpx.Client, metrics: EngineMetrics, path: str):
    before = settled_tokens(metrics)
    prompt = {"prompt": "1 2 3"} if path == "/completions" else {"messages": [{"role": "user", "content": "1 2 3"}]}
    body = {"model": MODEL, "max_tokens": ASKED_TOKENS, "temperature": 0, "ignore_eos": True, "stream": True}
    with client.stream("POST", path, json=prompt | body) as response:
        lines = response.iter_lines()
        for _ in range(4):
            next(lines)
        assert metrics.wait_until(lambda: metrics.total(RUNNING) == 1)
    assert metrics.wait_until(lambda: metrics.total(RUNNING) == 0)
    assert 0 < settled_tokens(metrics) - before < ASKED_TOKENS / 3


def test_the_engine_stops_when_the_client_of_a_whole_reply_leaves(client: httpx.Client, metrics: EngineMetrics):
    before = settled_tokens(metrics)
    body = {"model": MODEL, "prompt": "1 2 3", "max_tokens": ASKED_TOKENS, "temperature": 0, "ignore_eos": True}
    with pytest.raises(httpx.ReadTimeout):
        client.post("/completions", json=body, timeout=3)
    assert metrics.wait_until(lambda: metrics.total(GENERATED) > before)
    assert metrics.wait_until(lambda: metrics.total(RUNNING) == 0)
    assert settled_tokens(metrics) - before < ASKED_TOKENS / 3


def settled_tokens(metrics: EngineMetrics) -> float:
    """Return how many tokens were written in all, once no more are: an engine that goes on after its client counts all of them."""
    return sum(metrics.settle(lambda: metrics.by_replica(GENERATED)).values())
