from collections import defaultdict
from dataclasses import replace

import httpx
import pytest

from gateway.middleware.cross_origin import allowed_origins
from gateway.policy import ROUTE_POLICIES
from pilots.manifest import Web
from pilots.registry import Pilot
from tests.gateway.scripted import make_pilot

OURS, THEIRS = "https://www.ours.example", "https://www.theirs.example"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type,traceparent"}


def embedded(name: str, *origins: str, audience: str = "citizens", stage: str = "live") -> Pilot:
    pilot = make_pilot(name, audience=audience, stage=stage)
    return replace(pilot, manifest=pilot.manifest.model_copy(update={"web": Web(origins=origins)}))


@pytest.fixture
def pilots() -> dict[str, Pilot]:
    return {"citizen_chat": embedded("citizen_chat", OURS), "other_pilot": embedded("other_pilot", THEIRS)}


async def test_a_named_page_may_ask_its_pilot_and_no_other(client: httpx.AsyncClient) -> None:
    for origin, pilot, allowed in ((OURS, "citizen_chat", True), (THEIRS, "citizen_chat", False), (OURS, "other_pilot", False)):
        path = f"/v1/pilots/{pilot}/answers"
        preflight = await client.options(path, headers=PREFLIGHT | {"origin": origin})
        answer = await client.post(path, json={"question": "Rüsum?"}, headers={"origin": origin})
        assert (preflight.status_code == 204) is allowed
        for response in (preflight, answer):
            assert response.headers.get("access-control-allow-origin") == (origin if allowed else None)
            assert "access-control-allow-credentials" not in response.headers
            assert "origin" in response.headers["vary"].lower()


async def test_a_refusal_can_be_read_by_the_page_with_its_retry_after(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/pilots/citizen_chat/answers", json={"question": ""}, headers={"origin": OURS})
    assert response.status_code == 422
    assert response.headers["access-control-allow-origin"] == OURS
    assert "retry-after" in response.headers["access-control-expose-headers"]


def test_pages_reach_nothing_but_what_a_citizen_uses(pilots: dict[str, Pilot]) -> None:
    values = defaultdict(lambda: "0" * 32, pilot="citizen_chat", language="az", model="korpu", file="x.js")
    reached = {path for _, path in ROUTE_POLICIES if OURS in allowed_origins(path.format_map(values), pilots)}
    assert reached == {
        "/v1/pilots/{pilot}",
        "/v1/pilots/{pilot}/answers",
        "/v1/sessions",
        "/v1/answers",
        "/v1/answers/{answer_id}",
        "/v1/answers/{answer_id}/feedback",
        "/v1/conversations/{conversation_id}",
        "/v1/conversations/{conversation_id}/handover",
    }


@pytest.mark.parametrize("pilot", [embedded("p_one", OURS, audience="staff"), embedded("p_one", OURS, stage="draft")], ids=["staff", "draft"])
def test_origins_of_pilots_that_are_not_for_citizens_count_for_nothing(pilot: Pilot) -> None:
    assert allowed_origins("/v1/pilots/p_one/answers", {"p_one": pilot}) == frozenset()
    assert allowed_origins("/v1/sessions", {"p_one": pilot}) == frozenset()
