"""How old a pilot's sources are: the cards whose day of review has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pilots.registry import Pilot
from rag.cards import ServiceCard, load_deck
from rag.errors import RagError


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """`cards` 0: the pilot does not answer from cards. `overdue` is the longest overdue first. `unread`: a card cannot be read."""

    cards: int
    overdue: Sequence[ServiceCard]
    unread: bool = False


def freshness(pilot: Pilot, *, today: date) -> Freshness:
    """Reads the cards unless they are in memory: call it in a thread."""
    try:
        cards = [card for place in pilot.corpus_paths if place.is_dir() or place.suffix == ".yaml" for card in load_deck(place).values()]
    except (RagError, OSError):
        return Freshness(cards=0, overdue=(), unread=True)
    return Freshness(cards=len(cards), overdue=sorted((card for card in cards if card.review_by < today), key=lambda card: card.review_by))
