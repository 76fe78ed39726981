import httpx
import pytest

from gateway.composition import Gateway

URL = "/v1/pilots/citizen_chat/answers"


async def ask(client: httpx.AsyncClient, question: str = "Rüsum?", conversation: str | None = None) -> dict[str, str]:
    return (await client.post(URL, json={"question": question, "conversation_id": conversation})).json()


async def test_a_conversation_is_read_again_with_its_answers(client: httpx.AsyncClient) -> None:
    first = await ask(client, "Rüsum?")
    second = await ask(client, "bəs uşaq üçün?", first["conversation_id"])
    read = (await client.get(f"/v1/conversations/{first['conversation_id']}")).json()
    assert [(turn["id"], turn["question"]) for turn in read["turns"]] == [(first["id"], "Rüsum?"), (second["id"], "bəs uşaq üçün?")]
    assert [turn["answer"] for turn in read["turns"]] == [first, second]
    assert read["handover"] is None


async def test_a_citizen_gets_a_code_and_later_the_reply(client: httpx.AsyncClient, gateway: Gateway) -> None:
    path = f"/v1/conversations/{(await ask(client))['conversation_id']}/handover"
    assert (await client.get(path)).status_code == 404
    response = await client.post(path, json={"language": "ru", "note": "FİN-im 5ABC12D, kömək edin"})
    assert response.status_code == 201
    given = response.json()
    assert given["state"] == "waiting"
    (stored,) = await gateway.handovers.inbox(pilots={"citizen_chat"})
    assert (stored.code, stored.language, stored.note) == (given["code"], "ru", "FİN-im [FİN], kömək edin")
    await gateway.handovers.close(stored.id, pilots=None, by="key:a", reply="Pasportla gəlin.")
    assert (await client.get(path)).json()["reply"] == "Pasportla gəlin."


async def test_feedback_is_kept_without_personal_data(client: httpx.AsyncClient, gateway: Gateway) -> None:
    answer = await ask(client)
    path = f"/v1/answers/{answer['id']}/feedback"
    body = {"verdict": "unhelpful", "reasons": ["outdated", "other"], "comment": "  kartım 4169 7388 1234 5678 işləmir\x07 "}
    assert (await client.post(path, json=body)).status_code == 204
    (given,) = await gateway.feedback.collect(pilots={"citizen_chat"})
    assert (given.answer_id, given.comment, {reason.value for reason in given.reasons}) == (
        answer["id"],
        "kartım [kart №] işləmir",
        {"outdated", "other"},
    )


@pytest.mark.parametrize(
    "body", [{}, {"verdict": "great"}, {"verdict": "helpful", "reasons": ["because"]}, {"verdict": "helpful", "comment": "a" * 1001}]
)
async def test_feedback_that_is_not_as_documented_is_refused(body: dict[str, object], client: httpx.AsyncClient, gateway: Gateway) -> None:
    answer = await ask(client)
    assert (await client.post(f"/v1/answers/{answer['id']}/feedback", json=body)).status_code == 422
    assert await gateway.feedback.collect(pilots=None) == []
