"""Words of a text as search sees them: numbers and identifiers are kept whole, their case suffixes are cut off."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rag.azerbaijani.letters import fold
from rag.azerbaijani.script import normalise

TOKEN: Final = re.compile(r"[^\W_]+(?:[-–‑‐'’ʼ`´.,/:][^\W_]+)*")
PLAIN: Final = re.compile(r"[A-ZƏĞİÖŞÇÜ]?[a-zəğıöşçü]+")
LETTERS: Final = re.compile(r"[^\W\d_]+")
NUMBER: Final = re.compile(r"\d+(?:[-–‑.,/:]\d+)*")
APOSTROPHE: Final = re.compile("['’ʼ`´]")
DASH: Final = re.compile("[-–‑‐]")
JOINT: Final = re.compile(r"[.,/:]")

SUFFIX: Final = re.compile(
    r"(?:[iu]?nc[iu]|c[iu])?"  # ordinal
    r"(?:l[iu]k|l[iu]g(?=[iu])|s[iu]z|l[iu])?"
    r"(?:l[ae]r)?"
    r"(?:[iu]m[iu]z|m[iu]z|[iu]n[iu]z|n[iu]z|[iu]m|[iu]n|s[iu]|[iu]|m|n)?"  # possessive
    r"(?:n?[iu]n|[ny]?[iu]|[ny]?[ae]|n?d[ae]n?|[yn]?l[ae]|c[ae])?"  # case
    r"(?:k[iu](?:l[ae]r)?)?"
    r"(?:d[iu]r(?:l[ae]r)?|d[iu]|m[iu]s|s[ae]|[iu]di|y?[ae]m)?"  # copula
    r"(?:m[iu])?"
)
"""Folded endings that are written onto numbers, identifiers and abbreviations: «114-cü», «FİN-im», «5ABC12D-dir»."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands in the normalised text; `start:end` covers it without the suffix that was cut off."""

    text: str
    start: int
    end: int


def words(text: str) -> list[str]:
    """Return the words of a text in order, in their own case.

    Compounds come apart («sosial-iqtisadi» gives two words); numbers and identifiers stay whole («14.3-1.2», «PAC-3») but
    lose an attached suffix, and a number glued to a word is parted from it («50manat»). «sən'ət» loses its apostrophe.
    """
    return [word.text for word in locate(normalise(text))]


def locate(text: str) -> Iterator[Word]:
    """Yield the words of a text that is already normalised, with their positions in it."""
    for match in TOKEN.finditer(text):
        token = match.group()
        if PLAIN.fullmatch(token):  # nine words of ten, so it pays to know them at once
            yield Word(token, match.start(), match.end())
        else:
            yield from _split(token, match.start())


def is_suffix(text: str) -> bool:
    """Whether letters can be an ending on a number or an abbreviation («cü», «dən», «nin»). False when empty."""
    return bool(text) and SUFFIX.fullmatch(fold(text)) is not None


def _split(token: str, start: int) -> Iterator[Word]:
    if not any(letter.isdigit() for letter in token):
        yield from _split_letters(token, start)
        return
    number = NUMBER.match(token)
    if number and number.end() < len(token):
        rest = DASH.sub("", APOSTROPHE.sub("", token[number.end() :]), count=1)
        if is_suffix(rest):
            yield Word(number.group(), start, start + number.end())
            return
        if LETTERS.fullmatch(rest) and len(rest) > 2 and not rest.isupper():
            yield Word(number.group(), start, start + number.end())
            at = len(token) - len(rest)
            yield from _split_letters(token[at:], start + at)
            return
    yield from _split_identifier(token, start)


def _split_identifier(token: str, start: int) -> Iterator[Word]:
    """Cut an ending from an identifier: after a hyphen or an apostrophe, or in small letters after capitals and digits."""
    for mark in reversed(list(re.finditer(r"[-–‑‐'’ʼ`´]|(?<=[A-ZƏĞİÖŞÇÜ\d])(?=[a-zəğıöşçü])", token))):
        if mark.start() and is_suffix(token[mark.end() :]):
            yield Word(token[: mark.start()], start, start + mark.start())
            return
    parts = list(re.finditer(r"[^.,/:'’ʼ`´]+", token))
    if JOINT.search(token) and not NUMBER.fullmatch(token):  # «saat9:00,sonra»: letters beside a joint are not one identifier
        for part in parts:
            yield Word(part.group(), start + part.start(), start + part.end())
        return
    yield Word(APOSTROPHE.sub("", token), start, start + len(token))


def _split_letters(token: str, start: int) -> Iterator[Word]:
    for part in re.finditer(r"[^-–‑‐.,/:]+", token):
        text, at = part.group(), start + part.start()
        if part.start() and token[part.start() - 1] in "-–‑‐" and is_suffix(text):
            continue
        stem, *ending = APOSTROPHE.split(text)
        if len(ending) == 1 and len(stem) > 1 and is_suffix(ending[0]) and (stem[0].isupper() or len(ending[0]) > 2):
            yield Word(stem, at, at + len(stem))
            continue
        abbreviation = re.fullmatch(r"([A-ZƏĞİÖŞÇÜ]{2,})([a-zəğıöşçü]+)", text)
        if abbreviation and is_suffix(abbreviation.group(2)):
            yield Word(abbreviation.group(1), at, at + abbreviation.end(1))
            continue
        yield Word(APOSTROPHE.sub("", text), at, at + len(text))
