"""Which letters may follow a root: the endings of Azerbaijani nouns and verbs, in their order, as skeletons (a and ə are e, q and ğ are g).

Stricter than `rag.stemming`, which wants one key for all forms of a word: here a wrong letter in an ending must show.
"""

import re
from functools import lru_cache
from typing import Final

VOWELS: Final = frozenset("eiou")
U: Final = "[iu]"
V: Final = "(?<=[eiou])"
C: Final = "(?<![eiou])"
Y: Final = f"(?:{V}y|{C})"
"""The letter that joins a vowel to a vowel; after a consonant there is none."""

_CASE: Final = (
    f"(?:{V}n{U}n|{C}{U}n|{V}[ny]{U}|{C}{U}|{V}[ny]e|{C}e|(?:{V}n)?den?|{V}[yn]le|le|(?:{V}n)?ce"
    f"|(?:{V}[yn]|{C})edek|(?:{V}[yn]|{C})ecen|(?:{V}n)?d{U}r)"
)
_OWNED: Final = f"(?:{V}m{U}z|{C}{U}m{U}z|{V}n{U}z|{C}{U}n{U}z|{V}m|{C}{U}m|{V}n|{C}{U}n|{V}s{U}|{C}{U}|ler{U})"
_COPULA: Final = f"(?:d{U}r(?:ler)?|d{U}|m{U}s|{Y}em|{Y}{U}[gk]|sen|s{U}n{U}z|{Y}se|{V}yd{U}|{C}{U}d{U}|{V}ym{U}s)"
_NOUN: Final = f"(?:l{U}[gky]|s{U}zl{U}[gky]|s{U}z|l{U}|c{U})?(?:ler)?{_OWNED}?{_CASE}?(?:k{U}(?:ler)?{_CASE}?)?{_COPULA}?(?:m{U}(?:d{U}r)?)?"

_VOICE: Final = f"(?:{V}[nlt]|{C}{U}[ln]|d{U}rt?|ler|{C}er|{C}{U}z?d{U}r|{V}nd{U}r|{C}{U}s)?(?:{C}{U}[ln]|{V}[lnt])?"
_PERSON: Final = f"(?:em|sen|{U}[gky]|s{U}n{U}z|s{U}z|d{U}rler|ler|d{U}r|d{U}(?:m|[gk])?|se(?:m|[gk])?|m{U}s)?"
_ENDED: Final = f"(?:m|n|[gk]|n{U}z|ler)?"
_FINITE: Final = (
    f"{Y}{U}r{_PERSON}|{Y}er{_PERSON}|{Y}ece[gk]{_PERSON}|{Y}ece(?:m|yem|g{U}[gk]|y{U}[gk])|{Y}{U}b(?:{_PERSON}|l[ae]r)|m{U}s{_PERSON}"
    f"|d{U}{_ENDED}(?:se)?|(?:{V}y)?se{_ENDED}|mel{U}(?:yem|y{U}[gk]|sen|s{U}n{U}z|d{U}r(?:ler)?|ler|yd{U}{_ENDED}|{_ENDED})"
    f"|{Y}e(?:[mgky]|sen|s{U}n{U}z|r|k)?|{Y}{U}m|{Y}{U}n(?:{U}z)?|s{U}n(?:ler)?|mez(?:em|sen|ler|s{U}n{U}z|d{U}|den)?|mer(?:em|{U}[gk])|"
)
_CONVERB: Final = f"{Y}ende|{Y}{U}nce|{Y}ere[gk]|meden|d{U}[gk]ce|{Y}{U}b"
_PARTICIPLE: Final = f"(?:me[gky]?|{Y}en|d{U}[gky]|{Y}ece[gky]|m{U}s|{Y}{U}s|{Y}{U}c{U})(?:l{U}[gky])?"
_NEGATION: Final = f"(?:me|m(?={U}r))?"
_VERB: Final = f"{_VOICE}{_NEGATION}(?:(?:{_FINITE}|{_CONVERB})(?:m{U})?|{_PARTICIPLE}{_NOUN[_NOUN.index('(?:ler)?') :]})"

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
