"""Slips of the fingers: which wrong letters a hurried hand makes, told from letters that make another word."""

from itertools import pairwise
from typing import Final

SHORTEST: Final = 5
"""Below this length one changed letter makes another word more often than a slip; a letter left out is forgiven one letter earlier."""

LONG_VOWEL: Final = "a"
"""Its doubling is spelling («saat», «maaş»), that of any other vowel a slip."""

_ROWS: Final = ("queertyuiopog", "asdfghjklie", "zxcvbnmcs")
"""The rows of an Azerbaijani keyboard in folded letters (ü stands between q and e)."""

_SOUND_ALIKE: Final = ("ei", "ou", "ae", "iu", "bp", "dt", "cj", "qk", "gk", "gq", "sz", "vf", "mn", "xh")

_NEAR: Final = frozenset(pair for row in (*_ROWS, *_SOUND_ALIKE) for one, other in pairwise(row) for pair in ((one, other), (other, one)))

_HABITS: Final = frozenset({("a", "e"), ("g", "q"), ("q", "g"), ("x", "h")})
"""(typed, meant): a for ə in chat spelling; г for q and х for h on a Russian keyboard. Nobody types ə for a."""


def is_slip(typed: str, meant: str) -> bool:
    """Whether one slip turns `meant` into `typed` (folded words): two letters swapped, one left out or doubled, or one hit beside.

    The first letter must be right: it nearly always is.
    """
    if typed[:1] != meant[:1] or typed == meant:
        return False
    at = _first_difference(typed, meant)
    if len(typed) == len(meant) >= SHORTEST:
        if typed[at + 1 :] == meant[at + 1 :]:
            return (typed[at], meant[at]) in _NEAR
        return typed[at : at + 2] == meant[at : at + 2][::-1] and typed[at + 2 :] == meant[at + 2 :]
    if len(typed) == len(meant) - 1 and len(meant) >= SHORTEST:
        # A last letter left out of a short word leaves another word («alma», «almaq»).
        return typed[at:] == meant[at + 1 :] and (at < len(meant) - 1 or len(typed) > SHORTEST)
    if len(typed) == len(meant) + 1 and len(meant) >= SHORTEST:
        return typed[at + 1 :] == meant[at:] and typed[at] == typed[at - 1] != LONG_VOWEL
    return False


def is_habit(typed: str, meant: str) -> bool:
    """Whether `typed` is `meant` (folded words) in somebody's usual spelling, single and double letters counting the same."""
    if len(typed) != len(meant) and len(meant) < SHORTEST - 1:
        return False
    one, other = single(typed), single(meant)
    return len(one) == len(other) and all(pair[0] == pair[1] or pair in _HABITS for pair in zip(one, other, strict=True))


def single(word: str) -> str:
    """Return a word with each run of one letter written once; aa stays, because it makes words («maaş», «maşın»)."""
    return "".join(letter for place, letter in enumerate(word) if letter == LONG_VOWEL or letter != word[place - 1 : place])


def _first_difference(one: str, other: str) -> int:
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
