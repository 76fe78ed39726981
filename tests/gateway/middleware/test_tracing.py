import pytest

from tests.gateway.conftest import Running

TRACE = "0af7651916cd43dd8448eb211c80319c"


async def test_a_callers_trace_goes_on(stranger: Running) -> None:
    client, gateway = stranger
    headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "authorization": f"Bearer {gateway.credentials.issue_session().token}"}
    response = await client.post("/v1/pilots/citizen_chat/answers", json={"question": "Rüsum?"}, headers=headers)
    assert response.json()["trace_id"] == TRACE
    assert response.headers["traceparent"].split("-")[1] == TRACE


@pytest.mark.parametrize("offered", ["garbage", "00-0-0-00", "00-" + "0" * 32 + "-b7ad6b7169203331-01"])
async def test_a_broken_trace_is_replaced(offered: str, stranger: Running) -> None:
    client, _ = stranger
    trace_id = (await client.get("/healthz", headers={"traceparent": offered})).headers["traceparent"].split("-")[1]
    assert len(trace_id) == 32
    assert trace_id != "0" * 32


async def test_a_plain_request_id_is_kept_and_names_the_problem(stranger: Running) -> None:
    client, _ = stranger
    response = await client.get("/nowhere", headers={"x-request-id": "ticket-17"})
    assert response.headers["x-request-id"] == "ticket-17"
    assert response.json()["instance"] == "urn:korpu:request:ticket-17"


@pytest.mark.parametrize("offered", ["", "a" * 65, "a b", '{"injected": 1}'])
async def test_any_other_request_id_is_replaced(offered: str, stranger: Running) -> None:
    client, _ = stranger
    request_id = (await client.get("/healthz", headers={"x-request-id": offered})).headers["x-request-id"]
    assert len(request_id) == 32
