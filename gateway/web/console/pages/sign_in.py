"""In and out: a service key opens a visit; and the language in which the console speaks."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from gateway.policy import ADMITTED, Policy
from gateway.routes.access import Admitted, PossibleCaller, Running
from gateway.web.console.guard import CONSOLE, ConsoleRoute, Present, set_visit, sign_in_address
from gateway.web.console.page import LANGUAGE_COOKIE, landing, render_page
from gateway.web.console.visits import COOKIE
from pilots.answer import Language

LANGUAGE_DAYS = 365

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console")
async def open_console(caller: Admitted) -> Response:
    return RedirectResponse(landing(caller), 303)


@router.get("/console/sign-in")
async def show_sign_in(request: Request, caller: PossibleCaller, wanted: Annotated[str, Query(alias="next")] = CONSOLE) -> Response:
    if caller is not None:
        return RedirectResponse(own_page(wanted), 303)
    return render_page(request, "sign_in.html", wanted=own_page(wanted), refused=False)


@router.post("/console/sign-in")
async def sign_in(
    request: Request, gateway: Running, visit: Present, key: Annotated[str, Form()] = "", wanted: Annotated[str, Form(alias="next")] = CONSOLE
) -> Response:
    address = request.client.host if request.client else "unknown"
    gateway.sign_in_quotas.check(address, per_minute=gateway.settings.sign_ins_per_minute)
    caller = await gateway.credentials.identify(key.strip())
    if caller is None or caller.role not in ADMITTED[Policy.KEY]:
        gateway.sign_in_quotas.take(address, per_minute=gateway.settings.sign_ins_per_minute)
        return render_page(request, "sign_in.html", status=403, wanted=own_page(wanted), refused=True)
    gateway.visits.end(visit)
    response = RedirectResponse(own_page(wanted), 303)
    set_visit(request, response, gateway.visits.open(caller.id.removeprefix("key:")))
    return response


@router.post("/console/sign-out")
async def sign_out(gateway: Running, visit: Present) -> Response:
    gateway.visits.end(visit)
    response = RedirectResponse(sign_in_address(CONSOLE), 303)
    response.delete_cookie(COOKIE, path=CONSOLE, httponly=True, samesite="strict")
    return response


@router.post("/console/language")
async def choose_language(language: Annotated[Language, Form()], back: Annotated[str, Form()] = CONSOLE) -> Response:
    response = RedirectResponse(own_page(back), 303)
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=LANGUAGE_DAYS * 24 * 60 * 60, path=CONSOLE, httponly=True, samesite="strict")
    return response


def own_page(address: str) -> str:
    """Return the address when it is a page of this console, its first page otherwise: nobody is sent elsewhere from here."""
    parts = urlsplit(address)
    plain = address.isprintable() and "\\" not in address and not parts.scheme and not parts.netloc
    inside = parts.path == CONSOLE or parts.path.startswith(f"{CONSOLE}/")
    return address if plain and inside and not parts.path.startswith(f"{CONSOLE}/sign-") else CONSOLE
