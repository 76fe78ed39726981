import asyncio

import pytest

from gateway.policy import ROUTE_POLICIES
from gateway.readiness import Stage
from rag.errors import IndexUnavailable
from serving.client import Circuit
from serving.errors import ModelTimeout
from tests.gateway.conftest import Running


async def test_the_process_is_healthy_while_it_is_not_ready(stranger: Running) -> None:
    client, gateway = stranger
    gateway.readiness.report("citizen_chat", Stage.READING, done=3, total=9)
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    response = await client.get("/readyz")
    assert response.status_code == 503
    document = response.json()
    assert (document["ready"], document["pilots"]) == (False, {"citizen_chat": {"stage": "reading", "done": 3, "total": 9}})


async def test_words_are_enough_to_be_ready(stranger: Running) -> None:
    client, gateway = stranger
    gateway.readiness.report("citizen_chat", Stage.FILLING, done=1, total=9)
    assert (await client.get("/readyz")).status_code == 200


async def test_a_failed_ingest_is_not_ready(stranger: Running) -> None:
    client, gateway = stranger
    gateway.readiness.report("citizen_chat", Stage.FAILED, fault="CardInvalid")
    assert (await client.get("/readyz")).status_code == 503


async def test_the_description_names_every_documented_route(stranger: Running) -> None:
    client, _ = stranger
    paths = (await client.get("/openapi.json")).json()["paths"]
    served = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    pages = {(method, path) for method, path in ROUTE_POLICIES if path.startswith(("/assets/", "/chat/", "/console", "/demo/", "/embed/"))}
    assert served == ROUTE_POLICIES.keys() - {("GET", "/openapi.json")} - pages


async def test_an_unknown_path_and_a_wrong_method_are_problems(stranger: Running) -> None:
    client, _ = stranger
    for method, path, status in (("GET", "/v2/answers", 404), ("PUT", "/v1/sessions", 405)):
        response = await client.request(method, path)
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == status


async def test_readiness_says_which_parts_are_down_and_stays_in_service(stranger: Running) -> None:
    client, gateway = stranger

    async def fail() -> None:
        raise IndexUnavailable("qdrant")

    async def hang() -> None:
        await asyncio.sleep(30)

    gateway.parts.probes |= {"index": fail, "slow index": hang}
    circuit = gateway.parts.circuits["embedder"] = Circuit("e5", threshold=1)
    with pytest.raises(ModelTimeout), circuit.call():
        raise ModelTimeout("e5")

    response = await client.get("/readyz")

    assert response.status_code == 200
    parts = response.json()["parts"]
    assert {name: part["state"] for name, part in parts.items()} == {"database": "up", "index": "down", "slow index": "down", "embedder": "down"}
    assert (parts["embedder"]["failures"], parts["embedder"]["opened"]) == (1, 1)
