from gateway.policy import Role
from gateway.trace_contract import TraceDocument
from serving import semconv
from tests.gateway.conftest import Running
from tests.gateway.events import read_events

QUESTION = "Gizli sualım: rüsum neçədir?"


async def test_a_service_team_reads_how_its_pilot_came_to_an_answer(stranger: Running) -> None:
    client, gateway = stranger
    session = {"authorization": f"Bearer {gateway.credentials.issue_session().token}"}
    answer = (await client.post("/v1/pilots/citizen_chat/answers", json={"question": QUESTION}, headers=session)).json()
    key = {"authorization": f"Bearer {await gateway.credentials.keys.create(Role.SERVICE_TEAM, pilots=('citizen_chat',))}"}
    response = await client.get(f"/v1/answers/{answer['id']}/trace", headers=key)
    trace = TraceDocument.model_validate(response.json())
    assert (trace.answer_id, trace.trace_id, trace.pilot) == (answer["id"], answer["trace_id"], "citizen_chat")
    request = trace.spans[0]
    assert (request.name, request.kind, request.start_ms, request.parent_id) == ("POST /v1/pilots/{pilot}/answers", "server", 0.0, None)
    assert request.attributes[semconv.CONVERSATION_ID] == answer["conversation_id"]
    assert "Gizli" not in response.text


async def test_the_person_who_asked_does_not_read_the_trace(stranger: Running) -> None:
    client, gateway = stranger
    session = {"authorization": f"Bearer {gateway.credentials.issue_session().token}"}
    answer = (await client.post("/v1/pilots/citizen_chat/answers", json={"question": QUESTION}, headers=session)).json()
    assert (await client.get(f"/v1/answers/{answer['id']}/trace", headers=session)).status_code == 403


async def test_a_streamed_answer_has_a_trace_to_its_last_event(stranger: Running) -> None:
    client, gateway = stranger
    key = {"authorization": f"Bearer {await gateway.credentials.keys.create(Role.ADMIN)}"}
    response = await client.post("/v1/pilots/citizen_chat/answers", json={"question": QUESTION}, headers=key | {"accept": "text/event-stream"})
    answer_id = read_events(response.text)[-1][1]["id"]
    trace = (await client.get(f"/v1/answers/{answer_id}/trace", headers=key)).json()
    assert trace["spans"][0]["attributes"][semconv.ANSWER_STATUS] == "answered"


async def test_an_answer_without_a_trace_is_told_so(stranger: Running) -> None:
    client, gateway = stranger
    key = {"authorization": f"Bearer {await gateway.credentials.keys.create(Role.EVALUATOR)}"}
    response = await client.get(f"/v1/answers/{'0' * 32}/trace", headers=key)
    assert (response.status_code, response.json()["type"]) == (404, "urn:korpu:problem:trace-unknown")
