"""Which service cards a question names, by its words alone."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from pilots.lexemes import Lexicon, skeletons
from pilots.quantities import share_in
from pilots.reading import ASPECT_WEIGHT, CONDITION_WEIGHT, Conditions, Reading
from pilots.vocabulary import load_vocabulary
from rag.azerbaijani import STOP_WORDS, words
from rag.card_passages import item_sentence
from rag.cards import ServiceCard
from rag.stemming import word_stem

# A service name is matched when the question's words are in it (precision) rather than when all of its words are said (recall):
# titles are long and people are brief.
PRECISION_WEIGHT = 0.7
NAME_WEIGHT = 0.75
SAME_WORD = 0.8
UNKNOWN_WORD_RARITY = 0.6
# «Toplayım», «köçmüşük», «keçirirəm»: what a person does, in words that no service has, hardly tells that another one is meant.
UNKNOWN_DEED_RARITY = 0.2
FINITE = re.compile(
    r"(?:[iu]re[mg]|[iu]ri[gk]|mise[mg]|misi[gk]|musu[gk]|m[eu]lie?ye[mg]|melii?yi[gk]|[eiu]rler|(?<=\w\w\w)m[iu]r(?:ler)?|eceye[mg]|ecege?[mg]"
    r"|eyim|[iy]ib|[uy]ub)$"
)
SAME_STEM = 0.8
# Words as alike as one word's forms share their first letters.
OPENING = 2
ONE_SLIP = 0.75
MIN_AGE_OVERLAP = 0.3
DIRECTORY_SIZE = 8
# The head of a compound is possessed by the word before it: «tələbə biletim», «kredit kartının».
CASED = re.compile(r"(?:de|den|nin|nun|ni|nu|yi|yu|ye|ne|le)$")
# Whose it is («ərimin evinə», beside «kartımın») makes no compound; an ordinal («birinci itib») is not what was lost.
# Nor does what somebody has done («rəhmətə gedib, evi qalıb»).
NO_MODIFIER = re.compile(CASED.pattern + r"|[iu]m[iu]n$|(?<!kt)[iu]b$")
ORDINAL = re.compile(r"inc[iu]$")
HEAD = re.compile(r"(?:s?[iu]|[iu]?m)(?:n?[iu]n|n?[iu])?$")
POSSESSED = re.compile(r"(?:s?[iu]|[iu]?m)(?:n?[iu]n|n?[iu]|n?e|n?den?)?$")
# Cards about a lost, cancelled or corrected document are meant only when the person says so.
MARKED_EVENTS = ("lost", "cancel", "correct", "extend")


@dataclass(frozen=True, slots=True)
class CardMatch:
    """How well a question fits a card, every share in [0, 1].

    `precision`: share of the question's topic words (by rarity) that stand in the card's best-fitting name; `recall`: share of that
    name that the question says; `coverage`: share of topic words that stand anywhere in the card.
    `score` joins them and is lowered when the card's conditions contradict what the person said (`contradicted`).
    `is_other` tells that the question names another thing with words of this card («kredit kartım itib» beside a gas card).
    """

    card: ServiceCard
    precision: float
    recall: float
    coverage: float
    score: float
    contradicted: bool
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class KnownWord:
    """What the deck knows of a question's word.

    Its likeness to the deck's words, the cards that hold them, its rarity in [0, 1] (among names where it stands in one) and
    whether it stands in a name at all.
    """

    likeness: Mapping[str, float]
    holders: Mapping[str, float]
    rarity: float
    is_name: bool


@lru_cache(maxsize=200_000)
def similarity(one: str, other: str) -> float:
    """Return how surely two skeletons are forms of one word: 1 when equal, 0 when they are not."""
    if one == other:
        return 1.0
    shorter = min(len(one), len(other))
    longer = max(len(one), len(other))
    common = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    if shorter < 4:
        return 0.8 if common == shorter == 3 and longer <= 6 else 0.0
    if one[0] != other[0]:
        return 0.0
    if word_stem(one) == word_stem(other):
        return SAME_STEM
    alike = (common / shorter) ** 2 if common >= 4 and common / shorter >= 0.7 else 0.0
    slips = 1 if shorter < 9 else 2
    brief, long = (one, other) if len(one) <= len(other) else (other, one)
    if shorter >= 5 and any(OSA.distance(brief, long[:size], score_cutoff=slips) <= slips for size in {shorter, min(shorter + 1, longer)}):
        alike = max(alike, ONE_SLIP)
    return alike


class CardMatcher:
    """Matches readings against a deck of cards; everything that does not depend on the question is computed once."""

    def __init__(self, deck: Mapping[str, ServiceCard], fillers: Lexicon) -> None:
        self._fillers = fillers
        self._cards = dict(deck)
        self._names = {card.id: [name for written in names_of(card) if (name := self._content(written))] for card in deck.values()}
        self._holders: dict[str, set[str]] = defaultdict(set)
        self._initials: dict[str, list[str]] = defaultdict(list)
        for card in deck.values():
            for word in {word for name in self._names[card.id] for word in name} | set(self._content(_whole_text(card))):
                self._holders[word].add(card.id)
        for word in self._holders:
            self._initials[word[0]].append(word)
        self._before = {card_id: _words_before(names) for card_id, names in self._names.items()}
        relations = load_vocabulary().relations
        self._by_relation = {
            card.id for card in deck.values() if any(relations.occurrences(skeletons(row.case)) for row in (*card.fees, *card.benefits))
        }
        self._pairs = {
            card.id: _pairs_of([*map(skeletons, (*names_of(card), *(item_sentence(item) for item in card.items())))]) for card in deck.values()
        }
        naming: dict[str, set[str]] = defaultdict(set)
        for card_id, names in self._names.items():
            for name in names:
                for word in name:
                    naming[word].add(card_id)
        self._openings: dict[str, list[str]] = defaultdict(list)
        for word in naming:
            self._openings[word[:OPENING]].append(word)
        self._name_rarity = {word: self._rarity(self._named_by(word, naming)) for word in naming}
        self._naming = naming
        self._families: dict[str, list[str]] = defaultdict(list)
        for card in deck.values():
            self._families[card.family].append(card.id)
        self._known = lru_cache(maxsize=10_000)(self._look_up)
        """Looked up once for each word that people type; a slip makes a new word, so the cache is bounded."""

    def match(self, reading: Reading, *, among: Iterable[str] | None = None) -> list[CardMatch]:
        """Return the cards that share a topic word with the question, best first; `among` narrows the deck."""
        known = {word: self._known(word) for word in reading.topic}
        weights = {word: weight * known[word].rarity for word, weight in reading.topic.items() if weight > ASPECT_WEIGHT}
        if not weights:
            # «Sənəd», «pul»: a word for what is asked names a service only when nothing else does.
            weights = {word: weight * known[word].rarity for word, weight in reading.topic.items() if known[word].is_name}
        if not sum(weights.values()):
            return []
        candidates = set(among) if among is not None else {card_id for word in known.values() for card_id in word.holders}
        matches = [self._score(self._cards[card_id], reading, weights, known) for card_id in sorted(candidates) if card_id in self._cards]
        return sorted((match for match in matches if match.score > 0), key=lambda match: -match.score)

    def siblings(self, card: ServiceCard) -> list[str]:
        """Return the ids of the cards of a family, the card's own included."""
        return self._families[card.family]

    def words(self) -> Counter[str]:
        """Return the words of the deck as they are written, with their occurrences."""
        return Counter(word for card in self._cards.values() for text in (*names_of(card), _whole_text(card)) for word in words(text))

    def knows(self, word: str) -> bool:
        """Tell whether any card contains a form of the word."""
        return bool(self._known(word).holders)

    def _score(self, card: ServiceCard, reading: Reading, weights: Mapping[str, float], known: Mapping[str, KnownWord]) -> CardMatch:
        said = reading.conditions
        explained = self._explained(card, reading, known)
        is_other = self._is_other_compound(card, reading, known) or self._happened_to_other(card, reading, known)
        factor = _agreement(card, said, self._family_events(card))
        total = sum(weights.values())
        told = sum(weights[word] for word in explained if word in weights)
        left = {word: weight for word, weight in weights.items() if word not in explained} if told else weights
        precision = recall = best = 0.0
        for name in self._names[card.id]:
            name_precision = (told + sum(weight * max(known[word].likeness.get(own, 0.0) for own in name) for word, weight in left.items())) / total
            rarities = {own: self._name_rarity[own] for own in name}
            name_recall = sum(rarity * max(known[word].likeness.get(own, 0.0) for word in weights) for own, rarity in rarities.items())
            name_recall /= sum(rarities.values())
            joined = PRECISION_WEIGHT * name_precision + (1 - PRECISION_WEIGHT) * name_recall
            if joined > best and name_precision > 0:
                best, precision, recall = joined, name_precision, name_recall
        coverage = (told + sum(weight * known[word].holders.get(card.id, 0.0) for word, weight in left.items())) / total
        score = factor * (NAME_WEIGHT * best + (1 - NAME_WEIGHT) * coverage)
        return CardMatch(card, precision, recall, coverage, score, contradicted=factor < SAME_WORD, is_other=is_other)

    def _explained(self, card: ServiceCard, reading: Reading, known: Mapping[str, KnownWord]) -> frozenset[str]:
        """Return the words for a circumstance that a card tells apart, in whatever words; what it is about the card must say itself."""
        things = [word for word, weight in reading.topic.items() if weight > CONDITION_WEIGHT]
        if things and not any(known[word].holders.get(card.id, 0.0) >= SAME_WORD for word in things):
            return frozenset()
        said = reading.conditions
        kinds = {
            "event": said.event is not None and card.when.event is not None and card.when.event.value == said.event,
            "relation": said.relation is not None and card.id in self._by_relation,
        }
        return frozenset(word for kind, is_told in kinds.items() if is_told for word in reading.said_by.get(kind, frozenset()))

    def _is_other_compound(self, card: ServiceCard, reading: Reading, known: Mapping[str, KnownWord]) -> bool:
        """Tell whether the question names another thing by the same head word: «tələbə bileti» is no «hərbi bilet».

        So it is where all names of the card put a word of their own before the head, none of these was said, and the word said in its
        place is nowhere on the card.
        """
        for first, head in pairwise(reading.tokens):
            if not (reading.topic.get(first, 0.0) > CONDITION_WEIGHT and reading.topic.get(head, 0.0) > CONDITION_WEIGHT):
                continue
            if known[first].holders.get(card.id, 0.0) > 0 or NO_MODIFIER.search(first) or not POSSESSED.search(head):
                continue
            before = [before for own, before in self._before[card.id].items() if known[head].likeness.get(own, 0.0) >= SAME_WORD]
            modifiers = set[str]().union(*before)
            if modifiers and "" not in modifiers and not any(known[word].likeness.get(own, 0.0) >= SAME_WORD for word in known for own in modifiers):
                return True
        return False

    def _happened_to_other(self, card: ServiceCard, reading: Reading, known: Mapping[str, KnownWord]) -> bool:
        """Tell whether what was lost or expired («diplomum itib») is the name of another service and nowhere on the card."""
        events = reading.said_by.get("event", frozenset())
        return any(
            known[thing].is_name and not known[thing].holders.get(card.id)
            for thing, happened in pairwise(reading.tokens)
            if happened in events
            and thing not in events
            and reading.topic.get(thing, 0.0) > CONDITION_WEIGHT
            and not CASED.search(thing)
            and not ORDINAL.search(thing)
        )

    def compounds(self, card: ServiceCard, reading: Reading, *, of: ServiceCard) -> int:
        """Return how many compounds of the question a card says as a whole; their head must stand in the title of `of`."""
        said = [
            (first, head)
            for first, head in pairwise(reading.tokens)
            if min(reading.topic.get(first, 0.0), reading.topic.get(head, 0.0)) > CONDITION_WEIGHT
            and HEAD.search(head)
            and not CASED.search(first)
            and any(similarity(head, own) >= SAME_WORD for own in skeletons(of.title))
        ]
        return sum(
            any(
                similarity(first, own) >= SAME_WORD and similarity(head, other) >= SAME_WORD
                for own, other in self._pairs[card.id].get(first[:OPENING], ())
            )
            for first, head in said
        )

    def _family_events(self, card: ServiceCard) -> set[str]:
        return {sibling.when.event.value for sibling in map(self._cards.__getitem__, self._families[card.family]) if sibling.when.event}

    def _content(self, written: str) -> list[str]:
        tokens = skeletons(written)
        empty = {place for found in self._fillers.occurrences(tokens) for place in range(found.start, found.end)}
        return [token for place, token in enumerate(tokens) if place not in empty and token not in STOP_WORDS and len(token) > 1]

    def _look_up(self, word: str) -> KnownWord:
        likeness = {own: alike for own in self._initials.get(word[0], ()) if (alike := similarity(word, own)) > 0}
        holders: dict[str, float] = {}
        for own, alike in likeness.items():
            for card_id in self._holders[own]:
                holders[card_id] = max(holders.get(card_id, 0.0), alike)
        named = {card_id for own, alike in likeness.items() if alike >= SAME_WORD for card_id in self._naming.get(own, ())}
        if not holders:
            rarity = UNKNOWN_DEED_RARITY if FINITE.search(word) else UNKNOWN_WORD_RARITY
        elif named:
            rarity = self._rarity(len(named))
        else:
            rarity = self._rarity(sum(1 for alike in holders.values() if alike >= SAME_WORD) or 1)
        return KnownWord(likeness, holders, rarity, is_name=bool(named))

    def _named_by(self, word: str, naming: Mapping[str, set[str]]) -> int:
        alike = (own for own in self._openings[word[:OPENING]] if similarity(word, own) >= SAME_WORD)
        return len({card_id for own in alike for card_id in naming[own]})

    def _rarity(self, cards: int) -> float:
        return max(0.1, math.log(1 + len(self._cards) / (cards + 1)) / math.log(1 + len(self._cards) / 2))


def _words_before(names: Iterable[Sequence[str]]) -> dict[str, set[str]]:
    """Return for each word of a card's names the words that stand right before it, "" where it opens a name."""
    before: dict[str, set[str]] = defaultdict(set)
    for name in names:
        for first, word in pairwise(("", *name)):
            before[word].add(first)
    return dict(before)


def _pairs_of(texts: Iterable[Sequence[str]]) -> dict[str, list[tuple[str, str]]]:
    """Return the neighbouring words of texts by the first letters of the first."""
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for first, second in dict.fromkeys(pair for text in texts for pair in pairwise(text)):
        pairs[first[:OPENING]].append((first, second))
    return dict(pairs)


def names_of(card: ServiceCard) -> list[str]:
    """Return what a card may be called: its title, its aliases and, for a directory of hot lines, what each line is for."""
    labels = [contact.label for contact in card.contacts] if len(card.contacts) >= DIRECTORY_SIZE else []
    return [card.title, *card.aliases, *labels]


def overlap(asked: tuple[int, int], age_from: int | None, age_to: int | None) -> float:
    """Return how far the asked ages and those of a condition agree, in [0, 1]: 1 when one lies within the other («uşaq», «3 yaşadək»)."""
    own = (age_from or 0, age_to or 130)
    common = min(asked[1], own[1]) - max(asked[0], own[0])
    return max(0, common) / max(1, min(asked[1] - asked[0], own[1] - own[0]))


def _agreement(card: ServiceCard, said: Conditions, family_events: set[str]) -> float:
    """Return the factor for a card's conditions against what was said."""
    factor = 1.0
    if said.age and (card.when.age_from is not None or card.when.age_to is not None):
        share = overlap(said.age, card.when.age_from, card.when.age_to)
        factor *= 0.85 + 0.25 * share if share >= MIN_AGE_OVERLAP else 0.4
    elif said.age and any(row.when.age_from is not None or row.when.age_to is not None for row in (*card.fees, *card.benefits)):
        factor *= 1.08
    if said.share and any(share_in(row.case) for row in (*card.fees, *card.benefits)):
        factor *= 1.08
    own_event = card.when.event.value if card.when.event else None
    if own_event in said.denied:
        factor *= 0.5
    if said.event:
        if own_event == said.event:
            factor *= 1.1
        elif own_event:
            factor *= 0.5
        elif said.event in family_events:
            factor *= 0.7
    elif own_event in MARKED_EVENTS:
        factor *= 0.85
    own_person = card.when.person.value if card.when.person else None
    if own_person and said.person and own_person != said.person:
        factor *= 0.6
    elif own_person == "foreigner" and not said.person:
        factor *= 0.95
    return factor


def _whole_text(card: ServiceCard) -> str:
    return " ".join(item_sentence(item) for item in card.items())
