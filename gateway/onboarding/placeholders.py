"""Text that the scaffold leaves for a person to replace: it stands in ‹single angle quotes›, which nothing else here uses."""

import re
from collections.abc import Iterator
from pathlib import Path

from gateway.onboarding.findings import Finding, error

CARD_TEMPLATE = "card-template.yaml"
"""Stands beside the corpus, to be copied, and keeps its texts for ever."""

OWN_TEXTS = ("*.yaml", "corpus/**/*.yaml", "cases*.jsonl", "README.md")
_MARK = re.compile(r"‹[^›\n]*›")


def placeholder(text: str) -> str:
    return f"‹{text}›"


def find_placeholders(folder: Path) -> Iterator[Finding]:
    """Yield a finding for each line of the pilot's own texts that still holds such a text; comments in YAML are no texts."""
    for path in sorted(path for pattern in OWN_TEXTS for path in folder.glob(pattern)):
        if path.name == CARD_TEMPLATE:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), start=1):
            mark = _MARK.search(line)
            if mark is not None and not (path.suffix == ".yaml" and line.lstrip().startswith("#")):
                hint = "Replace it with the real text, or remove the line."
                yield error(path.relative_to(folder).as_posix(), number, f"{mark[0]} was not filled in", hint=hint)
