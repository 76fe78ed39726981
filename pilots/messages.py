"""The written messages of the service, by status and language."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from pilots.answer import AnswerStatus, Language
from pilots.manifest import Manifest, Messages

FrameName = Literal[
    "heading",
    "overdue",
    "rival",
    "rival_newer",
    "no_such_term",
    "part_missing",
    "edition_oldest",
    "edition_newer",
    "edition_gone",
    "edition_changed",
    "awaiting_review",
    "review_approved",
    "review_edited",
    "review_rejected",
    "stopped",
    "hand_over",
    "owner",
]


class WrittenMessages(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    statuses: dict[AnswerStatus, Messages]
    frames: dict[FrameName, Messages]
    sections: dict[str, Messages]
    """Names of a card's sections, by the card's own field names."""


@cache
def load_messages() -> WrittenMessages:
    path = Path(__file__).parent / "messages.yaml"
    return WrittenMessages.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def in_language(messages: Messages, language: Language) -> str:
    match language:
        case "az":
            return messages.az
        case "en":
            return messages.en
        case "ru":
            return messages.ru


def in_every_language(name: FrameName) -> str:
    """Return a frame where nobody has said yet which language they read: one line a language."""
    messages = load_messages().frames[name]
    return "\n".join((messages.az, messages.en, messages.ru))


class MessageBook:
    """The messages of one pilot: its own where it has them, the common ones otherwise."""

    def __init__(self, manifest: Manifest) -> None:
        written = load_messages()
        self._statuses: Mapping[AnswerStatus, Messages] = {**written.statuses, **manifest.messages}
        self._frames = written.frames
        self._sections = written.sections

    def status(self, status: AnswerStatus, language: Language) -> str:
        return in_language(self._statuses[status], language)

    def section(self, name: str, language: Language) -> str:
        """Return what a section of a card is called."""
        return in_language(self._sections[name], language)

    def frame(self, name: FrameName, language: Language, **values: str) -> str:
        return in_language(self._frames[name], language).format(**values)
