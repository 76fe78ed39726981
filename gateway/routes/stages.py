"""A pilot's stage: read by those who answer for it, and the switch that closes it at once."""

import asyncio

from fastapi import APIRouter

from gateway.composition import Gateway
from gateway.errors import CallerForbidden
from gateway.policy import Caller, GuardedRoute, Role
from gateway.routes.access import Admitted, Running
from gateway.routes.answers import PilotPath
from gateway.stage_contract import StageChange, StageDocument
from pilots.digest import digest_pilot
from pilots.registry import Pilot, find_pilot
from pilots.stages import StageAction

router = APIRouter(route_class=GuardedRoute, tags=["stages"])


@router.get("/v1/pilots/{pilot}/stage")
async def read_stage(pilot: PilotPath, gateway: Running, caller: Admitted) -> StageDocument:
    """Return a pilot's stage and what was decided about it."""
    return await _document(gateway, _own(gateway, caller, pilot))


@router.post("/v1/pilots/{pilot}/stage")
async def change_stage(pilot: PilotPath, body: StageChange, gateway: Running, caller: Admitted) -> StageDocument:
    """Stop, resume or roll back a pilot. Whoever answers for it may close it; only an administrator opens it again."""
    chosen = _own(gateway, caller, pilot)
    if body.action is StageAction.RESUME and caller.role is not Role.ADMIN:
        raise CallerForbidden("resuming a pilot is open to role admin only")
    await gateway.stages.change(chosen.name, body.action, recorded_by=caller.id, note=body.reason)
    return await _document(gateway, find_pilot(gateway.pilots, pilot))


def _own(gateway: Gateway, caller: Caller, name: str) -> Pilot:
    pilot = find_pilot(gateway.pilots, name)
    caller.check_pilot(pilot)
    return pilot


async def _document(gateway: Gateway, pilot: Pilot) -> StageDocument:
    digest = await asyncio.to_thread(digest_pilot, pilot, uploads=gateway.settings.uploads_path)
    return StageDocument.of(pilot, await gateway.stages.records.history(pilot.name), digest=digest)
