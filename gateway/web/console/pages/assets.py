"""Style and script of the console."""

from typing import Literal

from fastapi import APIRouter, Response

from gateway.policy import GuardedRoute
from gateway.web.console.page import ASSETS

MEDIA_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
FOREVER = {"cache-control": "public, max-age=31536000, immutable"}

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)


@router.get("/console/assets/{name}")
async def read_asset(name: Literal["tokens.css", "console.css", "console.js", "icon.svg"]) -> Response:
    """Send a file of the package; its address carries its digest, see `asset_url`."""
    return Response(ASSETS[name].read_bytes(), media_type=MEDIA_TYPES[name.rpartition(".")[2]], headers=FOREVER)
