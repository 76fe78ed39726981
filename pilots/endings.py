"""Which letters may follow a root: the endings of Azerbaijani nouns and verbs, in their order, as skeletons (a and ə are e, q and ğ are g).

Stricter than `rag.stemming`, which wants one key for all forms of a word: here a wrong letter in an ending must show.
"""

import re
from functools import lru_cache
from typing import Final

VOWELS: Final = frozenset("eiou")
I: Final = "[iu]"
V: Final = "(?<=[eiou])"
C: Final = "(?<![eiou])"
Y: Final = f"(?:{V}y|{C})"
"""The letter that joins a vowel to a vowel; after a consonant there is none."""

_CASE: Final = f"(?:{V}n{I}n|{C}{I}n|{V}[ny]{I}|{C}{I}|{V}[ny]e|{C}e|(?:{V}n)?den?|{V}[yn]le|le|(?:{V}n)?ce|(?:{V}[yn]|{C})edek|(?:{V}[yn]|{C})ecen|(?:{V}n)?d{I}r)"
_OWNED: Final = f"(?:{V}m{I}z|{C}{I}m{I}z|{V}n{I}z|{C}{I}n{I}z|{V}m|{C}{I}m|{V}n|{C}{I}n|{V}s{I}|{C}{I}|ler{I})"
_COPULA: Final = f"(?:d{I}r(?:ler)?|d{I}|m{I}s|{Y}em|{Y}{I}[gk]|sen|s{I}n{I}z|{Y}se|{V}yd{I}|{C}{I}d{I}|{V}ym{I}s)"
_NOUN: Final = f"(?:l{I}[gky]|s{I}zl{I}[gky]|s{I}z|l{I}|c{I})?(?:ler)?{_OWNED}?{_CASE}?(?:k{I}(?:ler)?{_CASE}?)?{_COPULA}?(?:m{I}(?:d{I}r)?)?"

_VOICE: Final = f"(?:{V}[nlt]|{C}{I}[ln]|d{I}rt?|ler|{C}er|{C}{I}z?d{I}r|{V}nd{I}r|{C}{I}s)?(?:{C}{I}[ln]|{V}[lnt])?"
_PERSON: Final = f"(?:em|sen|{I}[gky]|s{I}n{I}z|s{I}z|d{I}rler|ler|d{I}r|d{I}(?:m|[gk])?|se(?:m|[gk])?|m{I}s)?"
_ENDED: Final = f"(?:m|n|[gk]|n{I}z|ler)?"
_FINITE: Final = (
    f"{Y}{I}r{_PERSON}|{Y}er{_PERSON}|{Y}ece[gk]{_PERSON}|{Y}ece(?:m|yem|g{I}[gk]|y{I}[gk])|{Y}{I}b(?:{_PERSON}|l[ae]r)|m{I}s{_PERSON}"
    f"|d{I}{_ENDED}(?:se)?|(?:{V}y)?se{_ENDED}|mel{I}(?:yem|y{I}[gk]|sen|s{I}n{I}z|d{I}r(?:ler)?|ler|yd{I}{_ENDED}|{_ENDED})"
    f"|{Y}e(?:[mgky]|sen|s{I}n{I}z|r|k)?|{Y}{I}m|{Y}{I}n(?:{I}z)?|s{I}n(?:ler)?|mez(?:em|sen|ler|s{I}n{I}z|d{I}|den)?|mer(?:em|{I}[gk])|"
)
_CONVERB: Final = f"{Y}ende|{Y}{I}nce|{Y}ere[gk]|meden|d{I}[gk]ce|{Y}{I}b"
_PARTICIPLE: Final = f"(?:me[gky]?|{Y}en|d{I}[gky]|{Y}ece[gky]|m{I}s|{Y}{I}s|{Y}{I}c{I})(?:l{I}[gky])?"
_NEGATION: Final = f"(?:me|m(?={I}r))?"
_VERB: Final = f"{_VOICE}{_NEGATION}(?:(?:{_FINITE}|{_CONVERB})(?:m{I})?|{_PARTICIPLE}{_NOUN[_NOUN.index('(?:ler)?') :]})"

NOUN: Final = re.compile(_NOUN)
VERB: Final = re.compile(_VERB)


@lru_cache(maxsize=100_000)
def _follows(pattern: re.Pattern[str], last: str, ending: str) -> bool:
    return pattern.fullmatch(last + ending, 1) is not None


def is_noun_ending(root: str, ending: str) -> bool:
    """Tell whether a noun root (not empty) may have this ending; the empty one it may."""
    return _is_harmonious(root, ending) and _follows(NOUN, root[-1], ending)


def is_verb_ending(root: str, ending: str) -> bool:
    """Tell whether a verb root (not empty), the infinitive without -mək, may have this ending; the empty one is a command."""
    return _is_harmonious(root, ending) and _follows(VERB, root[-1], ending)


def _is_harmonious(root: str, ending: str) -> bool:
    """Tell whether ı and i stand only after unrounded vowels, u and ü after rounded ones."""
    before = next((letter for letter in reversed(root) if letter in VOWELS), "")
    for letter in ending:
        if letter in VOWELS:
            if before and letter in "iu" and (letter == "u") != (before in "ou"):
                return False
            before = letter
    return True
