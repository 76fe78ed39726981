"""The pilots that are served."""

from fastapi import APIRouter

from gateway.contract import PilotDocument, PilotList
from gateway.policy import GuardedRoute
from gateway.routes.access import PossibleCaller, Running

router = APIRouter(route_class=GuardedRoute, tags=["pilots"])


@router.get("/v1/pilots")
async def list_pilots(gateway: Running, caller: PossibleCaller) -> PilotList:
    """List the live pilots; a caller who may see drafts sees these too."""
    pilots = gateway.pilots.values()
    return PilotList(pilots=tuple(PilotDocument.of(p) for p in pilots if p.stage == "live" or (caller is not None and caller.may_ask(p))))
