import pytest
from opentelemetry import baggage, trace
from starlette.datastructures import Headers

from gateway.middleware.tracing import caller_context
from gateway.policy import Role
from tests.gateway.conftest import Running

TRACE = "0af7651916cd43dd8448eb211c80319c"


async def test_a_callers_trace_goes_on(stranger: Running) -> None:
    client, gateway = stranger
    headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "authorization": f"Bearer {gateway.credentials.issue_session().token}"}
    response = await client.post("/v1/pilots/citizen_chat/answers", json={"question": "Rüsum?"}, headers=headers)
    assert response.json()["trace_id"] == TRACE
    assert response.headers["traceparent"].split("-")[1] == TRACE


async def test_a_client_cannot_keep_its_question_out_of_the_traces(stranger: Running) -> None:
    client, gateway = stranger
    key = {"authorization": f"Bearer {await gateway.credentials.keys.create(Role.ADMIN)}"}
    unsampled = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-00"}
    response = await client.post("/v1/pilots/citizen_chat/answers", json={"question": "Rüsum?"}, headers=key | unsampled)
    assert response.headers["traceparent"].endswith("-01")
    assert (await client.get(f"/v1/answers/{response.json()['id']}/trace", headers=key)).json()["trace_id"] == TRACE


def test_a_clients_own_words_do_not_travel_with_the_trace() -> None:
    offered = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-00", "tracestate": "vendor=gizli", "baggage": "sual=gizli"}
    context = caller_context(Headers(offered))
    parent = trace.get_current_span(context).get_span_context()
    assert (f"{parent.trace_id:032x}", f"{parent.span_id:016x}") == (TRACE, "b7ad6b7169203331")
    assert parent.is_remote
    assert parent.trace_flags.sampled
    assert dict(parent.trace_state) == {}
    assert baggage.get_all(context) == {}


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
