"""The page of those who answer for a pilot: its manifest in words, its cases, what keeps it from being promoted, what was decided of it."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from gateway.composition import Gateway
from gateway.onboarding.findings import Finding, is_clean
from gateway.routes.access import Admitted, Running
from gateway.routes.answers import PilotPath
from gateway.stage_contract import changed_since_promotion
from gateway.web.console.guard import ConsoleRoute
from gateway.web.console.page import render_page
from gateway.web.console.pages.pilots import covered_pilot
from gateway.web.console.runs import StoredRun, list_runs
from pilots.digest import digest_pilot
from pilots.registry import Pilot
from rag.baku_time import today_in_baku

CASE_FILES = "cases*.jsonl"
ANSWERS = "answers"
SHOWN_CASES = 50
SHOWN_EXAMPLES = 12

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


class ShownCase(BaseModel):
    """A line of cases.jsonl as a person reads it. `context` are the questions before, oldest first."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    kind: str = ""
    context: tuple[str, ...] = ()
    question: str
    expected_status: str
    expected_sources: tuple[str, ...] = ()
    expected_facts: tuple[str, ...] = ()


_CASE = TypeAdapter(ShownCase)


@router.get("/console/teams")
async def list_teams(request: Request, gateway: Running, caller: Admitted) -> Response:
    pilots = [pilot for pilot in gateway.pilots.values() if caller.covers(pilot)]
    promotions = await gateway.stages.records.promotions()
    return render_page(request, "teams.html", rows=[(pilot, promotions.get(pilot.name)) for pilot in pilots])


@router.get("/console/teams/{pilot}")
async def show_team(request: Request, gateway: Running, caller: Admitted, pilot: PilotPath) -> Response:
    chosen = covered_pilot(gateway, caller, pilot)
    history = await gateway.stages.records.history(chosen.name)
    digest = await asyncio.to_thread(digest_pilot, chosen, uploads=gateway.settings.uploads_path)
    return render_page(
        request,
        "team.html",
        pilot=chosen,
        history=list(reversed(history)),
        evaluation=next((record for record in reversed(history) if record.evaluation is not None), None),
        changed=changed_since_promotion(history, digest=digest),
        run=await asyncio.to_thread(newest_run, gateway, chosen),
        cases=len(await asyncio.to_thread(read_cases, chosen.folder)),
        shown_examples=SHOWN_EXAMPLES,
    )


@router.get("/console/teams/{pilot}/cases")
async def show_cases(
    request: Request,
    gateway: Running,
    caller: Admitted,
    pilot: PilotPath,
    kind: str | None = None,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    chosen = covered_pilot(gateway, caller, pilot)
    cases = await asyncio.to_thread(read_cases, chosen.folder)
    wanted = [case for case in cases if kind in (None, "", case.kind)]
    return render_page(
        request,
        "team_cases.html",
        pilot=chosen,
        cases=wanted[offset : offset + SHOWN_CASES],
        total=len(wanted),
        kinds=sorted(Counter(case.kind for case in cases).items()),
        kind=kind,
        offset=offset,
        shown=SHOWN_CASES,
    )


@router.get("/console/teams/{pilot}/check")
async def show_check(request: Request, gateway: Running, caller: Admitted, pilot: PilotPath) -> Response:
    """Say what keeps the pilot from being promoted: errors of its folder, and what its last evaluation fell short of."""
    chosen = covered_pilot(gateway, caller, pilot)
    findings = await examine(gateway, chosen)
    return render_page(
        request,
        "team_check.html",
        pilot=chosen,
        findings=findings,
        run=await asyncio.to_thread(newest_run, gateway, chosen),
        sound=findings is not None and is_clean(list(findings)),
        counts=Counter(finding.severity.value for finding in findings or ()),
    )


def newest_run(gateway: Gateway, pilot: Pilot) -> StoredRun | None:
    """Return the newest finished run of the pilot's cases; what it fell short of would keep the pilot from being promoted."""
    runs = list_runs(gateway.settings.runs_path, pilots=(pilot.name,))
    return next((run for run in runs if run.record.kind == ANSWERS and run.scores is not None), None)


async def examine(gateway: Gateway, pilot: Pilot) -> Sequence[Finding] | None:
    """Check a pilot's folder; None when this process was started without the instruments for it."""
    if gateway.instruments is None:
        return None
    return await asyncio.to_thread(gateway.instruments.check_folder, pilot.folder, today_in_baku())


def read_cases(folder: Path) -> list[ShownCase]:
    """Read the cases of a pilot's folder. A line that is none is passed over here: the check names it."""
    cases: list[ShownCase] = []
    for path in sorted(folder.glob(CASE_FILES)):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                cases.append(_CASE.validate_python(json.loads(line)))
            except (json.JSONDecodeError, ValidationError):
                continue
    return cases
