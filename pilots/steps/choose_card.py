"""Decides which service card answers, asks when several would, and declines when none does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pilots.answer import AnswerStatus, Focus
from pilots.aspects import sections_for
from pilots.context import Context, Draft
from pilots.matching import MARKED_EVENTS, CardMatch, CardMatcher
from rag.cards import ServiceCard
from rag.passages import ScoredPassage

# Found on the pilot's own cases; `korpu eval answers citizen_chat` shows what a change does.
ACCEPT_SCORE = 0.5
ACCEPT_PRECISION = 0.34
CLOSE_SCORE = 0.9
SIBLING_PRECISION = 0.9
SEARCH_WEIGHT = 0.15
MAX_OPTIONS = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    match: CardMatch
    score: float


class ChooseCard:
    """Ends with a clarification or a refusal, or passes on with `card` set."""

    def __init__(self, matcher: CardMatcher, deck: Mapping[str, ServiceCard]) -> None:
        self._matcher = matcher
        self._deck = deck

    async def __call__(self, context: Context) -> Context | Draft:
        candidates = self._candidates(context)
        if context.earlier is not None:
            return self._continue(context, candidates, context.earlier, [self._deck[card_id] for card_id in context.among or ()])
        if not candidates or not self._is_sure(candidates[0], context):
            status = AnswerStatus.UNANSWERABLE_NO_SOURCE if context.reading.is_public_service else AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE
            return Draft(status=status)
        return self._settle(context, candidates)

    def _candidates(self, context: Context) -> list[Candidate]:
        matches = self._matcher.match(context.reading, among=context.among)
        lift = {source: SEARCH_WEIGHT / (1 + place) for source, place in ranks(context.passages).items()}
        scored = [Candidate(match, match.score + lift.get(match.card.id, 0.0)) for match in matches]
        return sorted(scored, key=lambda candidate: -candidate.score)

    def _is_sure(self, best: Candidate, context: Context) -> bool:
        return best.score >= ACCEPT_SCORE and best.match.precision >= ACCEPT_PRECISION

    def _continue(self, context: Context, candidates: list[Candidate], earlier: Focus, cards: list[ServiceCard]) -> Context | Draft:
        """A follow-up: the conditions decide among the cards of the conversation, its last card when they say nothing."""
        fitting = [card for card in cards if fits(card, context)]
        if not fitting:
            return Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE, focus=earlier)
        named = [candidate for candidate in candidates if candidate.match.card in fitting and candidate.match.precision >= SIBLING_PRECISION]
        if named and (len(named) == 1 or named[0].score > named[1].score):
            return replace(context, card=named[0].match.card)
        kept = [card for card in fitting if card.id in earlier.sources]
        event = context.reading.conditions.event
        exact = [card for card in fitting if card.when.event and card.when.event.value == event]
        pool = exact or kept or fitting
        if len(pool) > 1 and len(earlier.sources) > 1:
            return self._ask(context, pool)
        return replace(context, card=pool[0])

    def _settle(self, context: Context, candidates: list[Candidate]) -> Context | Draft:
        best = candidates[0]
        rivals = [c for c in candidates[1:] if self._is_rival(c, best, context)]
        pool = [c.match.card for c in (best, *rivals) if not c.match.contradicted]
        telling = [card for card in pool if sections_for(card, context.reading.aspects)] or pool
        if best.match.card in telling and len({answer_of(card, context) for card in telling}) <= 1:
            return replace(context, card=best.match.card)
        if len(telling) == 1:
            return replace(context, card=telling[0])
        return self._ask(context, telling)

    def _is_rival(self, other: Candidate, best: Candidate, context: Context) -> bool:
        """Tell whether the question's words fit another card as well as the best one."""
        match = other.match
        if match.contradicted or match.precision < SIBLING_PRECISION * best.match.precision:
            return False
        if match.card.family == best.match.card.family:
            event = match.card.when.event
            marked = event is not None and event.value in MARKED_EVENTS and context.reading.conditions.event is None
            return not marked and fits(match.card, context) and not is_named_apart(best.match, match)
        return other.score >= CLOSE_SCORE * best.score and not is_named_apart(best.match, match)

    def _ask(self, context: Context, cards: list[ServiceCard]) -> Draft:
        shown = cards[:MAX_OPTIONS]
        focus = Focus(
            sources=tuple(card.id for card in shown), family=shown[0].family, aspects=context.reading.aspects,
            conditions=context.reading.conditions.as_json(),
        )
        return Draft(status=AnswerStatus.CLARIFICATION, options=tuple(card.title for card in shown), focus=focus)


def ranks(passages: tuple[ScoredPassage, ...]) -> dict[str, int]:
    """Return the place of each source's best passage, 0 first."""
    return {source: place for place, source in enumerate(dict.fromkeys(found.passage.source_id for found in passages))}


def is_named_apart(best: CardMatch, other: CardMatch) -> bool:
    """Tell whether the person said the whole of one name and clearly less of the other's."""
    return best.recall >= 0.95 and best.precision >= other.precision + 0.1


def fits(card: ServiceCard, context: Context) -> bool:
    """Tell whether a card's conditions leave room for what the person said."""
    said = context.reading.conditions
    if said.event and card.when.event and card.when.event.value != said.event:
        return False
    if said.person and card.when.person and card.when.person.value != said.person:
        return False
    if said.age and (card.when.age_from is not None or card.when.age_to is not None):
        low, high = max(said.age[0], card.when.age_from or 0), min(said.age[1], card.when.age_to or 130)
        return high - low >= 0.3 * (said.age[1] - said.age[0])
    return True


def answer_of(card: ServiceCard, context: Context) -> tuple[object, ...]:
    """Return what a card would say to the question: two cards that say the same need no clarification."""
    sections = sections_for(card, context.reading.aspects)
    return tuple(item.model_dump_json(exclude={"source", "rivals", "when"}) for section in sections for item in getattr(card, section)) or (card.id,)
