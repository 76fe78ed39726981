"""Decides which service card answers, asks when several would, and declines when none does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pilots.answer import AnswerStatus, Focus
from pilots.aspects import HARD_ASPECTS, items_of, sections_for
from pilots.confidence import card_confidence
from pilots.context import Context, Draft
from pilots.matching import DIRECTORY_SIZE, MARKED_EVENTS, MIN_AGE_OVERLAP, CardMatch, CardMatcher, overlap
from pilots.reading import ASPECT_WEIGHT
from pilots.selecting import select
from rag.cards import ServiceCard
from rag.passages import ScoredPassage

# Weights and limits were found on the pilot's own cases (`korpu eval answers citizen_chat` shows what a change does).
# A card's rank joins its name's fit with what search found: the lexical score relative to the best one (halved for a card whose
# conditions contradict the person) and the distance of its cosine from the best one.
LEXICAL_WEIGHT = 0.4
DENSE_WEIGHT = 2.0
# How sure it is that the card holds an answer at all: a logistic score over the share of the question's words in the card and
# the BM25 score of its best passage. Below the limit the service stays silent.
SURE_COVERAGE = 4.6
SURE_LEXICAL = 0.334
SURE_LIMIT = 7.2
MIN_PRECISION = 0.1
# BM25 grows with a question's length: a story shares some words with any service. One is meant only when half of its
# name was said or half of the question stands on its card.
SHARED_PRECISION = 0.3
SHARED_RECALL = 0.5
SHARED_COVERAGE = 0.48
# BM25 scores are small in a small deck and for a brief question; a card whose name says nearly all of it needs none.
NAMED = 0.85
# Of a question in another language so much must have been understood: «как зарегистрировать собаку» asks of no registration of people.
LEAST_UNDERSTOOD = 0.7
# A hot line is meant when half of what was said stands in what it is for.
LINE_PRECISION = 0.45
LINE_RECALL = 0.35
CLOSE_SCORE = 0.94
SIBLING_PRECISION = 0.8
SIBLING_SCORE = 0.88
OTHER_AGE_SCORE = 0.7
# «Elektron imza»: a topic without a question fits every card of its family.
BARE_TOPIC_WORDS = 3
# When the best card does not tell what was asked, one that does may lie this far behind.
MUTE_SCORE = 0.8
# Of two services in different families the one whose name was said more fully is meant.
RECALL_SLACK = 0.15
# A service that holds so much more of the question than the one with the better name may be meant as well.
COVERAGE_GAIN = 0.25
# «Dublikat neçəyədir»: one word that stands in the names of several services names none of them.
ONE_WORD_SCORE = 0.9
# «Həm vəsiqəm, həm pravam»: two services in one question.
BOTH = "hem"
BOTH_SCORE = 0.6
# A card that what was said does not contradict is preferred down to this share of the best score.
UNCONTRADICTED_SCORE = 0.7
MAX_OPTIONS = 6
# Cosines of e5 lie close together; a card that vector search did not return is this far behind.
UNSEEN_DENSE = -0.08


@dataclass(frozen=True, slots=True)
class Candidate:
    """A card, its fit by name, its rank score and the best BM25 score of its passages (0 where search has none)."""

    match: CardMatch
    score: float
    lexical: float


class ChooseCard:
    """Ends with a clarification or a refusal, or passes on with `card` set."""

    def __init__(self, matcher: CardMatcher, deck: Mapping[str, ServiceCard]) -> None:
        self._matcher = matcher
        self._deck = deck

    async def __call__(self, context: Context) -> Context | Draft:
        candidates = self._candidates(context)
        chosen = self._choose(context, candidates)
        if isinstance(chosen, Draft) or chosen.card is None:
            return chosen
        coverage = next((candidate.match.coverage for candidate in candidates if candidate.match.card is chosen.card), 0.0)
        is_told = bool(sections_for(chosen.card, context.reading.aspects))
        return replace(chosen, confidence=card_confidence(coverage=1.0 if context.earlier else coverage, is_told=is_told))

    def _choose(self, context: Context, candidates: list[Candidate]) -> Context | Draft:
        if context.earlier is not None:
            return self._continue(context, candidates, context.earlier, [self._deck[card_id] for card_id in context.among or ()])
        if context.reading.tokens.count(BOTH) < 2:
            # What looks most alike may be another thing: only a service that is nearly as near can be meant.
            candidates = [c for c in candidates if not c.match.is_other and c.score >= UNCONTRADICTED_SCORE * candidates[0].score]
        if directory := next((c for c in candidates if is_line_asked_for(c, context)), None):
            is_nearest = context.reading.aspects == ("contacts",) and directory.match.precision >= candidates[0].match.precision
            candidates = [directory] if is_nearest or not is_sure_of(candidates[0]) else candidates
        elif not candidates or not is_sure_of(candidates[0]) or context.reading.understood < LEAST_UNDERSTOOD:
            status = AnswerStatus.UNANSWERABLE_NO_SOURCE if context.reading.is_public_service else AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE
            return Draft(status=status)
        return self._settle(context, candidates)

    def _candidates(self, context: Context) -> list[Candidate]:
        found = evidence_by_source(context.passages)
        best_lexical = max((lexical for lexical, _ in found.values()), default=0.0)
        best_dense = max((dense for _, dense in found.values()), default=0.0)
        candidates: list[Candidate] = []
        for match in self._matcher.match(context.reading, among=context.among):
            lexical, dense = found.get(match.card.id, (0.0, 0.0))
            score = match.score
            if best_lexical > 0:
                score += LEXICAL_WEIGHT * lexical / best_lexical * (0.5 if match.contradicted else 1.0)
            if best_dense > 0:
                score += DENSE_WEIGHT * max(dense - best_dense, UNSEEN_DENSE)
            candidates.append(Candidate(match, score, lexical))
        return sorted(candidates, key=lambda candidate: -candidate.score)

    def _continue(self, context: Context, candidates: list[Candidate], earlier: Focus, cards: list[ServiceCard]) -> Context | Draft:
        """A follow-up: the conditions decide among the cards of the conversation, its last card when they say nothing."""
        picked = [card for card in cards if context.question.text.strip() in (card.title, card.title_in("ru"), card.title_in("en"))]
        if picked:
            return replace(context, card=picked[0])
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
        best = next((c for c in candidates if not c.match.contradicted and c.score >= UNCONTRADICTED_SCORE * candidates[0].score), candidates[0])
        if is_marked(best, context):
            # What nobody said happened did not happen: the family's plain card is meant, if there is one.
            plain = (
                c for c in candidates if c.match.card.family == best.match.card.family and not c.match.contradicted and not is_marked(c, context)
            )
            best = next((c for c in plain if c.score >= UNCONTRADICTED_SCORE * best.score), best)
        best = self._with_compound(candidates, best, context)
        best = with_validity(candidates, best, context)
        named = [c for c in candidates if c is not best and c.match.precision >= best.match.precision and c.score >= ONE_WORD_SCORE * best.score]
        rivals = [c for c in candidates if c is not best and self._is_rival(c, best, context)]
        if is_of_one_word(context) and len(named) > 1:
            rivals = named
        if context.reading.tokens.count(BOTH) > 1:
            rivals += [c for c in candidates if c not in (best, *rivals) and not c.match.contradicted and c.score >= BOTH_SCORE * best.score]
        pool = [c.match.card for c in (best, *rivals)]
        telling = [card for card in pool if sections_for(card, context.reading.aspects)] or pool
        if best.match.card in telling and len({answer_of(card, context) for card in telling}) <= 1:
            return replace(context, card=best.match.card)
        if len(telling) == 1:
            return replace(context, card=telling[0])
        if set(context.reading.aspects) & HARD_ASPECTS and not any(select(card, context.reading).lines for card in telling):
            # Which of them is meant makes no difference when none tells what was asked.
            return replace(context, card=best.match.card)
        return self._ask(context, telling)

    def _with_compound(self, candidates: list[Candidate], best: Candidate, context: Context) -> Candidate:
        """Prefer a card that says a compound of the question as a whole to one that has its words apart: «qeydiyyat şəhadətnaməsi»."""
        reading, named = context.reading, best.match.card
        own = self._matcher.compounds(named, reading, of=named)
        close = [c for c in candidates if not c.match.contradicted and c.score >= UNCONTRADICTED_SCORE * best.score]
        return max((c for c in close if self._matcher.compounds(c.match.card, reading, of=named) > own), key=lambda c: c.score, default=best)

    def _is_rival(self, other: Candidate, best: Candidate, context: Context) -> bool:
        """Tell whether the question's words fit another card as well as the best one."""
        match = other.match
        is_mute = not sections_for(best.match.card, context.reading.aspects) and bool(sections_for(match.card, context.reading.aspects))
        holds_as_much = match.precision >= best.match.precision and match.coverage >= best.match.coverage - RECALL_SLACK
        if is_mute and not match.contradicted and other.score >= MUTE_SCORE * best.score and holds_as_much:
            return True
        if match.contradicted or match.precision < SIBLING_PRECISION * best.match.precision:
            return False
        if match.card.family == best.match.card.family:
            marked = is_marked(other, context)
            is_bare = len(context.reading.tokens) <= BARE_TOPIC_WORDS and not set(context.reading.aspects) - {"online"}
            needed = OTHER_AGE_SCORE if is_bare or is_of_other_age(match.card, best.match.card) else SIBLING_SCORE
            close = other.score >= needed * best.score
            return close and not marked and fits(match.card, context) and not is_named_apart(best.match, match)
        if other.score >= CLOSE_SCORE * best.score and match.coverage >= best.match.coverage + COVERAGE_GAIN:
            return True
        return other.score >= CLOSE_SCORE * best.score and match.recall >= best.match.recall - RECALL_SLACK and not is_named_apart(best.match, match)

    def _ask(self, context: Context, cards: list[ServiceCard]) -> Draft:
        shown = cards[:MAX_OPTIONS]
        focus = Focus(
            sources=tuple(card.id for card in shown),
            family=shown[0].family,
            aspects=context.reading.aspects,
            conditions=context.reading.conditions.as_json(),
        )
        return Draft(status=AnswerStatus.CLARIFICATION, options=tuple(card.title_in(context.language) for card in shown), focus=focus)


def is_sure_of(best: Candidate) -> bool:
    """Tell whether a card holds an answer at all."""
    sureness = SURE_COVERAGE * best.match.coverage + SURE_LEXICAL * best.lexical
    match = best.match
    if match.precision < SHARED_PRECISION and match.recall < SHARED_RECALL and match.coverage < SHARED_COVERAGE:
        return False
    is_named = min(match.coverage, match.precision) >= NAMED
    return is_named or (sureness >= SURE_LIMIT and match.precision >= MIN_PRECISION)


def is_line_asked_for(candidate: Candidate, context: Context) -> bool:
    """Tell whether a number is asked for and the directory of hot lines has one for it: «qonşuda yanğın var, hara zəng edim»."""
    match = candidate.match
    is_directory = len(match.card.contacts) >= DIRECTORY_SIZE
    return is_directory and "contacts" in context.reading.aspects and match.precision >= LINE_PRECISION and match.recall >= LINE_RECALL


def evidence_by_source(passages: tuple[ScoredPassage, ...]) -> dict[str, tuple[float, float]]:
    """Return the best lexical and dense score among the retrieved passages of each source; 0 where a channel found none."""
    found: dict[str, tuple[float, float]] = {}
    for scored in passages:
        lexical, dense = found.get(scored.passage.source_id, (0.0, 0.0))
        found[scored.passage.source_id] = (max(lexical, scored.lexical or 0.0), max(dense, scored.dense or 0.0))
    return found


def with_validity(candidates: list[Candidate], best: Candidate, context: Context) -> Candidate:
    """Return the card of the family that tells how long the document is valid where the best one does not: that is the same however it was got."""
    if "validity" not in context.reading.aspects or best.match.card.validity:
        return best
    told = [
        c
        for c in candidates
        if c.match.card.family == best.match.card.family and c.match.card.validity and not c.match.contradicted and not is_marked(c, context)
    ]
    return told[0] if len(told) == 1 and fits(told[0].match.card, context) else best


def is_of_one_word(context: Context) -> bool:
    """Tell whether a single word says what the question is about."""
    return sum(weight > ASPECT_WEIGHT for weight in context.reading.topic.values()) == 1


def is_marked(candidate: Candidate, context: Context) -> bool:
    """Tell whether a card is for something that must have happened and that the person has not said."""
    event = candidate.match.card.when.event
    return event is not None and event.value in MARKED_EVENTS and context.reading.conditions.event is None


def is_of_other_age(one: ServiceCard, other: ServiceCard) -> bool:
    """Tell whether two cards are the same service for different ages, so that only the age can decide between them."""
    if one.when == other.when or all(age is None for card in (one, other) for age in (card.when.age_from, card.when.age_to)):
        return False
    return max(one.when.age_from or 0, other.when.age_from or 0) >= min(one.when.age_to or 130, other.when.age_to or 130)


def is_named_apart(best: CardMatch, other: CardMatch) -> bool:
    """Tell whether the person said the whole of one name and clearly less of the other's."""
    return best.recall >= 0.95 and best.precision >= other.precision + 0.1


def fits(card: ServiceCard, context: Context) -> bool:
    """Tell whether a card's conditions leave room for what the person said."""
    said = context.reading.conditions
    if card.when.event and card.when.event.value in said.denied:
        return False
    if said.event and card.when.event and card.when.event.value != said.event:
        return False
    if said.person and card.when.person and card.when.person.value != said.person:
        return False
    if said.age and (card.when.age_from is not None or card.when.age_to is not None):
        return overlap(said.age, card.when.age_from, card.when.age_to) >= MIN_AGE_OVERLAP
    return True


def answer_of(card: ServiceCard, context: Context) -> tuple[object, ...]:
    """Return what a card would say to the question: two cards that say the same need no clarification."""
    sections = sections_for(card, context.reading.aspects)
    return tuple(item.model_dump_json(exclude={"source", "rivals", "when"}) for section in sections for item in items_of(card, section)) or (card.id,)
