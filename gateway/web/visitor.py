"""Who looks at a page: the session is kept in a cookie that scripts cannot read and other sites' forms do not send."""

from dataclasses import dataclass

from fastapi import Request, Response

from gateway.composition import Gateway
from gateway.credentials import SessionToken
from gateway.errors import CallerForbidden, CredentialInvalid
from gateway.policy import Caller, Role
from pilots.registry import find_pilot

COOKIE = "korpu_session"
COOKIE_PATH = "/chat"
STRANGER = Caller(id="", role=Role.SESSION)
"""Who has no session yet: sees what any session sees, and owns nothing."""
SAME_SITE = frozenset({"same-origin", "none", None})
"""`sec-fetch-site` of a form that this gateway's own page has sent; None: an old browser, whose form the key alone vouches for."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """`token` is the session's renewed token, None for who came with a credential in the header."""

    caller: Caller
    token: SessionToken | None

    def remember(self, request: Request, response: Response) -> Response:
        """Keep the session in the visitor's browser for as long as its token is valid."""
        if self.token is not None:
            response.set_cookie(
                COOKIE,
                self.token.token,
                max_age=self.token.expires_in,
                path=COOKIE_PATH,
                httponly=True,
                samesite="lax",
                secure=request.url.scheme == "https",
            )
        return response


async def find_visitor(request: Request, gateway: Gateway) -> Visitor | None:
    """Return who sent a request, None for a stranger."""
    if request.state.caller is not None:
        return Visitor(request.state.caller, None)
    caller = await gateway.credentials.identify(request.cookies.get(COOKIE, ""))
    return Visitor(caller, gateway.credentials.issue_session(caller)) if caller is not None else None


async def welcome_visitor(request: Request, gateway: Gateway) -> Visitor:
    """Return who sent a request, a new session for a stranger.

    Raises:
        QuotaExceeded: too many new sessions from one address.
    """
    known = await find_visitor(request, gateway)
    if known is not None:
        return known
    address = request.client.host if request.client else "unknown"
    gateway.session_quotas.take(address, per_minute=gateway.settings.sessions_per_minute)
    token = gateway.credentials.issue_session()
    caller = await gateway.credentials.identify(token.token)
    if caller is None:
        raise CredentialInvalid("a session that was just issued")
    return Visitor(caller, token)


async def check_page(request: Request, gateway: Gateway, pilot: str) -> None:
    """Refuse a pilot that this visitor may not know of, before anything is told of the request itself. Raises as `Caller.check_known` does."""
    known = await find_visitor(request, gateway)
    (known.caller if known else STRANGER).check_known(find_pilot(gateway.pilots, pilot))


async def trust_form(request: Request, gateway: Gateway, key: str) -> Visitor:
    """Return who sent a form of this gateway's own page.

    Raises:
        CredentialInvalid: the session is over; CallerForbidden: another site's form, or another session's.
    """
    visitor = await find_visitor(request, gateway)
    if visitor is None:
        raise CredentialInvalid("the page's session is over")
    if visitor.token is None:
        # A credential in the header is sent by a program on purpose, never by a browser on its own.
        return visitor
    if request.headers.get("sec-fetch-site") not in SAME_SITE:
        raise CallerForbidden("the form comes from another site")
    gateway.credentials.check_form(key, visitor.caller)
    return visitor
