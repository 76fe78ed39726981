"""What a browser loads: the widget and other files, the page for frames, and the demonstration page."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from starlette.exceptions import HTTPException

from gateway.middleware.cross_origin import is_for_citizens
from gateway.policy import GuardedRoute
from gateway.routes.access import PossibleCaller, Running
from gateway.routes.answers import PilotPath
from gateway.web.assets import assets_by_path
from gateway.web.demo import demo_text
from gateway.web.pages import render_page, scripted_policy
from gateway.web.visitor import STRANGER
from pilots.answer import Language
from pilots.registry import find_pilot

router = APIRouter(route_class=GuardedRoute, tags=["web"], include_in_schema=False)


@router.get("/assets/{file}")
async def read_asset(file: Annotated[str, Path(max_length=100)], request: Request) -> Response:
    """Return a file. Any page may load it: it holds nothing of anyone, and a page checks it by its integrity attribute."""
    found = assets_by_path().get(f"/assets/{file}")
    if found is None:
        raise HTTPException(404)
    asset, kept = found
    headers = {"cache-control": kept, "etag": asset.etag, "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
    if request.headers.get("if-none-match") == asset.etag:
        return Response(status_code=304, headers=headers)
    return Response(asset.body, headers=headers, media_type=asset.media_type)


@router.get("/embed/{language}/{pilot}")
async def show_frame(language: Language, pilot: PilotPath, gateway: Running, caller: PossibleCaller) -> Response:
    """Return the widget as a whole page, for a frame on the pages that the pilot's manifest names."""
    found = find_pilot(gateway.pilots, pilot)
    (caller or STRANGER).check_known(found)
    is_stopped = not (caller or STRANGER).may_ask(found)
    policy = scripted_policy(("'self'", *found.manifest.web.origins))
    return render_page("embed.html.j2", language, policy=policy, status=503 if is_stopped else 200, pilot=found, is_stopped=is_stopped)


@router.get("/demo/{language}")
async def show_demo(language: Language, gateway: Running) -> Response:
    """Return the page of an invented office that embeds the widget as a real one would."""
    pilots = [pilot for pilot in gateway.pilots.values() if is_for_citizens(pilot) and pilot.stage == "live"]
    if not gateway.settings.demo_page or not pilots:
        raise HTTPException(404)
    chat = next((pilot for pilot in pilots if pilot.manifest.understanding == "cards"), pilots[0])
    guide = next((pilot for pilot in pilots if pilot.manifest.understanding == "guided"), None)
    return render_page("demo.html.j2", language, policy=scripted_policy(), pilot=chat, guide=guide, text=demo_text(language))
