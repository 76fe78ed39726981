"""Text that the scaffold leaves for a person to replace: it stands in ‹single angle quotes›, which nothing else here uses."""

import re
from collections.abc import Iterable, Iterator

from gateway.onboarding.findings import Finding, error

_MARK = re.compile(r"‹[^›\n]*›")


def placeholder(text: str) -> str:
    return f"‹{text}›"


def find_placeholders(file: str, lines: Iterable[tuple[int, str]]) -> Iterator[Finding]:
    """Yield a finding for each line, given with its number, that still holds such a text."""
    for number, text in lines:
        if (mark := _MARK.search(text)) is not None:
            yield error(file, number, f"{mark[0]} was not filled in", hint="Replace it with the real text, or remove the line.")
