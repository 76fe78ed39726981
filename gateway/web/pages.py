"""HTML from templates. A page says by its policy what a browser may do with it: nothing that is not named."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, cast
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from gateway.contract import SentenceDocument
from gateway.web import typesetting
from gateway.web.assets import Asset, load_assets
from gateway.web.visible import visible
from gateway.web.words import LANGUAGES, load_words
from pilots.answer import Language
from pilots.written_days import show_day

PLAIN_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""For pages without a script."""


def scripted_policy(frame_ancestors: Iterable[str] = ()) -> str:
    """For pages that hold the widget; the named origins may show them in a frame."""
    ancestors = " ".join(frame_ancestors) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    )


@cache
def environment() -> Environment:
    made = Environment(
        loader=PackageLoader("gateway.web", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    # Jinja's own types name only its own filters and globals.
    filters, names = cast("dict[str, object]", made.filters), cast("dict[str, object]", made.globals)
    filters |= {"visible": visible, "web_address": web_address, "blocks": blocks}
    filters |= {"typeset": typesetting.typeset, "before_last_word": typesetting.before_last_word, "day": show_day}
    names |= {"asset": find_asset, "languages": {language: load_words(language)("language_name") for language in LANGUAGES}}
    return made


def find_asset(name: str) -> Asset:
    return load_assets()[name]


def blocks(sentences: Sequence[SentenceDocument]) -> list[tuple[bool, list[SentenceDocument]]]:
    """Return sentences as they stand on a page: items that follow each other as one list (True), every other sentence by itself."""
    found: list[tuple[bool, list[SentenceDocument]]] = []
    for sentence in sentences:
        if sentence.is_item and found and found[-1][0]:
            found[-1][1].append(sentence)
        else:
            found.append((sentence.is_item, [sentence]))
    return found


def web_address(url: str | None) -> str | None:
    """Return a source's address when it is one of the web: no other scheme becomes a link."""
    try:
        parts = urlsplit(url or "")
        return url if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def render_page(
    template: str, language: Language, *, policy: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> HTMLResponse:
    """Return a page in a language. `values` are the template's; text among them is escaped."""
    html = environment().get_template(template).render(words=load_words(language), language=language, **values)
    return HTMLResponse(html, status, {"content-security-policy": policy, **(headers or {})})
