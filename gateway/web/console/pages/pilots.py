"""The pilots: their stage, the age of their sources, what became of their questions, and the switch."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from gateway.composition import Gateway
from gateway.policy import Caller, Role
from gateway.routes.access import Admitted, Running
from gateway.routes.answers import PilotPath
from gateway.routes.stages import change_stage
from gateway.stage_contract import Reason, StageChange
from gateway.store.database import now
from gateway.web.console.freshness import freshness
from gateway.web.console.guard import CONSOLE, ConsoleRoute
from gateway.web.console.page import render_page
from gateway.web.console.usage import DAYS, ENDINGS, Usage, usage
from pilots.errors import PilotUnknown
from pilots.registry import Pilot, find_pilot
from pilots.stages import StageAction
from rag.baku_time import today_in_baku

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


class SwitchForm(BaseModel):
    """`confirmed` is a box that a person ticks: a slip of the mouse stops nothing."""

    action: Literal[StageAction.STOP, StageAction.RESUME]
    reason: Reason
    confirmed: Literal["yes"]


@router.get("/console/pilots")
async def list_pilots(request: Request, gateway: Running, caller: Admitted) -> Response:
    pilots = [pilot for pilot in gateway.pilots.values() if caller.covers(pilot)]
    today = today_in_baku()
    ages = await asyncio.gather(*(asyncio.to_thread(freshness, pilot, today=today) for pilot in pilots))
    used = await _usage(gateway, pilots)
    rows = [(pilot, gateway.readiness.progress.get(pilot.name), age, used[pilot.name]) for pilot, age in zip(pilots, ages, strict=True)]
    return render_page(request, "pilots.html", rows=rows, days=DAYS)


@router.get("/console/pilots/{pilot}")
async def show_pilot(request: Request, gateway: Running, caller: Admitted, pilot: PilotPath) -> Response:
    chosen = covered_pilot(gateway, caller, pilot)
    today = today_in_baku()
    return render_page(
        request,
        "pilot.html",
        pilot=chosen,
        progress=gateway.readiness.progress.get(chosen.name),
        age=await asyncio.to_thread(freshness, chosen, today=today),
        used=(await _usage(gateway, [chosen]))[chosen.name],
        degraded=await gateway.answer_records.degraded(chosen.name),
        endings=ENDINGS,
        days=DAYS,
        history=await gateway.stages.records.history(chosen.name),
        action=possible_action(caller, chosen),
        today=today,
    )


@router.get("/console/pilots/{pilot}/stage")
async def show_switch(request: Request, gateway: Running, caller: Admitted, pilot: PilotPath) -> Response:
    """Ask once more, and for a reason, before a pilot is stopped or opened again."""
    chosen = covered_pilot(gateway, caller, pilot)
    return render_page(request, "switch.html", pilot=chosen, action=possible_action(caller, chosen))


@router.post("/console/pilots/{pilot}/stage")
async def switch(gateway: Running, caller: Admitted, pilot: PilotPath, form: Annotated[SwitchForm, Form()]) -> Response:
    """Stop or resume by the same code as the HTTP interface."""
    await change_stage(pilot, StageChange(action=form.action, reason=form.reason), gateway, caller)
    return RedirectResponse(f"{CONSOLE}/pilots/{pilot}", 303)


def covered_pilot(gateway: Gateway, caller: Caller, name: str) -> Pilot:
    """Raises PilotUnknown for a pilot that the caller's key does not cover, as for one that nobody knows."""
    pilot = find_pilot(gateway.pilots, name)
    if not caller.covers(pilot):
        raise PilotUnknown(name)
    return pilot


def possible_action(caller: Caller, pilot: Pilot) -> StageAction | None:
    """Return what this caller may do to the pilot's stage now: those who answer for it stop it, administrators open it again."""
    if pilot.stage == "live" and caller.role in (Role.SERVICE_TEAM, Role.ADMIN):
        return StageAction.STOP
    return StageAction.RESUME if pilot.stage == "stopped" and caller.role is Role.ADMIN else None


async def _usage(gateway: Gateway, pilots: list[Pilot]) -> dict[str, Usage]:
    today = now().date()
    since = datetime.combine(today - timedelta(days=DAYS - 1), time(), UTC)
    counts = await gateway.answer_records.daily(pilots=[pilot.name for pilot in pilots], since=since)
    return {pilot.name: usage((one for one in counts if one.pilot == pilot.name), today=today) for pilot in pilots}
