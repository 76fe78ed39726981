"""The cards of a pilot with everything that is computed from them once: pilots that share cards share it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from pilots.glossary import Glossary, OtherLanguage, load_glossaries_with
from pilots.lexemes import Lexicon
from pilots.matching import CardMatcher
from pilots.registry import Pilot
from pilots.vocabulary import load_vocabulary
from rag.cards import ServiceCard, load_deck

FileState = tuple[Path, int, int]
"""A file with its time of change (nanoseconds) and its size: another state of the same cards is another deck."""

KEPT_DECKS = 4
_OPENING = Lock()
"""Pilots are wired side by side: without it each of them would compute the deck that they share."""


@dataclass(frozen=True, slots=True)
class Deck:
    """Cards by their ids, what finds them by their names, and what reads those names in other languages."""

    cards: Mapping[str, ServiceCard]
    matcher: CardMatcher
    glossaries: Mapping[OtherLanguage, Glossary]


def open_deck(pilot: Pilot, *, fillers: Lexicon | None = None) -> Deck:
    """Read the cards of a pilot's corpora; folders without cards are passed over. `fillers` are words that name no service, if not the common ones.

    Raises:
        CardInvalid: a card breaks the schema.
    """
    files = [path for place in pilot.corpus_paths for path in ([place] if place.is_file() else sorted(place.glob("*.yaml")))]
    with _OPENING:
        return _open(pilot.corpus_paths, tuple(map(_state, files)), fillers or load_vocabulary().fillers)


def _state(path: Path) -> FileState:
    status = path.stat()
    return path, status.st_mtime_ns, status.st_size


@lru_cache(maxsize=KEPT_DECKS)
def _open(places: tuple[Path, ...], files: tuple[FileState, ...], fillers: Lexicon) -> Deck:
    """`files` is what makes another state of the corpora another entry."""
    del files
    cards = {card_id: card for place in places for card_id, card in load_deck(place).items()}
    return Deck(cards, CardMatcher(cards, fillers), load_glossaries_with(cards.values()))
