"""Which lines of a section a case selects: by their conditions, by the quantities in their own words, and by the words that tell them apart."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from pilots.aspects import Item
from pilots.evidence import WordWeights, contains
from pilots.guiding.narrowing import by_event
from pilots.lexemes import skeletons
from pilots.matching import MARKED_EVENTS, overlap
from pilots.quantities import Interval, Pace, bounds_in, in_days, lengths_in, meets, occasions_in, share_in, sum_in, volumes_in
from pilots.reading import Conditions
from pilots.vocabulary import load_vocabulary
from rag.azerbaijani import STOP_WORDS, fold
from rag.card_passages import item_sentence
from rag.cards import Benefit, Fact, Fee, ServiceCard

# A list of documents or steps is only right as a whole; tables and lists of places are narrowed to what was asked.
MONEY = ("fees", "benefits", "rates")
NARROWED_BY_WORDS = frozenset({*MONEY, "where", "contacts", "hours"})
# Share of the question's telling words for narrowing a table to some of its rows.
NARROWING_SHARE = 0.2
SAME_SHARE = 0.01
MOST_OF = 2
BRACKETS = re.compile(r"\([^)]*\)")
NUMBERED = re.compile(r"(\d+) sayli\b")
NUMBERING = ("sayli", "nomreli", "seyli")
FINE = re.compile(r"cerime|debbe|pozuntu")

Row = Fee | Benefit
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The lines that are left; `unknown` tells that a length of time was named which the rows do not have."""

    items: tuple[Item, ...]
    unknown: bool = False


def applies(item: Item, conditions: Conditions) -> bool:
    """Tell whether a line's conditions leave room for what the person has said; a line without conditions always applies."""
    if not isinstance(item, Fact | Fee | Benefit):
        return True
    when = item.when
    if when.event and (when.event.value in conditions.denied or (conditions.event and when.event.value != conditions.event)):
        return False
    if isinstance(item, Fee | Benefit) and conditions.occasion and (times := occasions_in(item.case)) and conditions.occasion not in times:
        return False
    if when.person and conditions.person and when.person.value != conditions.person:
        return False
    if when.person and when.person.value == "legal_entity" and conditions.person is None and (conditions.relation == "relative" or conditions.age):
        # Who speaks of a relative's case or gives an age asks for a person and not for a company.
        return False
    if when.place and when.place.value != (conditions.place or when.place.value):
        return False
    if conditions.age and (when.age_from is not None or when.age_to is not None):
        return overlap(conditions.age, when.age_from, when.age_to) > 0
    return not _contradicts(item, conditions)


def is_of_unsaid_event(card: ServiceCard, item: Item, conditions: Conditions) -> bool:
    """Tell whether a row is for a loss or the like that nobody spoke of and that the card as a whole is not about."""
    return (
        isinstance(item, Fee | Benefit)
        and item.when.event is not None
        and item.when.event.value in MARKED_EVENTS
        and item.when.event != card.when.event
        and item.when.event.value != conditions.event
    )


def narrow(
    section: str,
    items: Sequence[Item],
    conditions: Conditions,
    words: WordWeights,
    names: WordWeights | None = None,
    said: frozenset[str] = frozenset(),
) -> Narrowed:
    """Keep the lines of one section that fit the case. None are left when what was said rules out each of them.

    `names` weighs the question's words that the service's name says too: they tell rows apart only where nothing else does
    and each row has some of them. `said` are all skeletons of the question.
    """
    kept = of_place([item for item in items if applies(item, conditions)], conditions, words)
    rows = [item for item in kept if isinstance(item, Fee | Benefit)]
    if not rows:
        kept = _of_number(kept, said) if section == "where" else kept
        of_engine = of_volume(kept, conditions)
        kept = _by_words(kept, words) if section in NARROWED_BY_WORDS and len(of_engine) == len(kept) else of_engine
        if section in MONEY and conditions.person:
            # «Müəssisənin mənfəət vergisi»: of rates too the one for the person that was named.
            kept = [item for item in kept if conditions.person in _persons_of(label_of(item))] or kept
        return Narrowed(tuple(kept))
    rows = _of_age(_of_town(_of_event(rows, conditions), said), conditions, words)
    rows = _of_range(_of_range(rows, conditions.share, share_in, words), conditions.sum, sum_in, words)
    beside = [row for row in rows if row.in_addition]
    main, unknown = _of_lengths([row for row in rows if not row.in_addition], conditions)
    best = _best_share([*main, *beside], words)
    if main and best >= NARROWING_SHARE and _best_share(main, words) < best - SAME_SHARE:
        return Narrowed(tuple(_by_words(beside, words)), unknown)
    chosen = _named(_by_words(main, words), conditions)
    chosen = [row for row in chosen if _is_wholly_said(row, said)] or chosen
    if names and best < NARROWING_SHARE and all(coverage(row, names) for row in chosen):
        narrower = _by_words(chosen, names)
        chosen = narrower if len({row.case for row in narrower}) == 1 else chosen
    return Narrowed(tuple(row for row in rows if row in chosen or row in beside), unknown)


def of_place(items: Sequence[Item], conditions: Conditions, words: WordWeights) -> list[Item]:
    """Where something is said of just the place that was named, what is said of none holds elsewhere: «konsulluqda 20 ABŞ dolları».

    A line that has the question's words stays: «xaricdə yaxın qohumun ağır xəstəliyi» is no service abroad.
    """
    if not any(conditions.place and _place_of(item) == conditions.place for item in items):
        return [*items]
    return [
        item
        for item in items
        if _place_of(item) == conditions.place or (_mentions(item, conditions.place) and coverage(item, words) >= NARROWING_SHARE)
    ]


def _mentions(item: Item, place: str | None) -> bool:
    return isinstance(item, Fee | Benefit) and any(found.label == place for found in load_vocabulary().places.occurrences(skeletons(item.case)))


def _place_of(item: Item) -> str | None:
    """Return the place that a line is for: by its condition, or by the word that a row opens with («xaricdə istifadə üçün»)."""
    if not isinstance(item, Fact | Fee | Benefit):
        return None
    if item.when.place:
        return item.when.place.value
    return _opening_place(item.case) if isinstance(item, Fee | Benefit) else None


@lru_cache(maxsize=5_000)
def _opening_place(case: str) -> str | None:
    return next((found.label for found in load_vocabulary().places.occurrences(skeletons(case)) if found.start == 0), None)


def coverage(item: Item, words: WordWeights) -> float:
    """Return the share of the question's telling words by which a line is told from its neighbours."""
    return words.coverage(label_of(item))


def label_of(item: Item) -> str:
    """Return the words by which a line is told from its neighbours: the case of a fee, the whole of a sentence."""
    return item.case if isinstance(item, Fee | Benefit) else item_sentence(item)


def _contradicts(row: Row | Fact, conditions: Conditions) -> bool:
    """Tell whether a line's own words name another relation than the case («başqa şəxsə»)."""
    relation = _relation_of(label_of(row))
    return relation is not None and conditions.relation is not None and relation != conditions.relation


def _of_range(rows: Sequence[Row], said: Interval | None, read: Callable[[str], Interval | None], words: WordWeights) -> list[Row]:
    """Keep the rows whose percentages or sums hold the one that was said, where the rows of a table differ in them.

    Where one does, a row that names none is of another case, unless the question has its words.
    """
    own = [read(row.case) for row in rows]
    if said is None or len({interval for interval in own if interval}) < 2:
        return [*rows]
    fitting = {interval for interval in own if interval and meets(interval, said)}
    fitting = {said} if said in fitting else fitting
    return [
        row
        for row, interval in zip(rows, own, strict=True)
        if interval in fitting or (interval is None and (not fitting or coverage(row, words) >= NARROWING_SHARE))
    ]


@lru_cache(maxsize=5_000)
def _relation_of(case: str) -> str | None:
    found = {occurrence.label for occurrence in load_vocabulary().relations.longest(skeletons(case))}
    return found.pop() if len(found) == 1 else None


def _of_event(rows: Sequence[Row], conditions: Conditions) -> list[Row]:
    """Keep the rows of the event; a lost or cancelled document is meant only when the person says so."""
    if conditions.event:
        return by_event([*rows], conditions.event)
    plain = [row for row in rows if not (row.when.event and row.when.event.value in MARKED_EVENTS)]
    return plain or [*rows]


def _of_age(rows: Sequence[Row], conditions: Conditions, words: WordWeights) -> list[Row]:
    """Where rows are for the age that was named, a row for no age is of another case («əyani tələbə»), unless the question has its words."""
    fitting = [row for row in rows if row.when.age_from is not None or row.when.age_to is not None]
    if not conditions.age or not fitting:
        return [*rows]
    return [row for row in rows if row in fitting or row.in_addition or coverage(row, words) >= NARROWING_SHARE]


def _of_number(items: Sequence[Item], said: frozenset[str]) -> list[Item]:
    """Of numbered places keep those of the number that was said: «3 saylı»."""
    numbered = [found[1] if (found := NUMBERED.match(fold(item_sentence(item)))) else None for item in items]
    asked = {number for number in numbered if number and number in said} if any(word.startswith(NUMBERING) for word in said) else set[str]()
    return [item for item, number in zip(items, numbered, strict=True) if not asked or number in asked]


def of_volume(items: Sequence[Item], conditions: Conditions) -> list[Item]:
    """Keep the rates of the engine volume that was named; a line that names none (a factor by age) belongs to each."""
    reach = [volumes_in(label_of(item)) for item in items]
    if conditions.volume is None or not any(reach):
        return [*items]
    fitting = [found for found in reach if found and found[0] < conditions.volume <= found[1]]
    nearest = min(fitting, key=lambda found: found[1], default=None)
    return [item for item, found in zip(items, reach, strict=True) if found is None or found == nearest]


def _of_town(rows: Sequence[Row], said: frozenset[str]) -> list[Row]:
    """Drop the rows of another town than the one that was named; what a row says in brackets explains it and is none."""
    named = set(load_vocabulary().towns.labels(sorted(said)))
    own = [_towns_of(row.case) for row in rows]
    return [row for row, towns in zip(rows, own, strict=True) if not named or not towns or named & towns]


@lru_cache(maxsize=5_000)
def _towns_of(case: str) -> frozenset[str]:
    return frozenset(load_vocabulary().towns.labels(skeletons(BRACKETS.sub(" ", case))))


def _of_lengths(rows: Sequence[Row], conditions: Conditions) -> tuple[list[Row], bool]:
    """Keep the rows of the named lengths of time: how soon the service is done and, where rows differ in it, for how long it is given.

    Two lengths of one kind («5 günə, yoxsa 10 günə») keep the rows of both. Rows of no length are no answer to one.
    """
    terms = [term for term in conditions.terms if term.pace is not Pace.PASSED]
    said = {term.length for term in terms}
    if not said:
        return [*rows], False
    kept = [*rows]
    is_known = False
    kinds: tuple[Callable[[Row], str], ...] = (_term_of, lambda row: row.case)
    for written in kinds:
        named = {length for row in rows for length in lengths_in(written(row))}
        if written is not _term_of:
            # For how long something is given is told in days or in months; how soon it is done is not.
            said = {length if length in named else in_days(length) for length in said}
        asked = said & named
        fitting = [row for row in kept if asked & lengths_in(written(row))]
        if asked and fitting:
            kept, is_known, said = fitting, True, said - asked
    for length in {term.length for term in terms if term.pace is Pace.PLAIN and {term.length, in_days(term.length)} & said}:
        within = _within(kept, length)
        kept, is_known = (kept, is_known) if within is None else (within, True)
    return kept, not is_known and any(_term_of(row) for row in rows)


def _within(rows: Sequence[Row], length: tuple[int, str]) -> list[Row] | None:
    """Return the rows that reach just as far as a length needs («45 gün»: «60 günədək»), none when it is beyond them all.

    None where the rows reach up to no length of its kind.
    """
    bounds = {bound for row in rows for bound in bounds_in(row.case) if bound[1] == length[1]}
    if len(bounds) < MOST_OF:
        return None
    enough = [bound for bound in bounds if bound[0] >= length[0]]
    return [row for row in rows if enough and min(enough) in lengths_in(row.case)]


def _term_of(row: Row) -> str:
    return (row.term or "") if isinstance(row, Fee) else ""


def _named(rows: Sequence[Row], conditions: Conditions) -> list[Row]:
    """Of rows that fit alike keep those whose own words name the relation or the person that was named."""
    kept = [row for row in rows if conditions.relation and _relation_of(row.case) == conditions.relation] or [*rows]
    return [row for row in kept if conditions.person and conditions.person in _persons_of(row.case)] or kept


@lru_cache(maxsize=5_000)
def _persons_of(case: str) -> frozenset[str]:
    return frozenset(load_vocabulary().persons.labels(skeletons(case)))


def _best_share(items: Sequence[Item], words: WordWeights) -> float:
    return max((coverage(item, words) for item in items), default=0.0)


def _by_words(items: Sequence[Value], words: WordWeights) -> list[Value]:
    """Keep the lines that say most of the question."""
    if len(items) < 2:
        return [*items]
    shares = [coverage(item, words) for item in items]  # pyright: ignore[reportArgumentType]
    best = max(shares)
    if best < NARROWING_SHARE:
        return [*items]
    kept = [item for item, share in zip(items, shares, strict=True) if share >= best - SAME_SHARE]
    # A word that most rows have tells none apart, and the row without it may be the one that is meant in other words.
    return [*items] if 2 * len(kept) > len(items) > MOST_OF else kept


def _is_wholly_said(row: Row, said: frozenset[str]) -> bool:
    """Tell whether nothing of a row's case was left unsaid: «bank» does not say «bank olmayan kredit təşkilatı». Numbers are compared apart."""
    own = [word for word in skeletons(row.case) if word not in STOP_WORDS and not any(letter.isdigit() for letter in word)]
    return bool(own) and all(contains(said, word) for word in own)


def is_fine(item: Item) -> bool:
    """Tell whether a line says what a breach costs rather than what the service does."""
    return item.kind == "fine" if isinstance(item, Fee) else FINE.search(fold(item_sentence(item))) is not None
