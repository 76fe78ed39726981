"""The cards of people who help instead of a pilot, as the manifest names them under `hand_over`."""

from pilots.errors import ManifestInvalid
from pilots.registry import Pilot
from rag.cards import ServiceCard, load_card


def load_contact_cards(pilot: Pilot) -> tuple[ServiceCard, ...]:
    """Return the cards in the manifest's order, none when it names none; each has contacts, the first one a telephone number.

    Raises:
        ManifestInvalid: a card does not exist, or does not say what it has to.
        CardInvalid: see `load_card`.
    """
    cards: list[ServiceCard] = []
    for path in pilot.manifest.hand_over:
        try:
            card = load_card(pilot.folder / path)
        except OSError as error:
            raise _fault(pilot, f"there is no card {path}") from error
        if not card.contacts:
            raise _fault(pilot, f"the card {path} has no contacts")
        cards.append(card)
    if cards and all(contact.kind != "phone" for contact in cards[0].contacts):
        raise _fault(pilot, f"the card {pilot.manifest.hand_over[0]} has no telephone number, which the first one needs")
    return tuple(cards)


def _fault(pilot: Pilot, message: str) -> ManifestInvalid:
    return ManifestInvalid(f"{pilot.name}/pilot.yaml: hand_over: {message}")
