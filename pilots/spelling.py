"""Repairs slips of the fingers in a question, before it is read."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.azerbaijani import is_suffix
from rag.stemming import word_stem

SHORTEST = 4
"""Shorter words have too many true neighbours."""

LINGERING = re.compile(r"([aeiou])\1")
"""A finger that stayed on a vowel («rüsuum»)."""

BEGINNING = 6
"""A word that begins with a whole common word of this length is a form of it."""

SHORT = 5
"""Up to this length most words of a question are particles and auxiliaries."""

LONG = 12
"""From this length on a word may be two slips away from what was meant."""


class Speller:
    """Knows the words that a pilot can understand and finds the one that a strange word was meant to be.

    Words are skeletons. `common` are the words of the language and of asking, `special` those of the pilot's sources; each is given
    with the way it is written. A slip in a short word is likelier to be in a common one, a slip in a long word in a special one.
    """

    def __init__(self, *, common: Mapping[str, str], special: Mapping[str, str]) -> None:
        self._written = {**special, **common}
        self._common = frozenset(common)
        self._stems = frozenset(map(word_stem, filter(None, self._written)))
        self._spread = Counter(map(word_stem, filter(None, self._written)))
        """How many forms of a word are known: the more, the likelier it was meant."""
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(filter(str.isalpha, self._written)):
            if len(word) >= SHORTEST - 1:
                self._by_length[len(word)].append(word)
        self.repair = lru_cache(maxsize=20_000)(self._repair)

    def has(self, word: str) -> bool:
        """Tell whether just this word is known."""
        return word in self._written

    def knows(self, word: str) -> bool:
        """Tell whether a word, or a form of it, is known."""
        return word in self._written or word_stem(word) in self._stems or any(word[:size] in self._common for size in range(BEGINNING, len(word)))

    def _repair(self, word: str) -> tuple[str, str]:
        """Return the word that was meant, as a skeleton and as it is written: one slip away, two in a long word, an ending allowed.

        What is known, short or strange stays as it is: both are then the word itself.
        """
        if len(word) < SHORTEST or not word.isalpha() or self.knows(word):
            return word, word
        if (single := LINGERING.sub(r"\1", word)) != word and self.knows(single):
            return single, self._written.get(single, single)
        for stem, ending in _cuts(word):
            if (meant := self._nearest(stem)) is not None:
                return meant + ending, self._written[meant] + ending
        return word, word

    def _nearest(self, word: str) -> str | None:
        """Return the nearest known word, of equally near ones the likelier kind, then the commoner; None when there is none."""
        slips = 2 if len(word) >= LONG else 1
        near = [known for length in range(len(word) - slips, len(word) + slips + 1) for known in self._by_length.get(length, ())]
        is_short = len(word) <= SHORT
        found = [
            (distance, (known in self._common) != is_short, known)
            for known, distance, _ in process.extract(word, near, scorer=OSA.distance, score_cutoff=slips, limit=8)
            if _shares_beginning(word, known)
        ]
        if not found:
            return None
        best = min(found)[:2]
        nearest = [known for *rank, known in sorted(found) if tuple(rank) == best]
        return max(nearest, key=lambda known: self._spread[word_stem(known)])


def _cuts(word: str) -> Iterator[tuple[str, str]]:
    """Yield the word whole, then without each possible ending, the shortest ending first."""
    yield word, ""
    for place in range(len(word) - 1, SHORTEST - 1, -1):
        if is_suffix(word[place:]):
            yield word[:place], word[place:]


def _shares_beginning(word: str, other: str) -> bool:
    """Tell whether two words begin alike, the first two letters changed over included: slips at the very start are rare."""
    return word[0] == other[0] or word[:2] == other[1::-1]
