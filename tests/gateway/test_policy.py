import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from gateway.app import ROUTERS, create_app
from gateway.errors import CallerForbidden, PolicyUndeclared
from gateway.policy import ROUTE_POLICIES, Caller, GuardedRoute, Policy, Role, check_policies
from gateway.settings import Settings
from pilots.errors import PilotUnknown
from tests.gateway.conftest import Running
from tests.gateway.scripted import make_pilot


async def hello() -> str:
    return "hello"


@pytest.mark.parametrize(("route_class", "reason"), [(GuardedRoute, "GET /v1/secret has no policy"), (APIRoute, "/v1/secret is not guarded")])
def test_a_route_that_declares_no_policy_stops_the_application(
    route_class: type[APIRoute], reason: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = APIRouter(route_class=route_class)
    router.add_api_route("/v1/secret", hello)
    monkeypatch.setattr("gateway.app.ROUTERS", (*ROUTERS, router))
    with pytest.raises(PolicyUndeclared, match=reason):
        create_app(settings)


def test_a_policy_without_a_route_stops_the_application() -> None:
    routes = [route for router in ROUTERS[1:] for route in router.routes]
    with pytest.raises(PolicyUndeclared, match="has a policy but is not served"):
        check_policies(routes)


@pytest.mark.parametrize(("method", "path"), [key for key, policy in ROUTE_POLICIES.items() if policy is not Policy.PUBLIC])
async def test_every_route_that_is_not_public_turns_strangers_away(method: str, path: str, stranger: Running) -> None:
    client, _ = stranger
    for headers in ({}, {"authorization": "Bearer forged"}, {"authorization": "Bearer korpu_0_0"}):
        response = await client.request(method, path, headers=headers)
        if path.startswith("/console"):
            assert response.status_code == 303
            assert response.headers["location"].startswith("/console/sign-in?")
            continue
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"


async def test_a_strangers_body_is_not_read(stranger: Running) -> None:
    client, _ = stranger
    response = await client.post("/v1/pilots/citizen_chat/answers", content=b"\xff not json", headers={"content-type": "text/plain"})
    assert response.status_code == 401


@pytest.mark.parametrize(
    ("audience", "admitted"),
    [
        ("citizens", set(Role) - {Role.MONITOR}),
        ("staff", set(Role) - {Role.SESSION, Role.MONITOR}),
        ("service_teams", {Role.SERVICE_TEAM, Role.EVALUATOR, Role.ADMIN}),
    ],
)
def test_a_pilot_is_open_to_its_audience_only(audience: str, admitted: set[Role]) -> None:
    pilot = make_pilot(audience=audience)
    assert {role for role in Role if Caller(id="x", role=role).may_ask(pilot)} == admitted


def test_a_draft_does_not_exist_for_a_session() -> None:
    with pytest.raises(PilotUnknown):
        Caller(id="x", role=Role.SESSION).check_pilot(make_pilot(stage="draft"))
    Caller(id="x", role=Role.EVALUATOR).check_pilot(make_pilot(stage="draft"))


def test_a_key_for_one_pilot_opens_no_other() -> None:
    caller = Caller(id="x", role=Role.ADMIN, pilots=frozenset({"document_qa"}))
    with pytest.raises(CallerForbidden, match="citizen_chat"):
        caller.check_pilot(make_pilot("citizen_chat"))
    caller.check_pilot(make_pilot("document_qa"))
