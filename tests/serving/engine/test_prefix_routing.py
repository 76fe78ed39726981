"""Two replicas: prompts that begin alike go where their beginning has been read."""

import httpx
import pytest

from tests.serving.engine.metrics import EngineMetrics
from tests.serving.engine.running import MODEL, REPLICAS

pytestmark = pytest.mark.engine

SERVED, CACHED = "ray_serve_deployment_request_counter_total", "ray_vllm_prefix_cache_hits_total"
QUESTIONS = ("Rüsum neçədir?", "Hansı sənədlər lazımdır?", "Neçə günə hazır olur?")
MOST_BEGINNINGS = 12
"""A new beginning goes to the replica that has read least. Earlier tests may have given one a lead, which takes several to even out."""


def test_prompts_of_one_beginning_reach_one_replica_and_its_cache(client: httpx.Client, metrics: EngineMetrics):
    hits_before = metrics.total(CACHED)
    homes: set[str] = set()
    for number in range(MOST_BEGINNINGS):
        before = engine_requests(metrics)
        for question in QUESTIONS:
            reply = client.post("/completions", json={"model": MODEL, "prompt": beginning(number) + question, "max_tokens": 1})
            assert reply.status_code == 200, reply.text
        assert metrics.wait_until(lambda before=before: sum(gained(metrics, before).values()) == len(QUESTIONS))
        asked = gained(metrics, before)
        assert list(asked.values()) == [len(QUESTIONS)], "prompts that begin alike were spread over replicas"
        homes |= asked.keys()
        if len(homes) == REPLICAS:
            break
    assert len(homes) == REPLICAS, "every beginning came to the same replica: nothing shows that they were routed"
    assert metrics.wait_until(lambda: metrics.total(CACHED) > hits_before)


def beginning(number: int) -> str:
    return f"{number}-ci xidmət üzrə qayda. " + "Yalnız mənbələrdə yazılana əsaslanaraq, qısa və aydın cavab verin. " * 12


def engine_requests(metrics: EngineMetrics) -> dict[str, float]:
    return metrics.by_replica(SERVED, deployment=f"LLMServer:{MODEL}")


def gained(metrics: EngineMetrics, before: dict[str, float]) -> dict[str, float]:
    after = engine_requests(metrics)
    return {replica: count - before.get(replica, 0) for replica, count in after.items() if count > before.get(replica, 0)}
