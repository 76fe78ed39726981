"""Lets the pages that manifests name call this gateway from a browser, and no other page."""

import re
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pilots.registry import Pilot

PILOT_PATH = re.compile(r"/v1/pilots/([a-z0-9_]+)(?:/answers)?")
SHARED_PATHS = re.compile(r"/v1/sessions|/v1/answers(?:/[0-9a-f]{32}(?:/feedback)?)?|/v1/conversations/[0-9a-f]{32}(?:/handover)?")
"""What belongs to a session, whichever pilot it asks: open to the pages of every pilot for citizens. No cookie counts here, so a page
reaches no session but those that it opened itself."""

PREFLIGHT = {
    "access-control-allow-methods": "GET, POST, DELETE",
    "access-control-allow-headers": "accept, authorization, content-type, traceparent",
    "access-control-max-age": "600",
}


class CrossOrigin:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = Headers(scope=scope).get("origin") if scope["type"] == "http" else None
        if origin is None:
            await self._app(scope, receive, send)
            return
        is_allowed = origin in allowed_origins(scope["path"], scope["app"].state.gateway.pilots)
        if is_allowed and scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=PREFLIGHT | {"access-control-allow-origin": origin, "vary": "origin"})(scope, receive, send)
            return

        async def send_with_origin(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("origin")
                if is_allowed:
                    headers["access-control-allow-origin"] = origin
                    headers["access-control-expose-headers"] = "retry-after, x-request-id"
            await send(message)

        await self._app(scope, receive, send_with_origin)


def allowed_origins(path: str, pilots: Mapping[str, Pilot]) -> frozenset[str]:
    """Return the origins whose pages may call this path: those of its pilot's manifest."""
    if (match := PILOT_PATH.fullmatch(path)) is not None:
        pilot = pilots.get(match[1])
        return frozenset(pilot.manifest.web.origins) if pilot is not None and is_for_citizens(pilot) else frozenset()
    if SHARED_PATHS.fullmatch(path):
        return frozenset(origin for pilot in pilots.values() if is_for_citizens(pilot) for origin in pilot.manifest.web.origins)
    return frozenset()


def is_for_citizens(pilot: Pilot) -> bool:
    return pilot.manifest.audience == "citizens" and pilot.stage != "draft"
