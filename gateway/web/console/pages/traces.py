"""How one answer came about: its steps in time, what search found, what the guard decided. No word of question or answer."""

from fastapi import APIRouter, Request, Response

from gateway.routes.access import Admitted, Running
from gateway.routes.traces import traced_pilots
from gateway.web.console.guard import ConsoleRoute
from gateway.web.console.page import render_page
from gateway.web.console.pages.answers import AnswerPath
from gateway.web.console.waterfall import waterfall

FIRST_SHOWN = 10

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/answers/{answer_id}/trace")
async def show_trace(request: Request, gateway: Running, caller: Admitted, answer_id: AnswerPath) -> Response:
    trace = await gateway.traces.read(answer_id, pilots=traced_pilots(gateway, caller))
    passages = await gateway.read_passages(trace.pilot) if gateway.read_passages is not None and trace.pilot in gateway.pilots else ()
    return render_page(request, "trace.html", answer_id=answer_id, seen=waterfall(trace, passages), first_shown=FIRST_SHOWN, pilots=gateway.pilots)
