"""Admits a person at a browser: by the visit's cookie and the table of policies, and a form only with its token from this origin."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from fastapi import Depends, Request, Response

from gateway.errors import CallerForbidden, ContentTypeUnsupported, FormForged, SignInNeeded
from gateway.policy import ADMITTED, FORM_BODY, GuardedRoute, Policy
from gateway.routes.access import running_gateway
from gateway.web.console.visits import COOKIE, Visit

CONSOLE = "/console"
TOKEN_FIELD = "form_token"  # noqa: S105 (the name of a field)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SAME_SITE = ("same-origin", "none")


class ConsoleRoute(GuardedRoute):
    """Leaves the visit in `request.state.visit` and renews its cookie with every page."""

    body_type = FORM_BODY

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def visited(request: Request) -> Response:
            response = await handle(request)
            if COOKIE not in response.headers.get("set-cookie", "") and response.headers.get("cache-control") is None:
                set_visit(request, response, request.state.visit)
            return response

        return visited

    async def admit(self, request: Request, policy: Policy) -> None:
        gateway = running_gateway(request)
        visit = gateway.visits.read(request.cookies.get(COOKIE, ""))
        caller = await gateway.credentials.keys.find(visit.key_id) if visit is not None and visit.key_id else None
        request.state.caller = caller
        request.state.visit = visit or gateway.visits.open()
        if policy is not Policy.PUBLIC:
            if caller is None:
                raise SignInNeeded(wanted_page(request))
            if caller.role not in ADMITTED[policy]:
                raise CallerForbidden(f"role {caller.role} is not admitted")
        if request.method == "POST":
            await check_form(request, visit)


async def check_form(request: Request, visit: Visit | None) -> None:
    """Raises ContentTypeUnsupported, FormForged"""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_BODY:
        raise ContentTypeUnsupported(f"this route takes {FORM_BODY}")
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "none") not in SAME_SITE or (origin is not None and urlsplit(origin).netloc != request.url.netloc):
        raise FormForged("the form was sent from another origin")
    request.state.form = form = await request.form()
    token = form.get(TOKEN_FIELD, "")
    running_gateway(request).visits.check_form(visit, token if isinstance(token, str) else "")


def wanted_page(request: Request) -> str:
    """Return where to go on after signing in; a form is not repeated, so after one it is the first page."""
    if request.method != "GET":
        return CONSOLE
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def sign_in_address(wanted: str) -> str:
    return f"{CONSOLE}/sign-in?{urlencode({'next': wanted})}"


def set_visit(request: Request, response: Response, visit: Visit) -> None:
    """Send the visit's cookie: for this site's own pages only, out of scripts' reach, over TLS only unless this is the gateway's own machine."""
    visits = running_gateway(request).visits
    secure = request.url.scheme == "https" or request.url.hostname not in LOOPBACK
    response.set_cookie(COOKIE, visits.seal(visit), max_age=visits.idle_s, path=CONSOLE, secure=secure, httponly=True, samesite="strict")


def present_visit(request: Request) -> Visit:
    return request.state.visit


Present = Annotated[Visit, Depends(present_visit)]
