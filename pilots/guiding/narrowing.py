"""Which cards, and which rows of a card's table, are left by what a person has said."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pilots.guiding.dialogue import ANY, OTHER, Attribute, age_of
from pilots.matching import MIN_AGE_OVERLAP, overlap
from rag.cards import Benefit, Condition, Fee, ServiceCard

Row = Fee | Benefit
Conditioned = TypeVar("Conditioned", ServiceCard, Row)
LONGEST_LIFE = 130


def cards_left(cards: Sequence[ServiceCard], answers: Mapping[Attribute, str]) -> list[ServiceCard]:
    """Return the cards that fit, never none: an answer that fits no card is no reason to lose the service."""
    if named := [card for card in cards if card.id == answers.get("service")]:
        return named
    return _by_conditions(list(cards), answers, least_overlap=MIN_AGE_OVERLAP)


def rows_left(card: ServiceCard, answers: Mapping[Attribute, str]) -> list[Row]:
    """Return the rows of a card's table that are due for the case: one for the other, not beside each other.

    Empty when the card has no table, or none for that place.
    """
    rows: list[Row] = [row for row in (*card.fees, *card.benefits) if not row.in_addition]
    place = answers.get("place")
    if place and place != ANY:
        rows = [row for row in rows if row.when.place is None or row.when.place.value == place]
    rows = _by_conditions(rows, answers, least_overlap=0.0)
    for attribute in ("case", "term"):
        said = answers.get(attribute, ANY)
        if said != ANY:
            rows = [row for row in rows if value_of(row, attribute) == said] or rows
    return rows


def rows_beside(card: ServiceCard, answers: Mapping[Attribute, str]) -> list[Row]:
    """Return the rows that are due beside the one that fits the case, where the same conditions leave them."""
    return _by_conditions([row for row in (*card.fees, *card.benefits) if row.in_addition], answers, least_overlap=0.0)


def value_of(row: Row, attribute: Attribute) -> str:
    """Return the words of a row by which it is told from others: its case or its term; without a term its case stands for it."""
    term = row.term if isinstance(row, Fee) else None
    return (term or row.case) if attribute == "term" else row.case


def interval(when: Condition) -> tuple[int, int] | None:
    """Return the ages of a condition as whole years, the end not included; None when it has none."""
    if when.age_from is None and when.age_to is None:
        return None
    return when.age_from or 0, when.age_to or LONGEST_LIFE


def _by_conditions(found: list[Conditioned], answers: Mapping[Attribute, str], *, least_overlap: float) -> list[Conditioned]:
    age = age_of(answers)
    if age is not None:
        found = [one for one in found if _fits_age(one.when, age, least_overlap)] or found
    person = answers.get("person", ANY)
    if person != ANY:
        found = [one for one in found if one.when.person is None or one.when.person.value == person] or found
    event = answers.get("event", ANY)
    return found if event == ANY else by_event(found, event) or found


def _fits_age(when: Condition, age: tuple[int, int], least_overlap: float) -> bool:
    if interval(when) is None:
        return True
    share = overlap(age, when.age_from, when.age_to)
    return share > 0 and share >= least_overlap


def by_event(found: list[Conditioned], event: str) -> list[Conditioned]:
    """Keep what is for just this event, and what is for any event unless something just for this one covers its cases."""
    general = [one for one in found if one.when.event is None]
    if event == OTHER:
        return general
    exact = [one for one in found if one.when.event and one.when.event.value == event]
    return [one for one in found if one in exact or (one in general and not any(_covers(own.when, one.when) for own in exact))]


def _covers(special: Condition, general: Condition) -> bool:
    ages, own = interval(special), interval(general) or (0, LONGEST_LIFE)
    fits_age = ages is None or (ages[0] <= own[0] and ages[1] >= own[1])
    return fits_age and special.person in (None, general.person) and special.place in (None, general.place)
