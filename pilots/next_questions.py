"""What to ask the person at the counter next: whatever would change the answer and has not been said."""

from collections.abc import Iterator, Sequence

from pilots.answer import Language
from pilots.aspects import Item
from pilots.counter import CounterWords
from pilots.reading import Conditions
from pilots.selecting import Selection
from rag.cards import Benefit, Condition, Event, Fee, Person, ServiceCard

MAX_CASES = 6
CITIZENSHIP = {Person.CITIZEN, Person.FOREIGNER}
BUSINESS = {Person.ENTREPRENEUR, Person.LEGAL_ENTITY, Person.INDIVIDUAL}


def next_questions(
    card: ServiceCard, siblings: Sequence[ServiceCard], selection: Selection, said: Conditions, *, words: CounterWords, language: Language
) -> list[str]:
    """Return the questions in the order in which they narrow the answer.

    `siblings` are the other cards of the family: what tells them apart from this one changes which card answers.
    """
    return list(dict.fromkeys(_asked(card, siblings, selection, said, words, language)))


def _asked(
    card: ServiceCard, siblings: Sequence[ServiceCard], selection: Selection, said: Conditions, words: CounterWords, language: Language
) -> Iterator[str]:
    items = [item for _, shown in selection.lines for item in shown]
    conditions = [condition for item in items if (condition := when_of(item)) is not None]
    cards = [card.when, *(sibling.when for sibling in siblings)]
    if said.event is None and (events := _events(cards)):
        yield words.frame("ask_event", language, events=", ".join(words.frame(f"event_{event.value}", language) for event in events))
    alike = [condition for condition in cards if condition.event == card.when.event]
    if said.age is None and (_differ_by_age(conditions) or _differ_by_age(alike)):
        yield words.frame("ask_age", language)
    persons = {condition.person for condition in (*conditions, *alike) if condition.person}
    if said.person is None and persons & CITIZENSHIP:
        yield words.frame("ask_citizenship", language)
    if said.person is None and persons & BUSINESS:
        yield words.frame("ask_person", language)
    if said.place is None and len({condition.place for condition in conditions}) > 1:
        yield words.frame("ask_place", language)
    cases = _cases(items, said)
    if 1 < len(cases) <= MAX_CASES:
        yield words.frame("ask_case", language, cases="; ".join(f"«{case}»" for case in cases))
    terms = list(dict.fromkeys(item.term for item in items if isinstance(item, Fee) and item.term))
    if said.term is None and len(terms) > 1:
        yield words.frame("ask_term", language, terms=", ".join(terms))
    if card.deadlines:
        yield words.frame("ask_when", language)
    if card.documents:
        yield words.frame("ask_documents", language)


def when_of(item: Item) -> Condition | None:
    return getattr(item, "when", None)


def _events(cards: Sequence[Condition]) -> list[Event]:
    """Return what may have happened, when it decides between cards; empty when all are about one thing."""
    events = list(dict.fromkeys(condition.event for condition in cards if condition.event))
    return events if len(events) > 1 else []


def _differ_by_age(conditions: Sequence[Condition]) -> bool:
    return len({(condition.age_from, condition.age_to) for condition in conditions}) > 1


def _cases(items: Sequence[Item], said: Conditions) -> list[str]:
    """Return the cases of the shown rows that neither an age nor a person tells apart."""
    rows = [item for item in items if isinstance(item, Fee | Benefit) and item.case]
    if said.age is None and any(row.when.age_from is not None or row.when.age_to is not None for row in rows):
        return []
    return list(dict.fromkeys(row.case for row in rows))
