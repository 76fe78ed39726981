"""An HTTP problem as a page, in the language of the page on which it happened."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi.responses import Response

from gateway.web.pages import PLAIN_POLICY, render_page
from gateway.web.words import LANGUAGES, load_words
from pilots.answer import Language

_PATH = re.compile(r"/(?:chat|embed)/(?P<language>[a-z]{2})/(?P<pilot>[a-z][a-z0-9_]{2,39})(?:/|$)")
_LANGUAGE = re.compile(r"/\w+/(?P<language>[a-z]{2})(?:/|$)")
_MESSAGES = {
    "quota-exceeded": "rate_limited",
    "pilot-not-ready": "preparing",
    "pilot-stopped": "paused",
    "credential-missing": "page_problem_form",
    "credential-invalid": "page_problem_form",
    "forbidden": "page_problem_form",
    "question-invalid": "page_problem_question",
    "request-invalid": "page_problem_question",
    "body-too-large": "page_problem_question",
    "not-found": "page_problem_missing",
    "pilot-unknown": "page_problem_missing",
    "conversation-unknown": "page_problem_missing",
}

_NOWHERE = ("pilot-unknown", "not-found")
"""Problems of pages that there are not: they lead nowhere."""


def render_problem_page(document: Mapping[str, Any], *, path: str, headers: Mapping[str, str]) -> Response:
    """Return the page of a problem document; the request's id stands on it, so that an operator finds it in the log."""
    found = _LANGUAGE.match(path)
    language = _language(found["language"] if found else "")
    slug = document["type"].rpartition(":")[2]
    key = _MESSAGES.get(slug, "failed")
    message = load_words(language)(key, n=headers.get("retry-after", ""))
    page = _PATH.match(path) if slug not in _NOWHERE else None
    return render_page(
        "problem.html.j2",
        language,
        policy=PLAIN_POLICY,
        status=document["status"],
        headers=headers,
        message=message,
        occurrence=document["instance"].rpartition(":")[2],
        back=f"/chat/{language}/{page['pilot']}" if page else None,
    )


def _language(code: str) -> Language:
    for known in LANGUAGES:
        if known == code:
            return known
    return "az"
