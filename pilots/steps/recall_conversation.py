"""Understands a follow-up («bəs itirilibsə?») from what the conversation was about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from pilots.answer import AnswerStatus, Focus, Turn
from pilots.context import Context, Draft
from pilots.evidence import contains
from pilots.lexemes import skeletons
from pilots.matching import CardMatcher
from pilots.reading import ASPECT_WEIGHT, Conditions
from rag.cards import Benefit, Fee, ServiceCard

# A question with a service of its own starts a new topic; these shares of its topic words must stand in that service's
# name, and of that name in the question.
NEW_TOPIC_PRECISION = 0.6
NEW_TOPIC_RECALL = 0.5
# A question that opens with «bəs» or is very short leans on the one before, unless it says nearly the whole of another name.
FOLLOW_UP_OPENINGS = ("bes", "be", "hem", "onde", "onun", "orde", "bu")
FOLLOW_UP_LENGTH = 3
LEANING_RECALL = 0.8


class RecallConversation:
    """Narrows a follow-up to the cards of the conversation and completes what the person left unsaid."""

    def __init__(self, matcher: CardMatcher, deck: Mapping[str, ServiceCard]) -> None:
        self._matcher = matcher
        self._deck = deck
        self._payments = payments_in(deck.values())

    async def __call__(self, context: Context) -> Context | Draft:
        turn = last_focused(context.question.history)
        if turn is None:
            return context
        focus, reading = turn.focus, context.reading
        cards = [self._deck[source] for source in focus.sources if source in self._deck]
        if not cards:
            return context
        if is_new_topic(self._matcher, context, cards) or self._names_a_payment(context, cards):
            # «Bəs boşanma?» asks of another service what was asked of the one before.
            leans = reading.tokens[0] in FOLLOW_UP_OPENINGS and not reading.aspects
            return replace(context, reading=replace(reading, aspects=focus.aspects)) if leans else context
        offered = turn.status is AnswerStatus.CLARIFICATION
        siblings = [card.id for card in cards] if offered else list(dict.fromkeys(s for card in cards for s in self._matcher.siblings(card)))
        conditions = Conditions.from_json(focus.conditions).merged(reading.conditions)
        if rows := rows_leaned_on(context, cards):
            # «Dövlət qurumu üçün bəs?» takes back for whom it was asked before.
            persons = {row.when.person.value for row in rows if row.when.person}
            conditions = replace(conditions, person=persons.pop() if len(persons) == 1 else None)
        aspects = reading.aspects or focus.aspects
        return replace(
            context,
            reading=replace(reading, aspects=tuple(aspects), conditions=conditions),
            earlier=focus,
            among=tuple(siblings),
            search_text=f"{cards[0].title} {context.search_text}",
        )

    def _names_a_payment(self, context: Context, cards: Sequence[ServiceCard]) -> bool:
        """Tell whether a question names money that only other services pay: «uşaq pulu» after a passport is no child's passport."""
        own = {card.family for card in cards}
        payers = [self._payments[pair] for pair in pairwise(context.reading.tokens) if pair in self._payments]
        return bool(payers) and not any(own & families for families in payers)


def payments_in(deck: Iterable[ServiceCard]) -> dict[tuple[str, str], set[str]]:
    """Return the pairs of words by which money that is paid out is called, «uşaq pulu», and the families of the services that pay it."""
    payments: dict[tuple[str, str], set[str]] = defaultdict(set)
    for card in deck:
        for name in card.aliases if card.benefits else ():
            for pair in pairwise(skeletons(name)):
                if pair[1].startswith("pul"):
                    payments[pair].add(card.family)
    return dict(payments)


def is_new_topic(matcher: CardMatcher, context: Context, cards: Sequence[ServiceCard]) -> bool:
    """Tell whether a question names a service of another family than those of the conversation."""
    families = {card.family for card in cards}
    own = next(iter(matcher.match(context.reading)), None)
    if own is None or own.card.family in families:
        return False
    if rows_leaned_on(context, cards):
        return False
    specific = any(weight >= 1 for word, weight in context.reading.topic.items() if matcher.knows(word))
    leans = context.reading.tokens[0] in FOLLOW_UP_OPENINGS or len(context.reading.tokens) <= FOLLOW_UP_LENGTH
    return specific and own.precision >= NEW_TOPIC_PRECISION and own.recall >= (LEANING_RECALL if leans else NEW_TOPIC_RECALL)


def rows_leaned_on(context: Context, cards: Sequence[ServiceCard]) -> list[Fee | Benefit]:
    """Return the rows of the conversation's tables of which a «bəs …?» without a question of its own says just the words."""
    reading = context.reading
    topic = [word for word, weight in reading.topic.items() if weight > ASPECT_WEIGHT]
    if reading.aspects or not topic or not set(reading.tokens) & {*FOLLOW_UP_OPENINGS}:
        return []
    rows = [row for card in cards for row in (*card.fees, *card.benefits)]
    return [row for row in rows if all(contains(frozenset(skeletons(row.case)), word) for word in topic)]


def last_focused(history: tuple[Turn, ...]) -> Turn | None:
    """Return the newest turn that was about something."""
    return next((turn for turn in reversed(history) if turn.focus != Focus()), None)
