"""Who may call which route. A route that is not in the table below stops the application from starting."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from gateway.errors import CallerForbidden, ContentTypeUnsupported, CredentialInvalid, CredentialMissing, PilotStopped, PolicyUndeclared
from pilots.errors import PilotUnknown
from pilots.messages import in_every_language
from pilots.registry import Pilot


class Role(StrEnum):
    """What a credential stands for. A session token has the role session; every other role is that of a service key."""

    SESSION = "session"
    STAFF = "staff"
    SUPERVISOR = "supervisor"
    SERVICE_TEAM = "service_team"
    EVALUATOR = "evaluator"
    ADMIN = "admin"
    MONITOR = "monitor"
    """A machine that collects metrics, and may do nothing else."""


class Policy(StrEnum):
    """Who is admitted to a route."""

    PUBLIC = "public"
    SESSION = "session"
    STAFF = "staff"
    SUPERVISOR = "supervisor"
    SERVICE_TEAM = "service_team"
    EVALUATOR = "evaluator"
    ADMIN = "admin"
    KEY = "key"
    """People with a service key: the pages of the console that differ in what they show to each role."""
    OVERSIGHT = "oversight"
    """Those who answer for a pilot and see how it came to an answer, though not what it was asked."""
    MONITOR = "monitor"


ASKERS = frozenset(Role) - {Role.MONITOR}

ADMITTED: Mapping[Policy, frozenset[Role]] = {
    Policy.PUBLIC: frozenset(Role),
    Policy.SESSION: ASKERS,
    Policy.STAFF: frozenset({Role.STAFF, Role.SUPERVISOR, Role.ADMIN}),
    Policy.SUPERVISOR: frozenset({Role.SUPERVISOR, Role.ADMIN}),
    Policy.SERVICE_TEAM: frozenset({Role.SERVICE_TEAM, Role.ADMIN}),
    Policy.EVALUATOR: frozenset({Role.EVALUATOR, Role.ADMIN}),
    Policy.ADMIN: frozenset({Role.ADMIN}),
    Policy.KEY: ASKERS - {Role.SESSION},
    Policy.OVERSIGHT: frozenset({Role.SUPERVISOR, Role.SERVICE_TEAM, Role.EVALUATOR, Role.ADMIN}),
    Policy.MONITOR: frozenset({Role.MONITOR, Role.ADMIN}),
}

ROUTE_POLICIES: Mapping[tuple[str, str], Policy] = {
    ("GET", "/healthz"): Policy.PUBLIC,
    ("GET", "/readyz"): Policy.PUBLIC,
    ("GET", "/metrics"): Policy.MONITOR,
    ("GET", "/openapi.json"): Policy.PUBLIC,
    ("POST", "/v1/sessions"): Policy.PUBLIC,
    ("GET", "/v1/pilots"): Policy.PUBLIC,
    ("GET", "/v1/pilots/{pilot}"): Policy.PUBLIC,
    ("POST", "/v1/pilots/{pilot}/answers"): Policy.SESSION,
    ("POST", "/v1/answers"): Policy.SESSION,
    ("POST", "/v1/pilots/{pilot}/appeals"): Policy.STAFF,
    ("GET", "/v1/pilots/{pilot}/stage"): Policy.SERVICE_TEAM,
    ("POST", "/v1/pilots/{pilot}/stage"): Policy.SERVICE_TEAM,
    ("GET", "/v1/answers/{answer_id}"): Policy.SESSION,
    ("POST", "/v1/answers/{answer_id}/feedback"): Policy.SESSION,
    ("GET", "/v1/conversations/{conversation_id}"): Policy.SESSION,
    ("GET", "/v1/answers/{answer_id}/trace"): Policy.OVERSIGHT,
    ("DELETE", "/v1/conversations/{conversation_id}"): Policy.SESSION,
    ("POST", "/v1/conversations/{conversation_id}/handover"): Policy.SESSION,
    ("GET", "/v1/conversations/{conversation_id}/handover"): Policy.SESSION,
    ("GET", "/v1/reviews"): Policy.SUPERVISOR,
    ("GET", "/v1/reviews/{review_id}"): Policy.SUPERVISOR,
    ("POST", "/v1/reviews/{review_id}/decision"): Policy.SUPERVISOR,
    ("GET", "/v1/models"): Policy.SESSION,
    ("GET", "/v1/models/{model}"): Policy.SESSION,
    ("POST", "/v1/chat/completions"): Policy.SESSION,
    ("GET", "/console"): Policy.KEY,
    ("GET", "/console/sign-in"): Policy.PUBLIC,
    ("POST", "/console/sign-in"): Policy.PUBLIC,
    ("POST", "/console/sign-out"): Policy.PUBLIC,
    ("POST", "/console/language"): Policy.PUBLIC,
    ("GET", "/console/ask"): Policy.KEY,
    ("POST", "/console/ask"): Policy.KEY,
    ("GET", "/console/reviews"): Policy.SUPERVISOR,
    ("GET", "/console/reviews/{review_id}"): Policy.SUPERVISOR,
    ("POST", "/console/reviews/{review_id}/decision"): Policy.SUPERVISOR,
    ("GET", "/console/answers"): Policy.KEY,
    ("GET", "/console/answers/{answer_id}"): Policy.KEY,
    ("GET", "/console/answers/{answer_id}/slip"): Policy.KEY,
    ("GET", "/console/answers/{answer_id}/trace"): Policy.OVERSIGHT,
    ("GET", "/console/inbox"): Policy.STAFF,
    ("GET", "/console/inbox/{handover_id}"): Policy.STAFF,
    ("POST", "/console/inbox/{handover_id}/take"): Policy.STAFF,
    ("POST", "/console/inbox/{handover_id}/close"): Policy.STAFF,
    ("GET", "/console/pilots"): Policy.KEY,
    ("GET", "/console/pilots/{pilot}"): Policy.KEY,
    ("GET", "/console/pilots/{pilot}/stage"): Policy.SERVICE_TEAM,
    ("POST", "/console/pilots/{pilot}/stage"): Policy.SERVICE_TEAM,
    ("GET", "/console/teams"): Policy.SERVICE_TEAM,
    ("GET", "/console/teams/{pilot}"): Policy.SERVICE_TEAM,
    ("GET", "/console/teams/{pilot}/cases"): Policy.SERVICE_TEAM,
    ("GET", "/console/teams/{pilot}/check"): Policy.SERVICE_TEAM,
    ("GET", "/console/evaluations"): Policy.EVALUATOR,
    ("GET", "/console/evaluations/compare"): Policy.EVALUATOR,
    ("GET", "/console/evaluations/use"): Policy.EVALUATOR,
    ("GET", "/console/evaluations/{run_id}"): Policy.EVALUATOR,
    ("GET", "/console/evaluations/{run_id}/report"): Policy.EVALUATOR,
    ("GET", "/assets/{file}"): Policy.PUBLIC,
    ("GET", "/embed/{language}/{pilot}"): Policy.PUBLIC,
    ("GET", "/demo/{language}"): Policy.PUBLIC,
    ("GET", "/chat/{language}/{pilot}"): Policy.PUBLIC,
    ("POST", "/chat/{language}/{pilot}"): Policy.PUBLIC,
    ("GET", "/chat/{language}/{pilot}/{conversation_id}"): Policy.PUBLIC,
    ("POST", "/chat/{language}/{pilot}/{conversation_id}"): Policy.PUBLIC,
}

JSON_BODY = "application/json"
FORM_BODY = "application/x-www-form-urlencoded"
BODY_TYPES: Mapping[tuple[str, str], str] = {
    ("POST", "/v1/pilots/{pilot}/appeals"): "multipart/form-data",
    ("POST", "/chat/{language}/{pilot}"): FORM_BODY,
    ("POST", "/chat/{language}/{pilot}/{conversation_id}"): FORM_BODY,
}
"""The routes whose body is not JSON, and what it is instead."""

AUDIENCES: Mapping[str, frozenset[Role]] = {
    "citizens": ASKERS,
    "staff": frozenset({Role.STAFF, Role.SUPERVISOR, Role.SERVICE_TEAM, Role.EVALUATOR, Role.ADMIN}),
    "service_teams": frozenset({Role.SERVICE_TEAM, Role.EVALUATOR, Role.ADMIN}),
}
DRAFT_READERS = frozenset({Role.SERVICE_TEAM, Role.EVALUATOR, Role.ADMIN, Role.MONITOR})
"""Who may know that a draft exists. A monitor, which is in no audience, sees its name in metrics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. `id` owns conversations; `pilots` None means every pilot; `questions_per_minute` None means the pilot's quota."""

    id: str
    role: Role
    pilots: frozenset[str] | None = None
    questions_per_minute: int | None = None

    def may_ask(self, pilot: Pilot) -> bool:
        return self._is_meant(pilot) and (pilot.stage == "live" or self.role in DRAFT_READERS)

    def oversees(self, pilot: Pilot) -> bool:
        """Tell whether the key covers what others asked this pilot; a draft only for those who work on it."""
        return (self.pilots is None or pilot.name in self.pilots) and (pilot.stage != "draft" or self.role in DRAFT_READERS)

    def check_pilot(self, pilot: Pilot) -> None:
        """Refuse a pilot that this caller may not ask.

        Raises:
            PilotUnknown: a draft, for everyone but those who work on it; CallerForbidden: a pilot of another audience or key.
            PilotStopped: a pilot that was stopped, for everyone but those who work on it.
        """
        self.check_known(pilot)
        if not self.may_ask(pilot):
            raise PilotStopped(in_every_language("stopped"))

    def check_known(self, pilot: Pilot) -> None:
        """Refuse a pilot that this caller may not know of. One that was stopped is known: people are told so, and where to turn instead.

        Raises:
            PilotUnknown, CallerForbidden: see `check_pilot`.
        """
        if pilot.stage == "draft" and not self.may_ask(pilot):
            raise PilotUnknown(pilot.name)
        if not self._is_meant(pilot):
            raise CallerForbidden(f"pilot {pilot.name} is not open to this caller of role {self.role}")

    def covers(self, pilot: Pilot) -> bool:
        """Tell whether the console shows this caller the pilot: one that it oversees and that is meant for its role, stopped or not."""
        return self._is_meant(pilot) and self.oversees(pilot)

    def _is_meant(self, pilot: Pilot) -> bool:
        return (self.pilots is None or pilot.name in self.pilots) and self.role in AUDIENCES[pilot.manifest.audience]


class GuardedRoute(APIRoute):
    """Admits the caller before the body is read, so that a stranger's body is never parsed."""

    body_type = JSON_BODY

    async def admit(self, request: Request, policy: Policy) -> None:
        """Leave the caller in `request.state.caller` or raise, see `admit`."""
        await admit(request, policy)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            await self.admit(request, ROUTE_POLICIES[request.method, self.path_format])
            expected = BODY_TYPES.get((request.method, self.path_format), self.body_type)
            if self.body_field is not None and request.headers.get("content-type", "").partition(";")[0].strip().lower() != expected:
                raise ContentTypeUnsupported(f"this route takes {expected}")
            return await handle(request)

        return guarded


async def admit(request: Request, policy: Policy) -> None:
    """Leave the caller in `request.state.caller`: None for a stranger on a public route.

    Raises:
        CredentialMissing, CredentialInvalid, CallerForbidden
    """
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    present = scheme.lower() == "bearer" and bool(credential.strip())
    caller = await request.app.state.gateway.credentials.identify(credential.strip()) if present else None
    if policy is not Policy.PUBLIC:
        if not present:
            raise CredentialMissing(policy)
        if caller is None:
            raise CredentialInvalid(policy)
        if caller.role not in ADMITTED[policy]:
            raise CallerForbidden(f"role {caller.role} is not admitted")
    request.state.caller = caller


def check_policies(routes: Sequence[BaseRoute]) -> None:
    """Compare the application's routes with the table, both ways.

    Raises:
        PolicyUndeclared: names the first route without a policy or without a guard, or the policy without a route.
    """
    served: set[tuple[str, str]] = set()
    for route in routes:
        if not isinstance(route, GuardedRoute):
            raise PolicyUndeclared(f"{getattr(route, 'path', route)} is not guarded")
        served |= {(method, route.path_format) for method in route.methods or ()}
    for method, path in sorted(served ^ ROUTE_POLICIES.keys()):
        reason = "has no policy" if (method, path) in served else "has a policy but is not served"
        raise PolicyUndeclared(f"{method} {path} {reason}")
