"""Draws a page: the template with the caller's language, the navigation that their role admits, and headers that let nothing foreign in."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from gateway.policy import ADMITTED, ROUTE_POLICIES, Caller
from gateway.routes.access import running_gateway
from gateway.web.assets import load_assets
from gateway.web.console.formats import environment
from gateway.web.console.guard import CONSOLE, TOKEN_FIELD
from gateway.web.console.wording import LANGUAGE_NAMES, LANGUAGES, wording
from pilots.answer import Language

LANGUAGE_COOKIE = "korpu_console_language"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
HEADERS = {
    "x-frame-options": "DENY",
    "content-security-policy": POLICY,
    # With no-referrer a browser calls the origin of its own forms null, and the guard could not tell them from foreign ones.
    "referrer-policy": "same-origin",
}
NAVIGATION = (
    ("ask", f"{CONSOLE}/ask"),
    ("queue", f"{CONSOLE}/reviews"),
    ("inbox", f"{CONSOLE}/inbox"),
    ("search", f"{CONSOLE}/answers"),
    ("pilots", f"{CONSOLE}/pilots"),
    ("teams", f"{CONSOLE}/teams"),
    ("evaluations", f"{CONSOLE}/evaluations"),
)
LANDING = {"supervisor": "queue", "evaluator": "evaluations", "service_team": "teams", "admin": "pilots"}
KEPT_FIELDS = ("question", "text", "reason", "note")
"""What a person wrote is shown again beside a problem, so that it is not lost."""


def render_page(request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any) -> HTMLResponse:
    language = page_language(request)
    caller: Caller | None = getattr(request.state, "caller", None)
    visit = getattr(request.state, "visit", None)
    path = request.url.path
    page = environment().get_template(template)
    html = page.render(
        asset=asset_path,
        admits=admits,
        t=wording(language),
        language=language,
        languages=LANGUAGE_NAMES,
        caller=caller,
        navigation=[(name, href, path.startswith(href)) for name, href in NAVIGATION if caller is not None and admits(caller, href)],
        console=CONSOLE,
        here=path + (f"?{request.url.query}" if request.url.query else "") if request.method == "GET" and status < 400 else CONSOLE,
        token_field=TOKEN_FIELD,
        form_token=running_gateway(request).visits.form_token(visit) if visit is not None else "",
        **context,
    )
    return HTMLResponse(html, status, {**HEADERS, **(headers or {})})


def problem_page(request: Request, document: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """Draw an RFC 9457 problem for a person: by its slug where wording.yaml has it, by its kind otherwise."""
    texts = wording(page_language(request))["problems"]
    slug = document["type"].rpartition(":")[2]
    kind = "server" if document["status"] >= 500 else "request"
    # What a stopped pilot's audience reads is written in every language already.
    message = document["detail"] if slug == "pilot-stopped" else texts.get(slug.replace("-", "_"), texts[kind])
    form: Mapping[str, Any] = getattr(request.state, "form", {})
    kept = [form[name] for name in KEPT_FIELDS if isinstance(form.get(name), str) and form[name].strip()]
    return render_page(request, "problem.html", status=document["status"], headers=headers, message=message, document=document, slug=slug, kept=kept)


def page_language(request: Request) -> Language:
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    languages: Mapping[str, Language] = {language: language for language in LANGUAGES}
    return languages.get(chosen or "", "az")


def admits(caller: Caller, href: str, method: str = "GET") -> bool:
    """Tell whether the policy table admits the caller to a page, by its path with the parameters' names."""
    return caller.role in ADMITTED[ROUTE_POLICIES[method, href]]


def landing(caller: Caller) -> str:
    """Return the page on which a person of this role begins."""
    return dict(NAVIGATION)[LANDING.get(caller.role.value, "ask")]


def asset_path(name: str) -> str:
    return load_assets()[name].path
