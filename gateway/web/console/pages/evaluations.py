"""The evaluator's page: what was measured, the reports, and whether one run is worse than another."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from gateway.composition import Gateway
from gateway.errors import RunsIncomparable, RunUnknown
from gateway.policy import Caller
from gateway.routes.access import Admitted, Running
from gateway.web.console.guard import ConsoleRoute
from gateway.web.console.page import render_page
from gateway.web.console.runs import StoredRun, find_run, list_runs, read_comparison

SHOWN_FAILURES = 50
REPORT_HEADERS = {
    # A report is one file with its own styles; it may show itself and do nothing else, whoever opens it.
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
    "x-frame-options": "SAMEORIGIN",
    "cache-control": "no-store",
}
RunId = Annotated[str, Path(max_length=200)]

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/evaluations")
async def list_evaluations(request: Request, gateway: Running, caller: Admitted, subject: str | None = None) -> Response:
    runs = await asyncio.to_thread(list_runs, gateway.settings.runs_path, pilots=caller.pilots)
    subjects = sorted({run.record.subject for run in runs})
    shown = [run for run in runs if subject in (None, "", run.record.subject)]
    return render_page(
        request,
        "evaluations.html",
        runs=shown,
        subjects=subjects,
        subject=subject,
        pilots=gateway.pilots,
        can_compare=gateway.instruments is not None,
    )


@router.get("/console/evaluations/compare")
async def compare(
    request: Request, gateway: Running, caller: Admitted, a: Annotated[str, Query(max_length=200)], b: Annotated[str, Query(max_length=200)]
) -> Response:
    """Show the second run against the first; the older one is A, whichever was named first."""
    first, second = sorted([await _find(gateway, caller, a), await _find(gateway, caller, b)], key=lambda run: run.record.created_at)
    if gateway.instruments is None:
        raise RunsIncomparable("this process was started without the evaluation")
    found = await asyncio.to_thread(gateway.instruments.compare_runs, first.folder, second.folder)
    return render_page(request, "comparison.html", first=first.record, second=second.record, found=read_comparison(found), pilots=gateway.pilots)


@router.get("/console/evaluations/{run_id}")
async def show_evaluation(request: Request, gateway: Running, caller: Admitted, run_id: RunId) -> Response:
    run = await _find(gateway, caller, run_id)
    others = [
        other
        for other in await asyncio.to_thread(list_runs, gateway.settings.runs_path, pilots=caller.pilots)
        if (other.record.kind, other.record.subject) == (run.record.kind, run.record.subject) and other.record.id != run.record.id and other.scores
    ]
    return render_page(
        request,
        "evaluation.html",
        run=run,
        others=others,
        pilots=gateway.pilots,
        shown_failures=SHOWN_FAILURES,
        can_compare=gateway.instruments is not None,
    )


@router.get("/console/evaluations/{run_id}/report")
async def read_report(gateway: Running, caller: Admitted, run_id: RunId) -> Response:
    """Send a run's report, shut into a sandbox."""
    run = await _find(gateway, caller, run_id)
    if run.report is None:
        raise RunUnknown("no report was made of this run")
    return HTMLResponse(await asyncio.to_thread(run.report.read_text, encoding="utf-8"), headers=REPORT_HEADERS)


async def _find(gateway: Gateway, caller: Caller, run_id: str) -> StoredRun:
    return await asyncio.to_thread(find_run, gateway.settings.runs_path, run_id, pilots=caller.pilots)
