"""The pilots under the name that OpenAI's clients look for."""

from typing import Any

from fastapi import APIRouter

from gateway.chat_contract import model_document
from gateway.policy import GuardedRoute
from gateway.routes.access import Admitted, Running
from pilots.registry import find_pilot
from pilots.routing.decision import SERVICE

router = APIRouter(route_class=GuardedRoute, tags=["chat"])


@router.get("/v1/models")
async def list_models(gateway: Running, caller: Admitted) -> dict[str, Any]:
    """List the pilots that this caller may ask, after the service itself, which chooses one of them."""
    pilots = [pilot for pilot in gateway.pilots.values() if caller.may_ask(pilot)]
    service = [model_document(SERVICE, owner=SERVICE, created=gateway.started_at)] if pilots else []
    data = service + [model_document(p.name, owner=p.manifest.owner.agency, created=gateway.started_at) for p in pilots]
    return {"object": "list", "data": data}


@router.get("/v1/models/{model}")
async def read_model(model: str, gateway: Running, caller: Admitted) -> dict[str, Any]:
    if model == SERVICE:
        return model_document(SERVICE, owner=SERVICE, created=gateway.started_at)
    pilot = find_pilot(gateway.pilots, model)
    caller.check_pilot(pilot)
    return model_document(pilot.name, owner=pilot.manifest.owner.agency, created=gateway.started_at)
