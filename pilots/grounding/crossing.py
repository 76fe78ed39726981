"""One row with two figures of a kind: «uşaq üçün 3 gün, böyük üçün 5 gün». Each belongs to the words around it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pilots.grounding.claims import read_claims
from pilots.grounding.numerals import Quantity
from pilots.grounding.rows import content_stems, is_form

PIECES = re.compile(r"[,;]\s+|\s+(?:və|isə|amma|lakin|yaxud|а|и|and|but)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A figured piece of a sentence; `stems` without what stands before a colon, which all pieces share."""

    stems: frozenset[str]
    quantities: tuple[Quantity, ...]


@lru_cache(maxsize=20_000)
def figured_pieces(text: str) -> tuple[Piece, ...]:
    """Return the pieces that count something; one without a figure belongs to the next, the last to the one before."""
    pieces: list[str] = []
    pending = ""
    for part in PIECES.split(text):
        pending = f"{pending}, {part}" if pending else part
        if read_claims(part).quantities:
            pieces.append(pending)
            pending = ""
    if pending and pieces:
        pieces[-1] = f"{pieces[-1]}, {pending}"
    return tuple(Piece(content_stems(piece.rpartition(": ")[2]), read_claims(piece).quantities) for piece in pieces)


def crosses(said: str, row: str, *, connectives: frozenset[str]) -> bool:
    """Tell whether a figure is said with words that stand only beside another figure of the same unit in its row."""
    own = figured_pieces(row)
    return len(own) > 1 and any(_is_astray(piece, own, connectives) for piece in figured_pieces(said))


def _is_astray(piece: Piece, own: Sequence[Piece], connectives: frozenset[str]) -> bool:
    for quantity in piece.quantities:
        homes = [part for part in own if any(_is_equal(told, quantity) for told in part.quantities)]
        if not homes:
            continue
        at_home = frozenset[str]().union(*(part.stems for part in homes)) | connectives
        for other in own:
            rivals = [told for told in other.quantities if told.unit == quantity.unit or None in (told.unit, quantity.unit)]
            if other in homes or not rivals or any(_is_equal(told, said) for told in rivals for said in piece.quantities):
                continue
            alien = other.stems - at_home
            if any(word in alien or (is_form(word, alien) and not is_form(word, at_home)) for word in piece.stems - at_home):
                return True
    return False


def _is_equal(one: Quantity, other: Quantity) -> bool:
    return one.value == other.value if one.value is not None and other.value is not None else one.text == other.text
