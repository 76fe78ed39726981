"""For the machinery that runs the gateway, and the description of the interface."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from gateway.contract import HealthDocument, PilotReadiness, ReadinessDocument
from gateway.policy import GuardedRoute
from gateway.routes.access import Running

router = APIRouter(route_class=GuardedRoute, tags=["operation"])


@router.get("/healthz")
async def health() -> HealthDocument:
    """The process answers."""
    return HealthDocument()


@router.get("/readyz", responses={503: {"model": ReadinessDocument}})
async def readiness(gateway: Running, response: Response) -> ReadinessDocument:
    """Every pilot's sources are searchable, by their words at least; 503 until then."""
    response.status_code = 200 if gateway.readiness.ready else 503
    progress = gateway.readiness.progress.items()
    return ReadinessDocument(
        ready=gateway.readiness.ready, pilots={name: PilotReadiness(stage=p.stage, done=p.done, total=p.total) for name, p in progress}
    )


@router.get("/openapi.json", include_in_schema=False)
async def interface(request: Request) -> JSONResponse:
    """The OpenAPI description of this interface."""
    return JSONResponse(request.app.openapi())
