"""Sessions: a person needs no account, only a token that ties a conversation together."""

from fastapi import APIRouter, Request

from gateway.contract import SessionDocument
from gateway.policy import GuardedRoute
from gateway.routes.access import PossibleCaller, Running

router = APIRouter(route_class=GuardedRoute, tags=["sessions"])


@router.post("/v1/sessions", status_code=201)
async def open_session(request: Request, gateway: Running, caller: PossibleCaller) -> SessionDocument:
    """Issue a session token. A request that carries a valid one gets a fresh token for the same session."""
    address = request.client.host if request.client else "unknown"
    gateway.session_quotas.take(address, per_minute=gateway.settings.sessions_per_minute)
    session = gateway.credentials.issue_session(caller)
    return SessionDocument(token=session.token, expires_in=session.expires_in)
