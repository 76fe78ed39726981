"""The pilots that are served."""

from fastapi import APIRouter

from gateway.composition import Gateway
from gateway.contract import PilotDocument, PilotList
from gateway.policy import Caller, GuardedRoute
from gateway.profile_contract import PilotProfile
from gateway.readiness import Stage
from gateway.routes.access import PossibleCaller, Running
from gateway.routes.answers import PilotPath
from gateway.web.visitor import STRANGER
from pilots.person import find_person
from pilots.registry import find_pilot

router = APIRouter(route_class=GuardedRoute, tags=["pilots"])


@router.get("/v1/pilots")
async def list_pilots(gateway: Running, caller: PossibleCaller) -> PilotList:
    """List the live pilots; a caller who may see drafts sees these too."""
    pilots = gateway.pilots.values()
    return PilotList(pilots=tuple(PilotDocument.of(p) for p in pilots if p.stage == "live" or (caller is not None and caller.may_ask(p))))


@router.get("/v1/pilots/{pilot}")
async def read_pilot(pilot: PilotPath, gateway: Running, caller: PossibleCaller) -> PilotProfile:
    """Return what a page needs to know of a pilot before anything is asked: its limits, and how a person is reached instead."""
    return profile_of(gateway, caller or STRANGER, pilot)


def profile_of(gateway: Gateway, caller: Caller, pilot: str) -> PilotProfile:
    """Return a pilot as a page introduces it. Raises as `Caller.check_known` does."""
    found = find_pilot(gateway.pilots, pilot)
    caller.check_known(found)
    filling = pilot in gateway.readiness.progress and gateway.readiness.progress[pilot].stage is Stage.FILLING
    max_chars = min(gateway.settings.max_question_chars, found.manifest.quotas.max_question_chars)
    return PilotProfile.of_page(
        found, person=find_person(found), is_stopped=not caller.may_ask(found), is_degraded=filling, max_question_chars=max_chars
    )
