"""What a scripted server sends: text in pieces, silences, resets, and the marks by which a lie would be recognised."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from evaluation.adversary.prompts import Style


@dataclass(frozen=True, slots=True)
class Stall:
    """Nothing is sent for so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is closed in the middle of the reply."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as they stand, instead of an event with text."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Forever:
    """The text again and again, until the client leaves."""

    text: str


Piece = str | Stall | Reset | Raw | Forever


@dataclass(frozen=True, slots=True)
class Mark:
    """What shows that a lie came through: one string that a person sees has all the tokens.

    `raw` tokens are compared character by character, others without regard to case, invisible characters and the kind of digits.
    """

    tokens: tuple[str, ...]
    raw: bool = False

    def is_in(self, seen: str) -> bool:
        if self.raw:
            return all(token in seen for token in self.tokens)
        told = canonical(seen)
        return all(_pattern(token).search(told) for token in self.tokens)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and the numbers of the documents that it cites."""

    text: str
    cited: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    pieces: tuple[Piece, ...]
    marks: tuple[Mark, ...] = ()
    finish_reason: str | None = "stop"
    status: int = 200
    said: tuple[Said, ...] = field(default=())


def write(said: Sequence[Said], style: Style, *, verdict: str = "complete") -> str:
    """Return sentences as a model of this style writes them."""
    if style == "completion":
        return " " + " ".join(sentence.text for sentence in said)
    sentences = [{"citations": list(sentence.cited), "text": sentence.text} for sentence in said]
    return json.dumps({"verdict": verdict, "sentences": sentences}, ensure_ascii=False)


def in_pieces(text: str, size: int = 7) -> tuple[str, ...]:
    return tuple(text[at : at + size] for at in range(0, len(text), size))


def canonical(text: str) -> str:
    """Return a text as a reader takes it: compatible letters, plain digits, no case, nothing invisible, single spaces."""
    composed = unicodedata.normalize("NFKC", text)
    shown = (char for char in composed if unicodedata.category(char) not in ("Cf", "Mn", "Me"))
    digits = (str(unicodedata.digit(char)) if unicodedata.digit(char, None) is not None else char for char in shown)
    return " ".join("".join(digits).casefold().split())


def _pattern(token: str) -> re.Pattern[str]:
    plain = canonical(token)
    opening = r"(?<![\d])(?<!\d[.,])" if plain[:1].isdigit() else ""
    closing = r"(?![.,]?\d)" if plain[-1:].isdigit() else ""
    return re.compile(opening + re.escape(plain) + closing)
