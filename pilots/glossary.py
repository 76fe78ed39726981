"""Questions in Russian and English, written out in Azerbaijani words: what they are read, searched and weighed by, never shown.

Word by word is enough for that: the vocabularies, the matching of cards and the weighing of sentences look at words, not at grammar.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from rag.azerbaijani import Language, detect_language, normalise, transliterate_cyrillic
from rag.cards import ServiceCard
from rag.yaml_documents import YAML_LOADER

OtherLanguage = Literal["ru", "en"]

APOSTROPHE: Final = re.compile("['’ʼ`´]")
TOKEN: Final = re.compile(r"\ue000[^\ue001]*\ue001|\d+(?:[-–.,/:]\d+)*|[^\W\d_\ue000\ue001]+|\d")
"""Marks around what a pattern has already written in Azerbaijani, numbers as they stand, words."""

ASIDE: Final = re.compile(r"\s*(?:\([^)]*\)|–.*)")
"""What a title adds for readers («(15 yaşdan yuxarı)»), which the person may not have said."""

ASKED_LAST: Final = "neçəyədir"
"""Azerbaijani asks the price at the end; before «yaşayış yeri» it would be read as «neçə yaş» (how old)."""

CYRILLIC_WORD: Final = re.compile(r"[Ѐ-ӿ]+(?:[\s-]+[Ѐ-ӿ]+)*")

SHORT_WORD: Final = 3
"""A Russian word this short must be the word itself: «за», «дом», «суд» begin too many others."""


class WrittenWords(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    ru: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class WrittenPatterns(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    ru: dict[str, str] = {}
    en: dict[str, str] = {}


class WrittenGlossary(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    patterns: WrittenPatterns
    words: dict[str, WrittenWords]


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase of another language and the Azerbaijani for it. `forms` has for each word the ways that it may stand in a question."""

    azerbaijani: str
    forms: tuple[tuple[str, ...], ...]
    beginnings: bool

    def span(self, tokens: list[str], start: int) -> int:
        """Return how many tokens from `start` the phrase covers, 0 when it does not stand there."""
        if len(tokens) - start < len(self.forms):
            return 0
        for offset, forms in enumerate(self.forms):
            token = tokens[start + offset]
            if not (token in forms or (self.beginnings and len(forms[0]) > SHORT_WORD - 1 and token.startswith(forms[0]))):
                return 0
        return len(self.forms)

    @property
    def weight(self) -> tuple[int, int]:
        """Longer phrases are surer, and so are longer words."""
        return len(self.forms), sum(len(forms[0]) for forms in self.forms)


@dataclass(frozen=True, slots=True)
class Gloss:
    """A question in Azerbaijani words and the language that it was typed in; `unknown` are the words that stayed as typed."""

    text: str
    language: Language = "az"
    unknown: tuple[str, ...] = ()


class Glossary:
    """Knows the words of one other language."""

    def __init__(self, written: WrittenGlossary, language: OtherLanguage) -> None:
        self._language: Language = language
        patterns = written.patterns.ru if language == "ru" else written.patterns.en
        self._patterns = [
            (re.compile(rf"(?<![^\W_])(?:{pattern})(?![^\W_])"), f"\ue000{azerbaijani}\ue001") for pattern, azerbaijani in patterns.items()
        ]
        self._by_initial: dict[str, list[Entry]] = defaultdict(list)
        self._add_all({azerbaijani: listed.ru if language == "ru" else listed.en for azerbaijani, listed in written.words.items()})

    def write_out(self, text: str) -> Gloss:
        """Return a question in Azerbaijani words; what is not known, names and numbers stay as typed."""
        written, typed = _plain(text), {_plain(word): word for word in TOKEN.findall(APOSTROPHE.sub("", normalise(text)))}
        for pattern, azerbaijani in self._patterns:
            written = pattern.sub(azerbaijani, written)
        tokens = [token for token in TOKEN.findall(written) if token]
        parts: list[str] = []
        unknown: list[str] = []
        for token, entry in self._entries(tokens):
            if token.startswith("\ue000"):
                parts.append(token.strip("\ue000\ue001"))
            elif entry is None:
                parts.append(typed.get(token, token))
                unknown += [token] if token.isalpha() else []
            elif entry.azerbaijani:
                parts.append(entry.azerbaijani)
        parts.sort(key=ASKED_LAST.__eq__)
        return Gloss(" ".join(parts), self._language, tuple(unknown))

    def with_names(self, names: Mapping[str, Sequence[str]]) -> "Glossary":
        """Return a glossary that knows names as well, by the Azerbaijani that they stand for."""
        extended = copy(self)
        extended._by_initial = defaultdict(list, {initial: list(entries) for initial, entries in self._by_initial.items()})
        extended._add_all(names)
        return extended

    def _entries(self, tokens: list[str]) -> Iterator[tuple[str, Entry | None]]:
        """Yield the tokens from left to right with the longest phrase that begins there, if any."""
        place = 0
        while place < len(tokens):
            token = tokens[place]
            entry = next((entry for entry in self._by_initial.get(token[0], ()) if entry.span(tokens, place)), None)
            length = len(entry.forms) if entry else 1
            yield token, entry
            place += length

    def _add_all(self, phrases: Mapping[str, Sequence[str]]) -> None:
        """Add phrases by the Azerbaijani that they stand for; of those that begin alike the longest comes first."""
        for azerbaijani, listed in phrases.items():
            for phrase in listed:
                words = TOKEN.findall(_plain(phrase.removeprefix("=")))
                forms = tuple(_english_forms(word) if self._language == "en" else (word,) for word in words)
                beginnings = self._language == "ru" and not phrase.startswith("=")
                self._by_initial[words[0][0]].append(Entry(azerbaijani, forms, beginnings))
        for entries in self._by_initial.values():
            entries.sort(key=lambda entry: entry.weight, reverse=True)


def _plain(text: str) -> str:
    return APOSTROPHE.sub("", normalise(text)).lower().replace("ё", "е")


def _english_forms(word: str) -> tuple[str, ...]:
    """Return a word with its regular endings: cards, carried, renewing."""
    if len(word) < SHORT_WORD or not word.isalpha():
        return (word,)
    bare = word[:-1] if word[-1] in "ey" else word
    return (word, f"{word}s", f"{word}es", f"{bare}ies", f"{bare}ied", f"{bare}ed", f"{bare}ing", f"{word}ing")


@cache
def load_glossaries() -> Mapping[OtherLanguage, Glossary]:
    text = (Path(__file__).parent / "glossary.yaml").read_text(encoding="utf-8")
    written = WrittenGlossary.model_validate(yaml.load(text, Loader=YAML_LOADER))  # noqa: S506 - both are safe loaders
    return {"ru": Glossary(written, "ru"), "en": Glossary(written, "en")}


def load_glossaries_with(cards: Iterable[ServiceCard]) -> Mapping[OtherLanguage, Glossary]:
    """Return the glossaries with what services are called: a name stands for the Azerbaijani title."""
    deck = list(cards)
    return {
        language: glossary.with_names({ASIDE.sub("", card.title): card.names_in(language) for card in deck})
        for language, glossary in load_glossaries().items()
    }


def gloss(text: str, *, hint: Language = "az", named: Mapping[OtherLanguage, Glossary] | None = None) -> Gloss:
    """Return a question in Azerbaijani words, whatever language and letters it is typed in; `hint` counts when the text does not tell.

    A glossary with the `named` services is asked where the common one leaves words unknown: a title says more than was asked.
    Azerbaijani in Cyrillic letters becomes Latin, Russian words within an Azerbaijani question («паспорт almaq istəyirəm») are
    written out, the rest of it stays as typed.
    """
    language = detect_language(text, hint=hint)
    if language != "az":
        common = load_glossaries()[language].write_out(text)
        if not common.unknown or named is None:
            return common
        return min(common, named[language].write_out(text), key=lambda glossed: len(glossed.unknown))
    written = transliterate_cyrillic(normalise(text))
    if CYRILLIC_WORD.search(written) is None:
        return Gloss(text if written == normalise(text) else written)
    russian = load_glossaries()["ru"]
    return Gloss(CYRILLIC_WORD.sub(lambda match: russian.write_out(match.group()).text, written))
