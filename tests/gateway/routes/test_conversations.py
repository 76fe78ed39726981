import httpx

URL = "/v1/pilots/citizen_chat/answers"


async def test_a_deleted_conversation_is_gone_with_its_answers(client: httpx.AsyncClient) -> None:
    answer = (await client.post(URL, json={"question": "Rüsum?"})).json()
    path = f"/v1/conversations/{answer['conversation_id']}"
    assert (await client.delete(path)).status_code == 204
    assert (await client.get(f"/v1/answers/{answer['id']}")).status_code == 404
    assert (await client.delete(path)).status_code == 404


async def test_nobody_deletes_another_sessions_conversation(client: httpx.AsyncClient) -> None:
    answer = (await client.post(URL, json={"question": "Rüsum?"})).json()
    other = (await client.post("/v1/sessions", headers={"authorization": ""})).json()["token"]
    path = f"/v1/conversations/{answer['conversation_id']}"
    assert (await client.delete(path, headers={"authorization": f"Bearer {other}"})).status_code == 404
    assert (await client.get(f"/v1/answers/{answer['id']}")).status_code == 200
