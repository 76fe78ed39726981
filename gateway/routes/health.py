"""For the machinery that runs the gateway, and the description of the interface."""

from dataclasses import asdict

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from gateway.contract import HealthDocument, PartReadiness, PilotReadiness, ReadinessDocument
from gateway.policy import GuardedRoute
from gateway.routes.access import PossibleCaller, Running

router = APIRouter(route_class=GuardedRoute, tags=["operation"])


@router.get("/healthz")
async def health() -> HealthDocument:
    """The process answers."""
    return HealthDocument()


@router.get("/readyz", responses={503: {"model": ReadinessDocument}})
async def readiness(gateway: Running, caller: PossibleCaller, response: Response) -> ReadinessDocument:
    """Every live pilot's sources are searchable, by their words at least; 503 until then.

    `parts` says what is down: answers go down a rung then, so it takes no gateway out of service.
    A draft holds nobody up, and neither does a pilot that was promoted since the gateway started. Drafts are shown to those who see them.
    """
    pilots = gateway.pilots.values()
    ready = all(gateway.readiness.is_ready(p.name) for p in pilots if p.stage == "live" and p.name in gateway.readiness.at_start)
    response.status_code = 200 if ready else 503
    shown = {p.name for p in pilots if p.stage == "live" or (caller is not None and caller.may_ask(p))}
    progress = {name: p for name, p in gateway.readiness.progress.items() if name in shown}
    return ReadinessDocument(
        ready=ready,
        pilots={name: PilotReadiness(stage=p.stage, done=p.done, total=p.total) for name, p in progress.items()},
        parts={name: PartReadiness.model_validate(asdict(part)) for name, part in (await gateway.parts.look()).items()},
    )


@router.get("/openapi.json", include_in_schema=False)
async def interface(request: Request) -> JSONResponse:
    """The OpenAPI description of this interface."""
    return JSONResponse(request.app.openapi())
