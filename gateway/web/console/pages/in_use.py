"""The evaluator's other page: what the answers that people were given come to, and where people and scores say different things."""

import asyncio
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from gateway.composition import Gateway
from gateway.routes.access import Admitted, Running
from gateway.routes.traces import traced_pilots
from gateway.store.database import now
from gateway.use_contract import PilotUse
from gateway.web.console.guard import ConsoleRoute
from gateway.web.console.instruments import UseMeasure
from gateway.web.console.page import render_page
from pilots.errors import PilotUnknown
from pilots.routing.decision import SERVICE

PERIODS_DAYS = (1, 7, 30, 90)
SHOWN = 50
"""Answers on which people and scores differ; the command line lists them all."""

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/evaluations/use")
async def show_use(
    request: Request,
    gateway: Running,
    caller: Admitted,
    pilot: Annotated[str | None, Query(max_length=40)] = None,
    days: Annotated[int, Query(ge=1, le=366)] = 7,
) -> Response:
    """Show the figures of one pilot, or a line for each that the caller oversees. Raises PilotUnknown for any other."""
    overseen = sorted(traced_pilots(gateway, caller), key=lambda name: (name == SERVICE, name))
    if pilot and pilot not in overseen:
        raise PilotUnknown(pilot)
    wanted = [pilot] if pilot else overseen
    uses = None if gateway.instruments is None else await measure_pilots(gateway, gateway.instruments.measure_use, wanted, days=days)
    return render_page(
        request,
        "in_use.html",
        uses=uses,
        chosen=uses[0] if uses and (pilot or len(overseen) == 1) else None,
        wanted=pilot,
        names=overseen,
        pilots=gateway.pilots,
        days=days,
        periods=sorted({*PERIODS_DAYS, days}),
        shown=SHOWN,
    )


async def measure_pilots(gateway: Gateway, measure_use: UseMeasure, names: list[str], *, days: int) -> list[PilotUse]:
    """Return what each pilot's answers of the last days come to, in the order of the names; one that nobody asked has no figures."""
    # What this process has just answered is written behind the answers.
    await gateway.traces.settle()
    until = now()
    since = until - timedelta(days=days)
    counted = await gateway.answers_in_use.count(since=since, pilots=names)
    found: list[PilotUse] = []
    for name in names:
        answers = await gateway.answers_in_use.read(name, since=since) if name in counted else []
        found.append(await asyncio.to_thread(measure_use, name, answers, counted=counted.get(name, 0), since=since, until=until))
    return found
