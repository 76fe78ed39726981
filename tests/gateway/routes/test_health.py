from gateway.policy import ROUTE_POLICIES
from gateway.readiness import Stage
from tests.gateway.conftest import Running


async def test_the_process_is_healthy_while_it_is_not_ready(stranger: Running) -> None:
    client, gateway = stranger
    gateway.readiness.report("citizen_chat", Stage.READING, done=3, total=9)
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    response = await client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "pilots": {"citizen_chat": {"stage": "reading", "done": 3, "total": 9}}}


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
    assert served == ROUTE_POLICIES.keys() - {("GET", "/openapi.json")}


async def test_an_unknown_path_and_a_wrong_method_are_problems(stranger: Running) -> None:
    client, _ = stranger
    for method, path, status in (("GET", "/v2/answers", 404), ("PUT", "/v1/sessions", 405)):
        response = await client.request(method, path)
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == status
