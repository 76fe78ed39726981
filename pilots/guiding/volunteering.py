"""What a person says of the case without being asked."""

from collections.abc import Sequence
from dataclasses import replace

from pilots.guiding.dialogue import Attribute, Dialogue, write_age
from pilots.guiding.narrowing import cards_left, rows_left, value_of
from pilots.guiding.replies import length_said, term_among
from pilots.lexemes import skeletons
from pilots.reading import Reading
from rag.cards import Contact, Fee, ServiceCard


def volunteer(
    dialogue: Dialogue, reading: Reading, *, cards: Sequence[ServiceCard], siblings: Sequence[ServiceCard], answering: Attribute | None = None
) -> Dialogue:
    """Take in the circumstances that a message tells and that matter to these services or their siblings.

    When the service that was settled does not fit them and a sibling does, the siblings are what may be meant.
    `answering` is what the message has already answered.
    """
    said = reading.conditions
    told: dict[Attribute, str | None] = {
        "event": said.event,
        "age": write_age(said.age) if said.age else None,
        "person": said.person,
        "place": said.place,
    }
    later = dialogue
    for attribute, value in told.items():
        if value is not None and attribute != answering and _matters(attribute, (*cards, *siblings)):
            later = later.answered(attribute, value)
    if later.answers == dialogue.answers:
        return dialogue
    settled = cards_left(cards, later.answers)
    freed = later.without("service", "case")
    fitting = cards_left(siblings, freed.answers)
    if len(settled) == 1 and settled[0] not in fitting:
        return replace(freed, cards=tuple(card.id for card in siblings))
    return later


def take_wish(dialogue: Dialogue, reading: Reading, *, answering: Attribute | None = None) -> Dialogue:
    """Keep a term that was named until it is known which terms there are."""
    length = length_said(reading.tokens)
    is_age = reading.conditions.age is not None and reading.conditions.term is None  # «2 aylıq körpə»
    is_answer = answering == "term" or (answering == "case" and length_said(skeletons(dialogue.answers["case"])) is not None)
    if length is None or is_age or is_answer:
        return dialogue
    return replace(dialogue, wish=length)


def grant_wish(dialogue: Dialogue, card: ServiceCard) -> tuple[Dialogue, bool]:
    """Turn a named term into the answer that it means in the card's table; the flag tells that the table has no such term."""
    if dialogue.wish is None:
        return dialogue, False
    granted = replace(dialogue, wish=None)
    is_told = False
    attributes: tuple[Attribute, ...] = ("case", "term")
    for attribute in attributes:
        rows = rows_left(card, granted.without(attribute).answers)
        if found := term_among(dialogue.wish, list(dict.fromkeys(value_of(row, attribute) for row in rows))):
            granted, is_told = granted.answered(attribute, found), True
    if is_told or not any(isinstance(row, Fee) and row.term for row in rows_left(card, granted.answers)):
        return granted, False
    return replace(granted.without("term"), asking="term"), True


def keep_valid(dialogue: Dialogue, card: ServiceCard) -> Dialogue:
    """Drop a chosen case or term that the table does not have for what is known now."""
    kept = dialogue
    attributes: tuple[Attribute, ...] = ("case", "term")
    for attribute in attributes:
        chosen = kept.answers.get(attribute)
        others = kept.without(attribute)
        if chosen not in (None, "*") and all(value_of(row, attribute) != chosen for row in rows_left(card, others.answers)):
            kept = replace(others, asking=kept.asking)
    return kept


def _matters(attribute: Attribute, cards: Sequence[ServiceCard]) -> bool:
    whens = [when for card in cards for when in (card.when, *(item.when for item in card.items() if not isinstance(item, Contact)))]
    match attribute:
        case "age":
            return any(when.age_from is not None or when.age_to is not None for when in whens)
        case "event":
            return any(when.event for when in whens)
        case "person":
            return any(when.person for when in whens)
        case _:
            return any(when.place for when in whens)
