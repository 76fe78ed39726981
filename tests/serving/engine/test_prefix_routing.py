"""Two replicas: prompts that begin alike go where their beginning has been read."""

import secrets
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.serving.engine.metrics import EngineMetrics
from tests.serving.engine.running import MODEL, REPLICAS

pytestmark = pytest.mark.engine

SERVED, CACHED = "ray_serve_deployment_request_counter_total", "ray_vllm_prefix_cache_hits_total"
QUESTIONS = ("Rüsum neçədir?", "Hansı sənədlər lazımdır?", "Neçə günə hazır olur?")
RULES = "Yalnız mənbələrdə yazılana əsaslanaraq, qısa və aydın cavab verin. " * 12
AT_ONCE = 10
MOST_BEGINNINGS = 12
"""A new beginning goes to the replica that has read least. Earlier tests may have given one a lead, which takes several to even out."""


def test_prompts_of_one_beginning_reach_one_replica_and_its_cache(client: httpx.Client, metrics: EngineMetrics):
    hits_before = metrics.total(CACHED)
    homes: set[str] = set()
    beginnings = [f"{secrets.token_hex(4)} üzrə qayda. " + RULES for _ in range(MOST_BEGINNINGS)]
    metrics.settle(lambda: engine_requests(metrics))
    for beginning in beginnings:
        before = engine_requests(metrics)
        for question in QUESTIONS:
            reply = client.post("/completions", json={"model": MODEL, "prompt": beginning + question, "max_tokens": 1})
            assert reply.status_code == 200, reply.text
        assert metrics.wait_until(lambda before=before: sum(gained(metrics, before).values()) == len(QUESTIONS))
        asked = gained(metrics, before)
        assert list(asked.values()) == [len(QUESTIONS)], "prompts that begin alike were spread over replicas"
        homes |= asked.keys()
        if len(homes) == REPLICAS:
            break
    assert len(homes) == REPLICAS, "every beginning came to the same replica: nothing shows that they were routed"
    assert metrics.wait_until(lambda: metrics.total(CACHED) > hits_before)


def test_one_beginning_that_everybody_asks_does_not_pile_up_on_one_replica(client: httpx.Client, metrics: EngineMetrics):
    before = metrics.settle(lambda: engine_requests(metrics))
    beginning = f"{secrets.token_hex(4)} siyasət. " + RULES

    def ask(number: int) -> int:
        body = {"model": MODEL, "prompt": f"{beginning} {number}", "max_tokens": 48, "ignore_eos": True}
        return client.post("/completions", json=body).status_code

    with ThreadPoolExecutor(AT_ONCE) as askers:
        assert set(askers.map(ask, range(AT_ONCE))) == {200}
    assert metrics.wait_until(lambda: sum(gained(metrics, before).values()) == AT_ONCE)
    assert len(gained(metrics, before)) == REPLICAS


def engine_requests(metrics: EngineMetrics) -> dict[str, float]:
    return metrics.by_replica(SERVED, deployment=f"LLMServer:{MODEL}")


def gained(metrics: EngineMetrics, before: dict[str, float]) -> dict[str, float]:
    after = engine_requests(metrics)
    return {replica: count - before.get(replica, 0) for replica, count in after.items() if count > before.get(replica, 0)}
