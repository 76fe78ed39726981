"""Finds the services that a person may mean at the beginning of a guided dialogue."""

from collections.abc import Mapping
from dataclasses import replace

from pilots.answer import AnswerStatus
from pilots.context import Context, Draft
from pilots.guiding.dialogue import Dialogue
from pilots.guiding.volunteering import take_wish, volunteer
from pilots.matching import CardMatcher
from pilots.steps.choose_card import SIBLING_PRECISION, ChooseCard
from pilots.steps.retrieve_passages import RetrievePassages
from rag.cards import ServiceCard

NAMING_WEIGHT = 1.0
"""The weight of a topic word that can name a service; words for what is asked and for the case weigh less."""

# A service is named when the share of the question's words in its name and the share of the name in the question sum up to this;
# below it a person is asked whether it is meant.
NAMED_SUM = 1.3


class FindService:
    """Sets `dialogue` where there is none yet. Without a single word that could name a service it is left to be asked for."""

    def __init__(self, search: RetrievePassages, choose: ChooseCard, matcher: CardMatcher, deck: Mapping[str, ServiceCard]) -> None:
        self._search = search
        self._choose = choose
        self._matcher = matcher
        self._deck = deck

    async def __call__(self, context: Context) -> Context | Draft:
        if context.dialogue is not None:
            return context
        empty = Dialogue(language=context.language)
        if not any(weight >= NAMING_WEIGHT and word.isalpha() for word, weight in context.reading.topic.items()):
            return replace(context, dialogue=empty)
        searched = await self._search(context)
        chosen = await self._choose(searched) if isinstance(searched, Context) else searched
        context = replace(context, rungs=searched.rungs)
        if isinstance(chosen, Draft):
            if chosen.status is not AnswerStatus.CLARIFICATION:
                return replace(chosen, rungs=searched.rungs)
            likely = [self._deck[card_id] for card_id in chosen.focus.sources]
        else:
            likely = [chosen.card] if chosen.card else []
        cards = [*likely, *self._alike(context, likely)]
        dialogue = replace(
            empty, cards=tuple(card.id for card in cards), asking=None if self._is_named(context, likely) else "service", stage="asking"
        )
        asking = dialogue.asking
        dialogue = volunteer(dialogue, context.reading, cards=cards, siblings=cards)
        return replace(context, dialogue=replace(take_wish(dialogue, context.reading), asking=asking))

    def _is_named(self, context: Context, likely: list[ServiceCard]) -> bool:
        """Tell whether the words name one of the services, rather than that the search finds its text like them."""
        matches = self._matcher.match(context.reading, among=[card.id for card in likely])
        return any(match.precision + match.recall >= NAMED_SUM for match in matches)

    def _alike(self, context: Context, likely: list[ServiceCard]) -> list[ServiceCard]:
        """Return the cards of the same families that were named as well and are told apart by the case: an adult's, a lost one's."""
        families = {card_id for card in likely for card_id in self._matcher.siblings(card)}
        matches = self._matcher.match(context.reading, among=families)
        named = {match.card.id: match.precision for match in matches}
        best = max((named.get(card.id, 0.0) for card in likely), default=0.0)
        return [
            match.card
            for match in matches
            if match.card not in likely
            and named[match.card.id] >= SIBLING_PRECISION * best
            and all(match.card.when != card.when for card in likely if card.family == match.card.family)
        ]
