"""What to ask next: derived from how the cards and table rows that are left differ, and from nothing else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pilots.guiding.dialogue import ANY, ATTRIBUTES, OTHER, Attribute, write_age
from pilots.guiding.narrowing import Row, cards_left, interval, rows_left, value_of
from rag.cards import Condition, Fee, ServiceCard

MAX_OPTIONS = 10
"""A longer list is asked page by page, and only when nothing else splits what is left."""
# A circumstance is asked rather than the service's name when it leaves at most this share of the services.
TELLING_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: what is asked for and the values that make a difference, in the order of the card."""

    attribute: Attribute
    values: tuple[str, ...]

    @property
    def allows_any(self) -> bool:
        """Whether a person may leave it open and be shown all the rows."""
        return self.attribute in ("case", "term")

    def shown(self, page: int) -> tuple[str, ...]:
        """Return the values of a page; after the last page comes the first again."""
        if not self.is_paged:
            return self.values
        pages = -(-len(self.values) // MAX_OPTIONS)
        start = page % pages * MAX_OPTIONS
        return self.values[start : start + MAX_OPTIONS]

    @property
    def is_paged(self) -> bool:
        return len(self.values) > MAX_OPTIONS + 1


def next_ask(cards: Sequence[ServiceCard], answers: Mapping[Attribute, str], *, first: Attribute | None = None) -> Ask | None:
    """Return the question that splits what is left best, None when nothing that a person could say would change the outcome.

    `first` is asked before all others when it still makes a difference; a service that was found but hardly named is asked
    for even when it is the only one.
    """
    left = cards_left(cards, answers)
    if len(left) > 1:
        return _ask_service(left, answers, first)
    if left and first == "service" and "service" not in answers:
        return Ask("service", (left[0].id,))
    return _ask_row(left[0], answers, first) if left else None


def outcome(row: Row) -> tuple[object, ...]:
    """Return what a person pays or gets by a row, and by which law: rows that agree in this need no question."""
    term, unit, kind = (row.term, row.unit, row.kind) if isinstance(row, Fee) else (None, row.period, "benefit")
    return row.amount_azn, term, unit, kind, row.legal_basis


def _ask_service(left: list[ServiceCard], answers: Mapping[Attribute, str], first: Attribute | None) -> Ask:
    titles = Ask("service", tuple(card.id for card in left))
    asks = [titles] if first == "service" else []
    for attribute in ("event", "age", "person"):
        values = _condition_values([card.when for card in left], attribute, answers, all_have_it=attribute != "event")
        groups = [cards_left(left, {**answers, attribute: value}) for value in values]
        if len(values) > 1 and _spread([len(group) for group in groups]) <= TELLING_SHARE * len(left):
            asks.append(Ask(attribute, values))
    asks.sort(key=lambda ask: ask.attribute != first)
    return asks[0] if asks else titles


def _ask_row(card: ServiceCard, answers: Mapping[Attribute, str], first: Attribute | None) -> Ask | None:
    left = rows_left(card, answers)
    if len({outcome(row) for row in left}) <= 1:
        return None
    asks: list[tuple[tuple[bool, bool, bool, float, int], Ask]] = []
    for attribute in ATTRIBUTES:
        values = _row_values(left, attribute, answers)
        groups = [{outcome(row) for row in rows_left(card, {**answers, attribute: value})} for value in values]
        spread = _spread([len(group) for group in groups])
        if len(values) < 2 or all(len(group) == len(groups[0]) and group == groups[0] for group in groups):
            continue
        # How soon is a wish, not a circumstance: it is asked last, when it is known what for.
        rank = (attribute != first, attribute == "term", len(values) > MAX_OPTIONS, spread, ATTRIBUTES.index(attribute))
        asks.append((rank, Ask(attribute, values)))
    return min(asks, key=lambda ask: ask[0])[1] if asks else None


def _row_values(rows: Sequence[Row], attribute: Attribute, answers: Mapping[Attribute, str]) -> tuple[str, ...]:
    if attribute in ("case", "term"):
        is_told = attribute == "case" or any(isinstance(row, Fee) and row.term for row in rows)
        return tuple(dict.fromkeys(value_of(row, attribute) for row in rows)) if is_told and answers.get(attribute) != ANY else ()
    if attribute == "service":
        return ()
    return _condition_values([row.when for row in rows], attribute, answers, all_have_it=False)


def _condition_values(whens: Sequence[Condition], attribute: Attribute, answers: Mapping[Attribute, str], *, all_have_it: bool) -> tuple[str, ...]:
    """Return the values of a condition that tell cards or rows apart; none when the condition cannot."""
    read = _READERS.get(attribute)
    if read is None or answers.get(attribute) == ANY:
        return ()
    found = [read(when) for when in whens]
    if all_have_it and None in found:
        return ()
    values = tuple(dict.fromkeys(value for value in found if value is not None))
    match attribute:
        case "age":
            ages = sorted({ages for when in whens if (ages := interval(when)) is not None})
            is_disjoint = all(one[1] <= other[0] for one, other in pairwise(ages))
            return tuple(map(write_age, ages)) if is_disjoint else ()
        case "event":
            if "event" in answers:
                return ()
            # «For the first time» is what none of the others is.
            return (*values, OTHER) if None in found and values and "first" not in values else values
        case _:
            return values


def _spread(sizes: Sequence[int]) -> float:
    """Return how many possibilities are left on average when each is equally likely."""
    return sum(size * size for size in sizes) / max(1, sum(sizes))


_READERS: Mapping[Attribute, Callable[[Condition], str | None]] = {
    "event": lambda when: when.event.value if when.event else None,
    "person": lambda when: when.person.value if when.person else None,
    "place": lambda when: when.place.value if when.place else None,
    "age": lambda when: write_age(ages) if (ages := interval(when)) else None,
}
