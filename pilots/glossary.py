"""Questions in Russian and English, written out in Azerbaijani words: what they are read, searched and weighed by, never shown.

Word by word is enough for that: the vocabularies, the matching of cards and the weighing of sentences look at words, not at grammar.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from rag.azerbaijani import Language, detect_language, normalise, transliterate_cyrillic
from rag.cards import CARD_LOADER

OtherLanguage = Literal["ru", "en"]

APOSTROPHE: Final = re.compile("['’ʼ`´]")
TOKEN: Final = re.compile(r"\ue000[^\ue001]*\ue001|\d+(?:[-–.,/:]\d+)*|[^\W\d_\ue000\ue001]+|\d")
"""Marks around what a pattern has already written in Azerbaijani, numbers as they stand, words."""

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
    """A question in Azerbaijani words and the language that it was typed in; `content` are the typed words that say something."""

    text: str
    language: Language = "az"
    content: tuple[str, ...] = ()


class Glossary:
    """Knows the words of one other language."""

    def __init__(self, written: WrittenGlossary, language: OtherLanguage) -> None:
        self._language: Language = language
        patterns = written.patterns.ru if language == "ru" else written.patterns.en
        self._patterns = [(re.compile(rf"(?<![^\W_])(?:{pattern})(?![^\W_])"), f"\ue000{azerbaijani}\ue001") for pattern, azerbaijani in patterns.items()]
        self._by_initial: dict[str, list[Entry]] = defaultdict(list)
        for azerbaijani, listed in written.words.items():
            for phrase in listed.ru if language == "ru" else listed.en:
                self._add(azerbaijani, phrase, language)
        for entries in self._by_initial.values():
            entries.sort(key=lambda entry: entry.weight, reverse=True)

    def write_out(self, text: str) -> Gloss:
        """Return a question in Azerbaijani words; what is not known, names and numbers stay as typed."""
        written, typed = _plain(text), {_plain(word): word for word in TOKEN.findall(APOSTROPHE.sub("", normalise(text)))}
        for pattern, azerbaijani in self._patterns:
            written = pattern.sub(azerbaijani, written)
        tokens = [token for token in TOKEN.findall(written) if token]
        parts: list[str] = []
        content: list[str] = []
        for token, said, entry in self._entries(tokens):
            if token.startswith("\ue000"):
                parts.append(token.strip("\ue000\ue001"))
            elif entry is None:
                parts.append(typed.get(token, token))
                content += [token] if token.isalpha() else []
            elif entry.azerbaijani:
                parts.append(entry.azerbaijani)
                content += said
        return Gloss(" ".join(parts), self._language, tuple(content))

    def _entries(self, tokens: list[str]) -> Iterator[tuple[str, list[str], Entry | None]]:
        """Yield the tokens from left to right with the longest phrase that begins there, if any."""
        place = 0
        while place < len(tokens):
            token = tokens[place]
            entry = next((entry for entry in self._by_initial.get(token[0], ()) if entry.span(tokens, place)), None)
            length = len(entry.forms) if entry else 1
            yield token, tokens[place : place + length], entry
            place += length

    def _add(self, azerbaijani: str, phrase: str, language: OtherLanguage) -> None:
        words = TOKEN.findall(_plain(phrase.removeprefix("=")))
        forms = tuple(_english_forms(word) if language == "en" else (word,) for word in words)
        self._by_initial[words[0][0]].append(Entry(azerbaijani, forms, beginnings=language == "ru" and not phrase.startswith("=")))


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
    written = WrittenGlossary.model_validate(yaml.load((Path(__file__).parent / "glossary.yaml").read_text(encoding="utf-8"), Loader=CARD_LOADER))
    return {"ru": Glossary(written, "ru"), "en": Glossary(written, "en")}


def gloss(text: str, *, hint: Language = "az") -> Gloss:
    """Return a question in Azerbaijani words, whatever language and letters it is typed in; `hint` counts when the text does not tell.

    Azerbaijani in Cyrillic letters becomes Latin, Russian words within an Azerbaijani question («паспорт almaq istəyirəm») are
    written out, the rest of it stays as typed.
    """
    language = detect_language(text, hint=hint)
    if language != "az":
        return load_glossaries()[language].write_out(text)
    written = transliterate_cyrillic(normalise(text))
    if CYRILLIC_WORD.search(written) is None:
        return Gloss(text if written == normalise(text) else written)
    russian = load_glossaries()["ru"]
    return Gloss(CYRILLIC_WORD.sub(lambda match: russian.write_out(match.group()).text, written))
