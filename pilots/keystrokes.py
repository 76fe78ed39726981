"""What a hurried hand may have meant by a word: every word one slip away, with the price of that slip."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from rapidfuzz.distance import OSA

LETTERS: Final = "ebcdfghijklmnoprstuvxyz"
"""The letters of skeletons: a stands for ə, q for g; digits are never a slip here."""

KEY_ROWS: Final = ("gueertyuiopog", "esdfghjklie", "zxcvbnmcs")
"""The Azerbaijani keyboard in skeleton letters."""

VOWELS: Final = frozenset("eiou")

SOUND_ALIKE: Final = ("ei", "iu", "ou", "eo", "bp", "dt", "cj", "gk", "sz", "vf", "mn", "xh", "kx", "hg")

WRITTEN_ROWS: Final = ("qüertyuiopöğ", "asdfghjklıə", "zxcvbnmçş")

NEIGHBOUR: Final = 1.1
SWAPPED: Final = 1.0
LEFT_OUT: Final = 1.1
DOUBLED: Final = 0.8
SOUNDS_SO: Final = 1.4
EXTRA: Final = 2.0
FIRST: Final = 1.5
"""Added for the first letter, which nearly always is right."""
OTHERWISE: Final = 1.0
"""Added where the written letters are further apart than one slip although their skeletons are not."""

_BESIDE: Final[dict[str, str]] = {letter: row[max(at - 1, 0) : at] + row[at + 1 : at + 2] for row in WRITTEN_ROWS for at, letter in enumerate(row)}

_NEAR: Final[dict[str, str]] = {
    letter: "".join(
        sorted(
            {
                other
                for row in (*KEY_ROWS, *SOUND_ALIKE)
                for pair in pairwise(row)
                for one, other in (pair, pair[::-1])
                if one == letter and other != letter
            }
        )
    )
    for letter in LETTERS
}


def one_slip_away(typed: str) -> Iterator[tuple[str, float]]:
    """Yield the words of which `typed` (a skeleton) may be a slip, each with its price; some more than once."""
    for at, letter in enumerate(typed):
        first = FIRST if at == 0 else 0.0
        before, after = typed[:at], typed[at + 1 :]
        if letter == typed[at - 1 : at]:
            yield before + after, DOUBLED
        else:
            yield before + after, EXTRA + first
        if after and after[0] != letter:
            yield before + after[0] + letter + after[1:], SWAPPED + first
        for near in _NEAR.get(letter, ""):
            yield before + near + after, NEIGHBOUR + first
    for at in range(len(typed) + 1):
        first = FIRST if at == 0 else 0.0
        for letter in LETTERS:
            if letter in VOWELS or letter not in typed[max(at - 1, 0) : at + 1]:  # a consonant twice is once in a skeleton
                yield typed[:at] + letter + typed[at:], LEFT_OUT + first


def price_of(typed: str, meant: str) -> float:
    """Return the price of a slip from the letters as they are written (small letters); two words further apart cost `OTHERWISE` more."""
    if typed == meant:
        return 0.0
    at = next((place for place, (one, other) in enumerate(zip(typed, meant, strict=False)) if one != other), min(len(typed), len(meant)))
    first = FIRST if at == 0 else 0.0
    if len(typed) == len(meant):
        if typed[at + 1 :] == meant[at + 1 :]:
            return (NEIGHBOUR if meant[at] in _BESIDE.get(typed[at], "") else SOUNDS_SO) + first
        if typed[at : at + 2] == meant[at : at + 2][::-1] and typed[at + 2 :] == meant[at + 2 :]:
            return SWAPPED + first
    if len(typed) == len(meant) - 1 and typed[at:] == meant[at + 1 :]:
        return LEFT_OUT + first
    if len(typed) == len(meant) + 1 and typed[at + 1 :] == meant[at:]:
        return DOUBLED if typed[at] == typed[at - 1] else EXTRA + first
    return NEIGHBOUR + first + OTHERWISE * (OSA.distance(typed, meant) - 1)
