"""The written texts of a guided dialogue, by language, and the labels under which values are offered."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from pilots.answer import Language
from pilots.guiding.dialogue import ANY, Attribute, Dialogue
from pilots.guiding.narrowing import LONGEST_LIFE
from pilots.manifest import Messages
from pilots.messages import in_language
from rag.cards import ServiceCard

GuidingFrame = Literal[
    "opening",
    "service",
    "said",
    "how",
    "how_age",
    "not_understood",
    "no_such_term",
    "nothing_to_change",
    "done",
    "printable",
    "sources",
    "drawn_up",
]
Command = Literal["back", "restart", "more", "any"]


class GuidingTexts(BaseModel):
    """guiding.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    questions: dict[Attribute, Messages]
    names: dict[Attribute, Messages]
    changes: dict[Attribute, Messages]
    labels: dict[str, Messages]
    frames: dict[GuidingFrame, Messages]
    commands: dict[Command, tuple[str, ...]]
    change_words: tuple[str, ...]
    change_what: dict[Attribute, tuple[str, ...]]
    agrees: tuple[str, ...]
    refuses: tuple[str, ...]
    soonest: tuple[str, ...]
    slowest: tuple[str, ...]
    guiding: tuple[str, ...]
    meanings: dict[str, str]


@cache
def load_guiding() -> GuidingTexts:
    path = Path(__file__).parent / "guiding.yaml"
    return GuidingTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


class Wording:
    """Says what a dialogue asks and knows; card titles and the words of tables stay as the card has them."""

    def __init__(self, deck: Mapping[str, ServiceCard]) -> None:
        self._texts = load_guiding()
        self._deck = deck

    def frame(self, name: GuidingFrame, language: Language, **values: str) -> str:
        return in_language(self._texts.frames[name], language).format(**values)

    def question(self, attribute: Attribute, language: Language) -> str:
        return in_language(self._texts.questions[attribute], language)

    def label(self, attribute: Attribute, value: str, language: Language) -> str:
        """Return a value as it is offered and repeated."""
        if value == ANY:
            return self.named("any", language)
        match attribute:
            case "age":
                return self._age(value, language)
            case "service":
                return self._deck[value].title if value in self._deck else value
            case "case" | "term":
                return value
            case "event" | "person" | "place":
                return self.named(value, language)

    def named(self, label: str, language: Language, **values: str) -> str:
        return in_language(self._texts.labels[label], language).format(**values)

    def change(self, attribute: Attribute, language: Language) -> str:
        return in_language(self._texts.changes[attribute], language)

    def answers(self, dialogue: Dialogue, language: Language) -> list[tuple[Attribute, str, str]]:
        """Return what the person said, oldest first: the attribute, its name and its value."""
        names = self._texts.names
        return [(known, in_language(names[known], language), self.label(known, said, language)) for known, said in dialogue.answers.items()]

    def said(self, dialogue: Dialogue, language: Language, *, leave_out: Iterable[Attribute] = ()) -> str | None:
        """Return the line that repeats what was said, None when there is nothing to repeat."""
        parts = [f"{name} – {value}" for known, name, value in self.answers(dialogue, language) if known not in leave_out]
        return self.frame("said", language, answers="; ".join(parts)) if parts else None

    def _age(self, value: str, language: Language) -> str:
        start, _, end = value.partition("-")
        if int(end) == int(start) + 1 and int(start) > 0:
            return self.named("age_exact", language, start=start)
        if int(start) == 0:
            return self.named("age_under", language, end=end)
        if int(end) >= LONGEST_LIFE:
            return self.named("age_from", language, start=start)
        return self.named("age_between", language, start=start, end=end)
