"""Two replicas: prompts that begin alike go where their beginning has been read."""

import httpx
import pytest

from tests.serving.engine.metrics import EngineMetrics
from tests.serving.engine.running import MODEL, REPLICAS

pytestmark = pytest.mark.engine

SERVED, CACHED = "ray_serve_deployment_request_counter_total", "ray_vllm_prefix_cache_hits_total"
QUESTIONS = ("Rüsum neçədir?", "Hansı sənədlər lazımdır?", "Neçə günə hazır olur?")
BEGINNINGS = tuple(
    f"{number}. {agency} xidmətləri. Yalnız mənbələrdə yazılana əsaslanaraq cavab verin. " * 6
    for number, agency in enumerate(("Pasport", "Torpaq", "Pensiya", "Nəqliyyat"))
)


def test_prompts_of_one_beginning_reach_one_replica_and_its_cache(client: httpx.Client, metrics: EngineMetrics):
    hits_before = metrics.total(CACHED)
    homes: list[str] = []
    for beginning in BEGINNINGS:
        before = engine_requests(metrics)
        for question in QUESTIONS:
            assert client.post("/completions", json={"model": MODEL, "prompt": beginning + question, "max_tokens": 1}).status_code == 200
        assert metrics.wait_until(lambda before=before: sum(gained(metrics, before).values()) == len(QUESTIONS))
        asked = gained(metrics, before)
        assert list(asked.values()) == [len(QUESTIONS)], asked
        homes += asked
    assert len(set(homes)) == REPLICAS, "each beginning has a home, but all have the same one: nothing shows that they were routed"
    assert metrics.wait_until(lambda: metrics.total(CACHED) > hits_before)


def engine_requests(metrics: EngineMetrics) -> dict[str, float]:
    return metrics.by_replica(SERVED, deployment=f"LLMServer:{MODEL}")


def gained(metrics: EngineMetrics, before: dict[str, float]) -> dict[str, float]:
    after = engine_requests(metrics)
    return {replica: count - before.get(replica, 0) for replica, count in after.items() if count > before.get(replica, 0)}
