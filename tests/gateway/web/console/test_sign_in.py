import pytest
from itsdangerous import URLSafeTimedSerializer

from gateway.policy import Role
from gateway.web.console.visits import COOKIE, Visits
from tests.gateway.web.console.conftest import Console, text_of, token_in


async def test_a_stranger_is_led_to_the_sign_in_and_from_there_to_the_page(console: Console) -> None:
    person = await console.seat(Role.STAFF, signed_in=False)
    sent = await person.get("/console/ask?pilot=staff_assistant")
    assert (sent.status_code, sent.headers["location"]) == (303, "/console/sign-in?next=%2Fconsole%2Fask%3Fpilot%3Dstaff_assistant")

    page = await person.follow(sent)
    assert 'name="next" value="/console/ask?pilot=staff_assistant"' in page.text
    signed = await person.post("/console/sign-in", form_token=token_in(page.text), key=f" {person.key} ", next="/console/ask?pilot=staff_assistant")

    assert signed.headers["location"] == "/console/ask?pilot=staff_assistant"
    assert (await person.follow(signed)).status_code == 200


async def test_the_cookie_names_the_key_and_holds_nothing_secret(console: Console) -> None:
    person = await console.seat(Role.STAFF, signed_in=False)
    await person.get("/console/sign-in")
    signed = await person.post("/console/sign-in", key=person.key)
    cookie = signed.headers["set-cookie"].lower()
    for part in ("httponly", "samesite=strict", "secure", "path=/console", "max-age=1800"):
        assert part in cookie
    secret = person.key.split("_")[2]
    visit = console.gateway.visits.read(person.cookies[COOKIE])
    assert visit is not None
    assert f"key:{visit.key_id}" == person.caller_id
    assert secret not in str(signed.headers)
    assert secret not in str(visit)


async def test_on_this_machine_the_cookie_works_without_tls(console: Console) -> None:
    page = await console.client.get("http://127.0.0.1:8000/console/sign-in")
    assert "secure" not in page.headers["set-cookie"].lower()
    behind_tls = await console.client.get("https://localhost/console/sign-in")
    assert "secure" in behind_tls.headers["set-cookie"].lower()


@pytest.mark.parametrize("key", ["", "korpu_0_0", "korpu_abc", "mətn", "session"])
async def test_a_wrong_key_opens_nothing(key: str, console: Console) -> None:
    person = console.stranger()
    await person.get("/console/sign-in")
    refused = await person.post("/console/sign-in", key=console.gateway.credentials.issue_session().token if key == "session" else key)
    assert refused.status_code == 403
    assert 'role="alert"' in refused.text
    assert "Açar tanınmadı" in refused.text
    assert (await person.get("/console/pilots")).status_code == 303


async def test_a_machines_key_is_no_persons(console: Console) -> None:
    machine = await console.seat(Role.MONITOR, signed_in=False)
    await machine.get("/console/sign-in")
    assert (await machine.post("/console/sign-in", key=machine.key)).status_code == 403


async def test_failed_sign_ins_are_slowed_down_and_right_ones_are_not_counted(console: Console) -> None:
    for _ in range(12):
        await console.seat(Role.STAFF)
    person = await console.seat(Role.STAFF, signed_in=False)
    await person.get("/console/sign-in")
    for _ in range(10):
        assert (await person.post("/console/sign-in", key="korpu_0_0")).status_code == 403
    refused = await person.post("/console/sign-in", key=person.key)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert "Bir dəqiqə gözləyin" in refused.text


async def test_a_revoked_key_is_out_at_once(console: Console) -> None:
    person = await console.seat(Role.STAFF)
    assert (await person.get("/console/ask")).status_code == 200
    await console.gateway.credentials.keys.revoke(key_id=person.caller_id.removeprefix("key:"))
    assert (await person.get("/console/ask")).status_code == 303


async def test_signing_out_ends_the_visit_even_for_a_copied_cookie(console: Console) -> None:
    person = await console.seat(Role.STAFF)
    copied = dict(person.cookies)
    out = await person.post("/console/sign-out")
    assert out.headers["location"].startswith("/console/sign-in")
    assert COOKIE not in person.cookies
    person.cookies = copied
    assert (await person.get("/console/ask")).status_code == 303


async def test_signing_in_changes_the_visit_so_that_a_planted_cookie_gains_nothing(console: Console) -> None:
    person = await console.seat(Role.STAFF, signed_in=False)
    await person.get("/console/sign-in")
    planted = dict(person.cookies)
    await person.post("/console/sign-in", key=person.key)
    assert person.cookies != planted
    person.cookies = planted
    assert (await person.get("/console/ask")).status_code == 303


def test_a_visit_ends_when_idle_and_after_its_longest_life(monkeypatch: pytest.MonkeyPatch) -> None:
    visits = Visits(secret="s" * 32, idle_minutes=30, longest_hours=1)
    visit = visits.open("abc")
    cookie = visits.seal(visit)
    opened = visit.opened_at
    for passed_s, holds in ((29 * 60, True), (31 * 60, False)):
        monkeypatch.setattr("time.time", lambda passed_s=passed_s: opened + passed_s)
        assert (visits.read(cookie) == visit) is holds
    monkeypatch.setattr("time.time", lambda: opened + 59 * 60)
    renewed = visits.seal(visit)
    monkeypatch.setattr("time.time", lambda: opened + 61 * 60)
    assert visits.read(renewed) is None


def test_a_cookie_that_was_not_signed_here_is_none() -> None:
    visits = Visits(secret="s" * 32, idle_minutes=30, longest_hours=1)
    other = Visits(secret="t" * 32, idle_minutes=30, longest_hours=1)
    assert visits.read(other.seal(other.open("abc"))) is None
    assert visits.read("") is None
    assert visits.read(str(URLSafeTimedSerializer("s" * 32, salt="korpu.console.visit").dumps({"id": "x"}))) is None
    assert visits.read(str(URLSafeTimedSerializer("s" * 32, salt="korpu.session").dumps({"id": "x", "opened_at": 0, "key_id": "abc"}))) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/console",
        "/console\\@evil.example",
        "/v1/pilots",
        "/consolex",
        "javascript:alert(1)",
        "/console/sign-out",
    ],
)
async def test_nobody_is_sent_elsewhere(address: str, console: Console) -> None:
    person = await console.seat(Role.STAFF, signed_in=False)
    await person.get("/console/sign-in", next=address)
    signed = await person.post("/console/sign-in", key=person.key, next=address)
    assert signed.headers["location"] == "/console"


async def test_each_role_begins_on_its_own_page_and_sees_only_its_sections(console: Console) -> None:
    expected = {
        Role.STAFF: ("/console/ask", {"ask", "inbox", "answers", "pilots"}),
        Role.SUPERVISOR: ("/console/reviews", {"ask", "reviews", "inbox", "answers", "pilots"}),
        Role.SERVICE_TEAM: ("/console/teams", {"ask", "answers", "pilots", "teams"}),
        Role.EVALUATOR: ("/console/evaluations", {"ask", "answers", "pilots", "evaluations"}),
        Role.ADMIN: ("/console/pilots", {"ask", "reviews", "inbox", "answers", "pilots", "teams", "evaluations"}),
    }
    for role, (first, sections) in expected.items():
        person = await console.seat(role)
        start = await person.get("/console")
        assert start.headers["location"] == first
        page = await person.get(first)
        assert page.status_code == 200
        navigation = page.text.split('<nav class="tabs"')[1].split("</nav>")[0]
        assert {href.split('"')[0].rpartition("/")[2] for href in navigation.split('href="')[1:]} == sections


@pytest.mark.parametrize(("language", "words"), [("az", "Sual ver"), ("ru", "Спросить"), ("en", "Find an answer")])
async def test_the_language_is_chosen_once_and_stays(language: str, words: str, console: Console) -> None:
    person = await console.seat(Role.STAFF)
    back = await person.post("/console/language", language=language, back="/console/answers")
    assert back.headers["location"] == "/console/answers"
    page = await person.follow(back)
    assert f'<html lang="{language}">' in page.text
    assert words in text_of(page.text)


async def test_an_unknown_language_is_refused(console: Console) -> None:
    person = await console.seat(Role.STAFF)
    assert (await person.post("/console/language", language="fr", back="/console")).status_code == 422
