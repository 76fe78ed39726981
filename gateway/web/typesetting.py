"""How a text falls into lines, on every page. The widget does the same in typesetting.ts."""

import re

from markupsafe import Markup

from gateway.web.visible import visible

_BOUND = re.compile(r"(?<=\d) (?=AZN|manat|faiz|%)|(?<=maddə) (?=\d)| (?=– )")
_WORDS = re.compile(r"(\s+)")
_JOINED = re.compile(r"[^–-][–-][^–-]")
LONGEST_JOINED = 16
"""Longer words than this may break at their hyphens: a narrow page has no room for them."""


def typeset(text: str) -> Markup:
    """Return a text that breaks where a reader expects: never inside «14.3-1.1», «1-dən», «30 AZN» or «maddə 5», never before a dash."""
    span = Markup('<span class="joined">{}</span>')
    words = _WORDS.split(_BOUND.sub("\u00a0", visible(text)))
    return Markup("").join(span.format(word) if len(word) <= LONGEST_JOINED and _JOINED.search(word) else word for word in words)


def before_last_word(text: str) -> tuple[str, str]:
    """Return a text in two parts: the numbers of its sources stand on one line with the second."""
    start, blank, last = _BOUND.sub("\u00a0", visible(text)).rstrip().rpartition(" ")
    return start + blank, last
