import pytest

from gateway.policy import Role
from tests.gateway.web.console.conftest import Console, Seat, text_of

QUESTION, NOTE = "Vəsiqəm itib, rüsum?", "Zəng edin, axşam evdəyəm"


async def handed_over(console: Console, pilot: str = "citizen_chat", note: str = NOTE) -> tuple[str, str]:
    """Return code and id of a conversation that a citizen has handed over."""
    citizen = await console.citizen()
    answer = (await console.client.post(f"/v1/pilots/{pilot}/answers", json={"question": QUESTION}, headers=citizen)).json()
    path = f"/v1/conversations/{answer['conversation_id']}/handover"
    code = (await console.client.post(path, json={"note": note}, headers=citizen)).json()["code"]
    return code, (await console.gateway.handovers.find(code, pilots=None)).id


async def read(person: Seat, handover_id: str) -> str:
    return text_of((await person.get(f"/console/inbox/{handover_id}")).text)


async def test_a_conversation_is_read_by_who_has_taken_it(console: Console) -> None:
    code, handover_id = await handed_over(console)
    person, colleague = await console.seat(Role.STAFF), await console.seat(Role.STAFF)
    listed = text_of((await person.get("/console/inbox")).text)
    assert f"{code[:4]}-{code[4:]}" in listed
    assert NOTE in listed
    assert QUESTION not in listed
    assert QUESTION not in await read(person, handover_id)

    page = text_of((await person.follow(await person.post(f"/console/inbox/{handover_id}/take"))).text)
    assert QUESTION in page
    assert "Rüsum 30 manatdır." in page
    assert QUESTION not in await read(colleague, handover_id)
    assert code not in text_of((await colleague.get("/console/inbox")).text)
    assert (await colleague.post(f"/console/inbox/{handover_id}/take")).status_code == 409


async def test_the_reply_reaches_the_citizen_and_closes_the_conversation(console: Console) -> None:
    citizen = await console.citizen()
    answer = (await console.client.post("/v1/pilots/citizen_chat/answers", json={"question": QUESTION}, headers=citizen)).json()
    path = f"/v1/conversations/{answer['conversation_id']}/handover"
    code = (await console.client.post(path, json={}, headers=citizen)).json()["code"]
    person = await console.seat(Role.STAFF)
    found = await person.get("/console/inbox", code=f" {code[:4].lower()}-{code[4:]} ")
    handover = found.headers["location"]
    await person.post(f"{handover}/take")
    closed = await person.post(f"{handover}/close", reply="Pasportla gəlin,\r\n3 nömrəli pəncərə.")
    assert "Bağlanıb" in text_of((await person.follow(closed)).text)
    seen = (await console.client.get(path, headers=citizen)).json()
    assert (seen["state"], seen["reply"]) == ("closed", "Pasportla gəlin,\n3 nömrəli pəncərə.")
    assert (await person.post(f"{handover}/close", reply="yenə")).status_code == 409


async def test_a_supervisor_reads_along_and_may_close_for_an_absent_colleague(console: Console) -> None:
    _, handover_id = await handed_over(console)
    person, boss = await console.seat(Role.STAFF), await console.seat(Role.SUPERVISOR)
    await person.post(f"/console/inbox/{handover_id}/take")
    assert QUESTION in await read(boss, handover_id)
    assert (await boss.post(f"/console/inbox/{handover_id}/close", reply="")).status_code == 303


async def test_a_key_of_another_pilot_finds_nothing(console: Console) -> None:
    code, handover_id = await handed_over(console)
    person = await console.seat(Role.STAFF, "staff_assistant")
    assert code not in (await person.get("/console/inbox")).text
    assert (await person.get("/console/inbox", code=code)).status_code == 404
    for action in ("", "/take", "/close"):
        path = f"/console/inbox/{handover_id}{action}"
        assert (await (person.post(path) if action else person.get(path))).status_code == 404


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.SERVICE_TEAM])
async def test_the_inbox_is_the_staffs(role: Role, console: Console) -> None:
    assert (await (await console.seat(role)).get("/console/inbox")).status_code == 403


async def test_a_wrong_code_is_said_in_words(console: Console) -> None:
    refused = await (await console.seat(Role.STAFF)).get("/console/inbox", code="ZZZZ2222")
    assert refused.status_code == 404
    assert "Bu kodla söhbət tapılmadı." in refused.text


async def test_what_a_citizen_writes_is_only_words(console: Console) -> None:
    _, handover_id = await handed_over(console, note="<script>alert(1)</script> \u202egələn")
    page = (await (await console.seat(Role.STAFF)).get(f"/console/inbox/{handover_id}")).text
    assert "<script>alert" not in page
    assert "\u202e" not in page
