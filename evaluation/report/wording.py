"""The words of a report in one language."""

import re
from functools import cache
from pathlib import Path
from typing import Final, Literal

import yaml
from pydantic import TypeAdapter

ReportLanguage = Literal["az", "en"]
LANGUAGES: Final[tuple[ReportLanguage, ...]] = ("az", "en")
Words = dict[str, dict[str, dict[ReportLanguage, str]]]


@cache
def load_words() -> Words:
    return TypeAdapter(Words).validate_python(yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8")))


class Wording:
    """Says the words of words.yaml; a name that it lacks (a pilot, a topic, a document) is said as it is."""

    def __init__(self, language: ReportLanguage) -> None:
        self.language: ReportLanguage = language
        self._words = load_words()

    def say(self, key: str, **values: object) -> str:
        """Return a text by `group.name`, filled in."""
        group, _, name = key.partition(".")
        return self._words[group][name][self.language].format(**values)

    def figure(self, name: str) -> str:
        base, _, variant = name.partition("/")
        said = self._words["figures"].get(base, {}).get(self.language, base)
        return f"{said} ({self.label(variant)})" if variant else said

    def label(self, name: str) -> str:
        return self._words["labels"].get(name, {}).get(self.language, name.replace("_", " "))

    def problem(self, text: str) -> str:
        """Return what is wrong with a case: its first words and the endings that it names are translated, facts stay as they are."""
        if match := re.fullmatch(r"expected (\w+), got (\w+)", text):
            return self.say("problems.expected", expected=self.label(match[1]), got=self.label(match[2]))
        head, colon, rest = text.partition(": ")
        if head not in self._words["problems"]:
            return text
        return self.say(f"problems.{head}") + colon + (self.label(rest) if rest in self._words["labels"] else rest)

    def share(self, value: float | None) -> str:
        """Return a share of one as a percentage with a decimal comma or point."""
        return "–" if value is None else self._number(f"{100 * value:.1f}".removesuffix(".0")) + " %"

    def points(self, value: float | None) -> str:
        """Return a difference of shares in percentage points with its sign."""
        return "–" if value is None else self._number(f"{100 * value:+.1f}".replace("-", "−"))

    def _number(self, text: str) -> str:
        return text.replace(".", ",") if self.language == "az" else text
