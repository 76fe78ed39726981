"""The words that a generated sentence may add to its source, read once from connectives.yaml."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from pilots.grounding.claims import stem_of


@cache
def load_connectives() -> frozenset[str]:
    """Return the stems of connectives.yaml."""
    written = yaml.safe_load((Path(__file__).parent / "connectives.yaml").read_text(encoding="utf-8"))
    return frozenset(map(stem_of, TypeAdapter(list[str]).validate_python(written)))
