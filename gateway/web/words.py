"""What the pages and the widget say beside answers, in three languages. The widget's build takes the same files."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import get_args

from pilots.answer import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)


class Words:
    """The words of one language. An unknown key is a fault of the page, not an empty text."""

    def __init__(self, language: Language, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, **values: str | int) -> str:
        """Return a text with its `{names}` filled in. Raises KeyError for an unknown key or a missing value."""
        return self._texts[key].format(**values)

    def known(self, key: str) -> str | None:
        return self._texts.get(key)


@cache
def load_words(language: Language) -> Words:
    path = resources.files("gateway.web").joinpath("words", f"{language}.json")
    return Words(language, json.loads(path.read_text(encoding="utf-8")))
