"""No form is taken that this console did not make for this visit, and no page lets anything foreign in."""

import re

import httpx
import pytest

from gateway.policy import ROUTE_POLICIES, Policy, Role
from tests.gateway.web.console.conftest import Console

FORMS = [path for (method, path), _ in ROUTE_POLICIES.items() if method == "POST" and path.startswith("/console")]
PAGES = [path for (method, path), policy in ROUTE_POLICIES.items() if method == "GET" and path.startswith("/console") and policy is not Policy.PUBLIC]


def filled(path: str) -> str:
    return re.sub(r"\{\w*_?id\}", "0" * 32, path).replace("{pilot}", "staff_assistant")


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_without_its_token_changes_nothing(path: str, console: Console) -> None:
    person = await console.seat(Role.ADMIN)
    other = await console.seat(Role.ADMIN)
    for token in ("", "forged", other.token):
        refused = await person.post(filled(path), form_token=token, question="Rüsum?", decision="approve", action="stop", reason="x", confirmed="yes")
        assert refused.status_code == 403
        assert "form-forged" in refused.text
    assert console.gateway.pilots["staff_assistant"].stage == "live"
    assert console.pipelines["staff_assistant"].questions == []


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "null"}]
)
async def test_a_form_from_elsewhere_is_refused_even_with_its_token(headers: dict[str, str], console: Console) -> None:
    person = await console.seat(Role.ADMIN)
    refused = await person.post_from("/console/ask", headers, question="Rüsum?", pilot="staff_assistant")
    assert refused.status_code == 403
    own = await person.post_from(
        "/console/ask", {"origin": "http://gateway", "sec-fetch-site": "same-origin"}, question="?!", pilot="staff_assistant"
    )
    assert own.status_code == 303


async def test_a_body_that_is_no_form_is_not_read(console: Console) -> None:
    person = await console.seat(Role.ADMIN)
    refused = await console.client.post("/console/ask", json={"form_token": person.token, "question": "?"}, headers=person.headers)
    assert refused.status_code == 415


@pytest.mark.parametrize("path", PAGES)
async def test_a_stranger_sees_no_page(path: str, console: Console) -> None:
    for headers in ({}, {"cookie": "korpu_console=forged"}, {"authorization": f"Bearer {await console.gateway.credentials.keys.create(Role.ADMIN)}"}):
        sent = await console.client.get(filled(path), headers=headers)
        assert sent.status_code == 303
        assert sent.headers["location"].startswith("/console/sign-in?next=")


async def test_a_bearer_key_is_no_way_around_the_forms_token(console: Console) -> None:
    key = await console.gateway.credentials.keys.create(Role.ADMIN)
    sent = await console.client.post("/console/ask", data={"question": "Rüsum?"}, headers={"authorization": f"Bearer {key}"})
    assert sent.status_code == 303
    assert console.pipelines["staff_assistant"].questions == []


async def test_a_page_of_another_role_is_refused_in_words(console: Console) -> None:
    person = await console.seat(Role.STAFF)
    refused = await person.get("/console/teams")
    assert refused.status_code == 403
    assert "sizin açarınıza açıq deyil" in refused.text
    assert "<nav" in refused.text


def check_headers(response: httpx.Response) -> None:
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy.replace("'self'", "")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-frame-options"] == "DENY"
    assert response.headers["referrer-policy"] == "same-origin"


async def test_pages_carry_no_inline_code_and_a_policy_that_would_stop_it(console: Console) -> None:
    person = await console.seat(Role.ADMIN)
    answered = await person.post("/console/ask", question="Rüsum?", pilot="staff_assistant")
    answer_id = answered.headers["location"].partition("answer=")[2][:32]
    for path in ("/console/sign-in", *PAGES):
        page = await person.get(filled(path).replace("0" * 32, answer_id))
        if page.status_code == 303:
            continue
        check_headers(page)
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", page.text), path
        assert set(re.findall(r'(?:src|href)="(https?:[^"]*)"', page.text)) <= {"https://example.az/v"}


async def test_problems_are_pages_here_and_json_elsewhere(console: Console) -> None:
    person = await console.seat(Role.STAFF)
    for path, status in (("/console/nowhere", 404), ("/console/answers/" + "0" * 32, 404), ("/console/answers/short", 422)):
        page = await person.get(path)
        assert page.status_code == status
        assert page.headers["content-type"].startswith("text/html")
        check_headers(page)
    assert (await person.get("/v1/nowhere")).headers["content-type"] == "application/problem+json"


async def test_what_was_written_is_not_lost_to_a_problem(console: Console) -> None:
    person = await console.seat(Role.STAFF)
    refused = await person.post("/console/ask", question="uzun " * 200 + "<b>sual</b>", pilot="staff_assistant")
    assert refused.status_code == 422
    assert "uzun uzun" in refused.text
    assert "&lt;b&gt;sual" in refused.text


async def test_too_large_a_form_is_refused_on_a_page(console: Console) -> None:
    person = await console.seat(Role.STAFF)
    refused = await person.post("/console/ask", question="a" * 70_000, pilot="staff_assistant")
    assert refused.status_code == 413
    assert "Mətn çox böyükdür" in refused.text


async def test_what_a_page_loads_is_served_here(console: Console) -> None:
    page = await console.stranger().get("/console/sign-in")
    addresses = re.findall(r'<(?:script|link)[^>]* (?:src|href)="([^"]+)"', page.text)
    assert len(addresses) == 4
    for address in addresses:
        assert address.startswith("/assets/")
        assert (await console.client.get(address)).status_code == 200
