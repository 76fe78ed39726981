"""One start of Ray Serve and vLLM for the whole suite, two replicas of the packaged model, by the command that a person uses.

A start costs minutes of every core, so it happens for KORPU_TEST_ENGINE=1 only (`make test-engine`). While tests are written, an engine
that runs already is reused: KORPU_TEST_ENGINE_URL (with /v1), and KORPU_TEST_OTLP_PORT for the collector that it sends traces to and
KORPU_TEST_GATEWAY_URL for a gateway before it. Tests that use the engine up are skipped then.
"""

import os
from collections.abc import Iterator

import httpx
import pytest

from tests.serving.engine.collector import Collector, collect_traces
from tests.serving.engine.metrics import EngineMetrics
from tests.serving.engine.running import Engine, reuse_engine, start_engine, wait_for_gateway

FIXTURE_THAT_ENDS_IT = "expendable_engine"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that use the engine up come last."""
    items.sort(key=lambda item: FIXTURE_THAT_ENDS_IT in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    with collect_traces(int(os.environ.get("KORPU_TEST_OTLP_PORT", "0"))) as running:
        yield running


@pytest.fixture(scope="session")
def engine(collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if url := os.environ.get("KORPU_TEST_ENGINE_URL"):
        yield reuse_engine(url)
        return
    if os.environ.get("KORPU_TEST_ENGINE") != "1":
        pytest.skip("starts Ray Serve and vLLM: make test-engine")
    with start_engine(tmp_path_factory.mktemp("engine"), otlp_endpoint=collector.endpoint) as running:
        yield running


@pytest.fixture(scope="session")
def metrics(engine: Engine) -> EngineMetrics:
    return EngineMetrics(engine.metrics_url)


@pytest.fixture(scope="session")
def expendable_engine(engine: Engine) -> Engine:
    """The engine for tests after which nothing can be asked of it."""
    if engine.supervisor is None:
        pytest.skip("the engine is somebody else's: KORPU_TEST_ENGINE_URL")
    return engine


@pytest.fixture(scope="session")
def client(engine: Engine) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=engine.base_url, timeout=180) as http:
        yield http


@pytest.fixture(scope="session")
def gateway(engine: Engine) -> Iterator[httpx.Client]:
    """The gateway that was started with the engine, once its corpus is searchable."""
    if engine.gateway_url is None or engine.gateway_key is None:
        pytest.skip("no gateway before the engine: KORPU_TEST_GATEWAY_URL")
    with httpx.Client(base_url=engine.gateway_url, timeout=180) as http:
        wait_for_gateway(http)
        http.headers["authorization"] = f"Bearer {engine.gateway_key.read_text().strip()}"
        yield http
