"""What the sorting of appeals says itself, from wording.yaml."""

from functools import cache
from pathlib import Path
from typing import Literal, get_args

import yaml
from pydantic import TypeAdapter

from pilots.answer import Language
from pilots.manifest import Messages
from pilots.messages import in_language

WordingName = Literal[
    "topic", "unsure", "alternatives", "words", "example", "language", "language_az", "language_en", "language_ru", "sender", "sender_person",
    "sender_group", "sender_company", "places", "dates", "request", "anonymous", "duplicate", "text", "redacted_text", "agency", "deadline",
    "answer_by", "studied_by", "forward_by", "holidays", "reply", "greeting", "greeting_unsure", "term", "closing",
]  # fmt: skip
WORDING_NAMES: tuple[WordingName, ...] = get_args(WordingName)


@cache
def load_wording() -> dict[WordingName, Messages]:
    written = yaml.safe_load((Path(__file__).parent / "wording.yaml").read_text(encoding="utf-8"))
    return TypeAdapter(dict[WordingName, Messages]).validate_python(written)


class Wording:
    """The messages in one language."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language

    def say(self, name: WordingName, **values: str | int) -> str:
        return in_language(load_wording()[name], self._language).format(**values)
