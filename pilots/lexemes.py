"""Written words compared as people type them: folded, without doubled letters, a for ə, g for q, one slip forgiven."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from rag.azerbaijani import fold, words

# A doubled consonant is often typed once; a doubled vowel tells words apart («saata», to the hour, and «sata», can sell), a longer run is a cry.
DOUBLED = re.compile(r"([b-df-hj-np-tv-zа-я])\1+|([aeiou])\2{2,}")
SKELETON = str.maketrans({"a": "e", "q": "g"})
# A slip is forgiven only in words this long: shorter ones have too many true neighbours (ev/əl, iş/diş).
FORGIVING_LENGTH = 6
# The beginning of a short word is the beginning of too many others: «nə» must be the word itself.
SHORT_WORD = 2
EXACT_OPENING = 3
"""By so many letters phrases are found where no slip is forgiven; a shorter beginning stands only for the word itself."""


@lru_cache(maxsize=20_000)
def skeleton(word: str) -> str:
    """Return the form in which «şəxsiyyət», «sexsiyet» and «shaxsiyyat» are one. For matching only."""
    return DOUBLED.sub(r"\1\2", fold(word).translate(SKELETON))


def skeletons(text: str) -> list[str]:
    """Return the skeletons of the words of a text, in order."""
    return [skeleton(word) for word in words(text)]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One or more word beginnings that must follow each other.

    `whole` asks for the whole word instead of its beginning (of the last word), `forgiving` forgives a slip in a long word.
    """

    beginnings: tuple[str, ...]
    whole: bool
    forgiving: bool

    def span(self, tokens: Sequence[str], start: int) -> int:
        """Return how many tokens from `start` the phrase covers, 0 when it does not stand there."""
        if len(tokens) - start < len(self.beginnings):
            return 0
        for offset, beginning in enumerate(self.beginnings):
            token = tokens[start + offset]
            is_whole = len(beginning) <= SHORT_WORD or (self.whole and offset == len(self.beginnings) - 1)
            if is_whole and len(token) != len(beginning):
                return 0
            if not (begins(token, beginning) if self.forgiving else token.startswith(beginning)):
                return 0
        return len(self.beginnings)


@lru_cache(maxsize=200_000)
def begins(token: str, beginning: str) -> bool:
    """Tell whether a word begins so, one slip forgiven in a beginning of six letters or more."""
    if token.startswith(beginning):
        return True
    length = len(beginning)
    if length < FORGIVING_LENGTH or len(token) < length - 1 or token[0] != beginning[0] or beginning.isdigit():
        return False
    return any(OSA.distance(token[:size], beginning, score_cutoff=1) <= 1 for size in (length, length - 1, length + 1))


def parse_phrase(written: str, *, forgiving: bool = True) -> Phrase:
    """Read a phrase as vocabulary files write it: a leading = asks for the whole word."""
    return Phrase(tuple(skeletons(written.removeprefix("="))), whole=written.startswith("="), forgiving=forgiving)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where a label's phrase stands: tokens `start` to `end` (not included)."""

    label: str
    start: int
    end: int


class Lexicon:
    """Labels and the phrases that mean them."""

    def __init__(self, entries: Mapping[str, Sequence[str]], *, forgiving: bool = True) -> None:
        parsed = [(label, parse_phrase(written, forgiving=forgiving)) for label, listed in entries.items() for written in listed]
        self._words = Counter(word for listed in entries.values() for written in listed for word in words(written))
        # A slip may lie anywhere behind the first letter; without slips the opening letters narrow the search twenty times over.
        self._opening = 1 if forgiving else EXACT_OPENING
        self._by_opening: dict[str, list[tuple[int, str, Phrase]]] = defaultdict(list)
        for order, (label, phrase) in enumerate(parsed):
            if phrase.beginnings:
                self._by_opening[phrase.beginnings[0][: self._opening]].append((order, label, phrase))

    def counted(self) -> Counter[str]:
        """Return the words of all phrases as they are written, with their occurrences."""
        return Counter(self._words)

    def occurrences(self, tokens: Sequence[str]) -> list[Occurrence]:
        """Return every place where a phrase stands, in the order of the entries, then of the text."""
        found = [
            (order, start, Occurrence(label, start, start + length))
            for start, token in enumerate(tokens)
            for order, label, phrase in self._by_opening.get(token[: self._opening], ())
            if (length := phrase.span(tokens, start))
        ]
        return [occurrence for _, _, occurrence in sorted(found, key=lambda entry: entry[:2])]

    def longest(self, tokens: Sequence[str]) -> list[Occurrence]:
        """Return the occurrences that do not lie inside a longer one of another label: «neçəyə kimi» asks no price."""
        found = self.occurrences(tokens)
        return [
            one
            for one in found
            if not any(
                other.label != one.label and other.start <= one.start and one.end <= other.end and other.end - other.start > one.end - one.start
                for other in found
            )
        ]

    def labels(self, tokens: Sequence[str]) -> list[str]:
        """Return the labels that occur, each once, in the order of the entries."""
        return list(dict.fromkeys(occurrence.label for occurrence in self.occurrences(tokens)))
