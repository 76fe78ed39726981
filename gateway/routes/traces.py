"""How an answer came about, for those who answer for its pilot."""

from fastapi import APIRouter

from gateway.composition import Gateway
from gateway.policy import Caller, GuardedRoute
from gateway.routes.access import Admitted, Running
from gateway.routes.answers import AnswerId
from gateway.trace_contract import TraceDocument
from pilots.routing.decision import SERVICE

router = APIRouter(route_class=GuardedRoute, tags=["traces"])


@router.get("/v1/answers/{answer_id}/trace")
async def read_trace(answer_id: AnswerId, gateway: Running, caller: Admitted) -> TraceDocument:
    """Return the spans of an answer: which steps it took, for how long, and what they decided. Nothing that was asked or answered."""
    return await gateway.traces.read(answer_id, pilots=traced_pilots(gateway, caller))


def traced_pilots(gateway: Gateway, caller: Caller) -> frozenset[str]:
    """Return the pilots whose traces a caller may see; what reached no pilot is seen by keys for every pilot."""
    covered = frozenset(name for name, pilot in gateway.pilots.items() if caller.oversees(pilot))
    return covered | {SERVICE} if caller.pilots is None else covered
