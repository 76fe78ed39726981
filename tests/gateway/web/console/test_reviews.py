import pytest

from gateway.policy import Role
from tests.gateway.web.console.conftest import Console, Seat, text_of


async def asked(console: Console, pilot: str = "staff_assistant", question: str = "SV itib, rüsum?") -> str:
    person = await console.seat(Role.STAFF)
    sent = await person.post("/console/ask", question=question, pilot=pilot)
    return sent.headers["location"].partition("answer=")[2][:32]


async def queue(boss: Seat, state: str = "pending") -> str:
    return text_of((await boss.get("/console/reviews", state=state)).text)


async def test_the_queue_shows_who_waits_longest_first_and_own_pilots_only(console: Console) -> None:
    await asked(console, question="birinci sual")
    await asked(console, question="ikinci sual")
    await asked(console, pilot="appeal_triage", question="özgə sual")
    boss = await console.seat(Role.SUPERVISOR, "staff_assistant")
    words = await queue(boss)
    assert words.index("birinci sual") < words.index("ikinci sual")
    assert "özgə sual" not in words
    assert "rüsum məbləği" in words


async def test_approving_takes_it_off_the_queue(console: Console) -> None:
    review_id = await asked(console)
    boss = await console.seat(Role.SUPERVISOR)
    decided = await boss.post(f"/console/reviews/{review_id}/decision", decision="approve", reason="düzdür")
    page = text_of((await boss.follow(decided)).text)
    assert "Rəhbər bu cavabı təsdiqləyib." in page
    assert "düzdür" in page
    assert boss.caller_id in page
    assert "SV itib" not in await queue(boss)
    assert "SV itib" in await queue(boss, "approved")


async def test_an_edit_is_shown_word_by_word_before_and_after_it_is_sent(console: Console) -> None:
    review_id = await asked(console)
    boss = await console.seat(Role.SUPERVISOR)
    text = "Rüsum 31 manatdır. [1]\r\n• ərizə [1]"
    preview = await boss.post(f"/console/reviews/{review_id}/decision", decision="edit", text=text, preview="true")
    assert preview.status_code == 200
    for shown in ("silinib: </span>30", "əlavə olunub: </span>31"):
        assert shown in preview.text
    assert "Rüsum 31 manatdır. [1]" in preview.text
    assert "SV itib" in await queue(boss), "a preview decides nothing"

    decided = await boss.post(f"/console/reviews/{review_id}/decision", decision="edit", text=text, reason="yeni məbləğ")
    page = (await boss.follow(decided)).text
    assert "silinib: </span>30" in page
    assert "<form" not in page.split("<main")[1]
    stored = await console.gateway.reviews.read(review_id, pilots=None)
    assert stored.decision is not None
    assert (stored.decision.text, stored.decision.note) == ("Rüsum 31 manatdır. [1]\n• ərizə [1]", "yeni məbləğ")


async def test_a_rejection_needs_a_reason(console: Console) -> None:
    review_id = await asked(console)
    boss = await console.seat(Role.SUPERVISOR)
    assert (await boss.post(f"/console/reviews/{review_id}/decision", decision="reject", reason="  ")).status_code == 422
    assert "SV itib" in await queue(boss)


async def test_a_second_decision_is_refused(console: Console) -> None:
    review_id = await asked(console)
    boss = await console.seat(Role.SUPERVISOR)
    await boss.post(f"/console/reviews/{review_id}/decision", decision="approve")
    again = await boss.post(f"/console/reviews/{review_id}/decision", decision="reject", reason="yox")
    assert again.status_code == 409
    assert "artıq qərar verilib" in again.text


@pytest.mark.parametrize("role", [Role.STAFF, Role.EVALUATOR, Role.SERVICE_TEAM])
async def test_others_do_not_see_the_queue(role: Role, console: Console) -> None:
    review_id = await asked(console)
    person = await console.seat(role)
    assert (await person.get("/console/reviews")).status_code == 403
    assert (await person.post(f"/console/reviews/{review_id}/decision", decision="approve")).status_code == 403


async def test_a_long_queue_has_pages(console: Console) -> None:
    person = await console.seat(Role.STAFF)
    for n in range(52):
        await person.post("/console/ask", question=f"sual {n:02}", pilot="staff_assistant")
    boss = await console.seat(Role.SUPERVISOR)
    first = (await boss.get("/console/reviews")).text
    assert 'offset=50" rel="next"' in first
    assert "sual 51" in text_of((await boss.get("/console/reviews", offset="50")).text)
