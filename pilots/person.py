"""How a person is reached instead of the pilot: what a card says, word for word, with its source."""

from dataclasses import dataclass
from typing import Literal

from pilots.contact_cards import load_contact_cards
from pilots.registry import Pilot
from rag.cards import ServiceCard

PersonKind = Literal["phone", "hours", "step"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """`label` says whose number it is, empty for hours and steps; `as_of` is the source's own date, None when it is undated."""

    kind: PersonKind
    label: str
    text: str
    source: str
    as_of: str | None
    url: str | None


def find_person(pilot: Pilot) -> tuple[PersonLine, ...]:
    """Return telephone numbers, hours and steps of the first card under `hand_over`, numbers first; nothing when the manifest names none.

    Raises as `load_contact_cards` does.
    """
    cards = load_contact_cards(pilot)
    if not cards:
        return ()
    card = cards[0]
    return (
        *(_line(card, "phone", contact.value, contact.source, label=contact.label) for contact in card.contacts if contact.kind == "phone"),
        *(_line(card, "hours", fact.text, fact.source) for fact in card.hours),
        *(_line(card, "step", fact.text, fact.source) for fact in card.steps),
    )


def _line(card: ServiceCard, kind: PersonKind, text: str, source: str, *, label: str = "") -> PersonLine:
    origin = card.sources[source]
    return PersonLine(kind=kind, label=label, text=text, source=origin.title, as_of=origin.date, url=origin.url)
