"""Repairs slips of the fingers in a question, before it is read."""

import math
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from pilots.keystrokes import one_slip_away, price_of
from pilots.lexemes import skeleton
from pilots.wordlist import Parse, WordList, load_common_words
from rag.azerbaijani import fold, lower

SHORTEST: Final = 3
"""Shorter words have too many true neighbours."""

SLIP: Final = 3.0
"""How much less likely, in natural logarithms, one slip makes a word."""

STRANGE: Final = 1.5
"""How likely a word is that the speller does not know; what is meant must be likelier."""

LETTER_EVIDENCE: Final = 0.7
"""With each letter it is less likely that a strange word is near a known one by chance."""

FAR_SLIPS: Final = 2
FAR: Final = 11
"""From this length on a word may be two slips away from what was meant."""

SURELY: Final = 1.0
"""A form likelier than this is taken as it stands."""

CONSIDERED: Final = 8
"""So many of the likeliest words are compared letter by letter."""

MISSPELT: Final = 4.0
"""How much less likely a word is that would be written with other letters than those typed on purpose («mınə» is no form of «min»)."""

NAME: Final = 3.0
"""How much less likely a common word is where a name or an abbreviation was typed."""

PURPOSELY: Final = frozenset("əğışçöüq")
VOWELS: Final = frozenset("əıöü")
"""Endings have letters that their skeletons do not tell apart (ş, ç), so only their vowels count."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What was meant: a skeleton, the way it is written and whether something else was as likely."""

    token: str
    written: str


class Speller:
    """Finds the word that a strange word was meant to be, by how likely each slip and each word is."""

    def __init__(self, written: Mapping[str, int]) -> None:
        """`written` are the words that the pilot can understand, as they are written, with their occurrences."""
        self._own = frozenset(map(skeleton, written))
        self._words = WordList(written, common=load_common_words())
        self._names = {
            form
            for form in self._words
            if self._words.spelling(form)[0].isupper() or any(len(spelling) > 1 and spelling.isupper() for spelling in self._words.spellings[form])
        }
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(filter(str.isalpha, self._words)):
            if len(word) >= FAR - FAR_SLIPS:
                self._by_length[len(word)].append(word)
        self._repaired = lru_cache(maxsize=20_000)(self._repair)

    def has(self, word: str) -> bool:
        """Tell whether just this word (a skeleton) is one of the pilot's."""
        return word in self._own

    def knows(self, word: str) -> bool:
        """Tell whether a word (a skeleton), or a form of it, is known."""
        return next(self._words.parses(word), None) is not None

    def repair(self, typed: str, *, is_name: bool = False, is_careful: bool = False) -> Repair:
        """Return the word that was meant by a typed one; what is known, short or strange stays as it is.

        `is_name` says that the word is typed as names and abbreviations are, `is_careful` that the question has Azerbaijani letters,
        so that an a is no ə.
        """
        return self._repaired(typed, is_name, is_careful)

    def _repair(self, typed: str, is_name: bool, is_careful: bool) -> Repair:
        token = skeleton(typed)
        if len(token) < SHORTEST or not token.isalpha():
            return Repair(token, typed)
        own = self._likelihood(token, typed if is_careful else "", is_name)
        is_read = self._words.has(token) and not (is_careful and all(contradicts(typed, parse) for parse in self._words.parses(token)))
        if is_read or (own is not None and own > SURELY):
            return Repair(token, self._respelt(token, typed))
        found: dict[str, float] = {}
        worths: dict[str, float] = {}
        for word, price in one_slip_away(token):
            if (likelihood := self._likelihood(word, "", is_name)) is not None and len(word) >= SHORTEST - 1:
                worths[word] = likelihood
                found[word] = max(likelihood - SLIP * price, found.get(word, -math.inf))
        likeliest = sorted(found, key=lambda word: (-found[word], word))[:CONSIDERED]
        if is_careful:
            small = lower(typed)
            found = {word: worths[word] - SLIP * price_of(small, lower(self._spelling(word, typed))) for word in likeliest}
            likeliest.sort(key=lambda word: (-found[word], word))
        least = STRANGE - LETTER_EVIDENCE * len(token) if own is None else own
        if likeliest and found[likeliest[0]] > least:
            return Repair(likeliest[0], self._spelling(likeliest[0], typed))
        if own is None and len(token) >= FAR and (far := self._two_slips_away(token)):
            return Repair(far, self._spelling(far, typed))
        return Repair(token, self._respelt(token, typed) if own is not None else typed)

    def _likelihood(self, word: str, typed: str, is_name: bool) -> float | None:
        """Return how likely a word was meant, before its slip is counted; None for what is no word."""
        best: float | None = None
        for parse in self._words.parses(word):
            worth = parse.likelihood - (MISSPELT if typed and contradicts(typed, parse) else 0.0)
            best = worth if best is None or worth > best else best
        if best is None or not is_name:
            return best
        return best + (NAME if word in self._names else -NAME)

    def _two_slips_away(self, token: str) -> str | None:
        near = [word for length in range(len(token) - FAR_SLIPS, len(token) + FAR_SLIPS + 1) for word in self._by_length.get(length, ())]
        found = process.extract(token, near, scorer=OSA.distance, score_cutoff=FAR_SLIPS, limit=4)
        return next((word for word, *_ in found if word[0] == token[0]), None)

    def _spelling(self, meant: str, typed: str) -> str:
        """Return how a word is written; of several ways the one that is nearest to what was typed."""
        parses = list(self._words.parses(meant))
        likeliest = max(parse.likelihood for parse in parses) - MISSPELT
        is_capital = typed.isupper()
        ranked = (
            (
                parse.ending != "",
                OSA.distance(lower(typed), lower(parse.written)),
                is_capital != parse.root.isupper(),
                -parse.likelihood,
                parse.written,
            )
            for parse in parses
            if parse.likelihood > likeliest
        )
        return min(ranked)[-1]

    def _likeliest(self, word: str) -> Parse:
        return max(self._words.parses(word), key=lambda parse: parse.likelihood)

    def _respelt(self, token: str, typed: str) -> str:
        """Return a known word as typed unless a letter stands doubled in it that should not («hessablanır»)."""
        if len(fold(typed)) == len(token):
            return typed
        spelling = self._spelling(token, typed)
        root = fold(spelling if self._words.has(token) else self._likeliest(token).root)
        is_right = fold(typed).startswith(root) and not re.search(r"([^aeiou])\1", fold(typed)[len(root) :])
        return typed if is_right else spelling


def contradicts(typed: str, parse: Parse) -> bool:
    """Tell whether a word was typed with a letter that nobody types for what stands at its place."""
    if typed.isupper():
        return False
    root = len(parse.root)
    return any(
        letter != meant and letter in (PURPOSELY if place < root else VOWELS)
        for place, (letter, meant) in enumerate(zip(lower(typed), lower(parse.written), strict=False))
    )
