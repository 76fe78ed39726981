"""What the console says, in the three languages, read once from wording.yaml."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

import yaml

from pilots.answer import Language

FILE = Path(__file__).parent / "wording.yaml"
LANGUAGES: tuple[Language, ...] = get_args(Language)
LANGUAGE_NAMES: Mapping[Language, str] = {"az": "Azərbaycanca", "ru": "Русский", "en": "English"}
"""In the order in which they are offered."""


@cache
def wording(language: Language) -> Mapping[str, Any]:
    """Return the console's texts as nested names, `t.queue.title` in a template. Raises KeyError when a text lacks the language."""
    return _in(yaml.safe_load(FILE.read_text(encoding="utf-8")), language)


def _in(node: Mapping[str, Any], language: Language) -> Mapping[str, Any]:
    return {name: value[language] if is_text(value) else _in(value, language) for name, value in node.items()}


def is_text(node: Mapping[str, Any]) -> bool:
    return "az" in node and isinstance(node["az"], str)


def leaves(node: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each text with its dotted name."""
    for name, value in node.items():
        if is_text(value):
            yield ".".join((*path, name)), value
        else:
            yield from leaves(cast("Mapping[str, Any]", value), (*path, name))
