"""How much of a question the sentences of retrieved passages answer."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pilots.evidence_features import AskedWords, certainty_of, features_of
from pilots.evidence_model import EvidenceModel, load_evidence_model
from pilots.expectation import WHOLE_QUESTION, Expectation
from pilots.lexemes import skeletons
from pilots.matching import similarity
from pilots.quantities import NOT_UNITS, UNITS
from pilots.reading import ASPECT_WEIGHT, Reading
from rag.azerbaijani import STOP_WORDS, lower
from rag.chunking import split_sentences
from rag.legal import parse_references
from rag.passages import ScoredPassage
from rag.stemming import LONGEST_KEY, word_stem

# All weights and limits below were found on the pilot's own cases and on questions to which its guides hold no answer.
SAME_WORD = 0.65
MOST_ENDINGS = 4
# «Rüsum», «cərimə», «məhkəmə»: for a service card the word for what is asked hardly tells which card; of a document it is the subject.
LEAST_WEIGHT = 0.5
QUESTION_WORDS = ("neyl", "neyn", "nece", "neter")
# A sentence with an amount must be about this share of what was asked besides the document's title: «rüsum» is in every fee of a law.
LEAST_SUBJECT = 0.45
# What stands in the title, the locator or the article's heading is said of every sentence below it, but less surely.
HEADING_SHARE = 0.6
PASSAGE_SHARE = 0.25
EXPECTED_BONUS = 0.25
# A length of time that the question gives («24 saatlıq cavab») and a source that the conversation is about speak for a sentence.
SAID_TERM_BONUS = 0.55
EARLIER_SOURCE_BONUS = 0.2
# A locator that the question says as a whole («Əsas məzuniyyət») against one of which it says a part.
LOCATOR_BONUS = 0.15
LEXICAL_WEIGHT = 0.25
DENSE_WEIGHT = 2.0
# Cosines of e5 lie close together; a passage that vector search did not return is this far behind.
UNSEEN_DENSE = -0.06

# «Bu müddət …», «Onun …»: such a sentence says little without the one before it.
LEANING = re.compile(r"(?:bu|bunlar\w*|bunun|o|onlar\w*|onun|onu|ona|həmin|belə)\b", re.IGNORECASE)
LEANING_COST = 0.08
ITEM = re.compile(r"\s*(?:[-–•]\s|[a-zəçğıöşü]\)|\d{1,3}\)|\d+(?:[.-]\d+)+\.?\s)")

# A logit of trained strength in units of `score`. The weights were trained on whole sentences of a benchmark: of short questions and follow-ups,
# as people type them, the pilot's own cases lost 7 % of their facts by them, so those keep the order by hand.
STRENGTH_SHARE = 0.1
OPEN_QUESTION = 4

ARTICLE_HEADING = re.compile(r"\s*m\s*a\s*d\s*d\s*ə\s+\d[\d-]*\s*\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WordWeights:
    """The topic words of a question and how much each tells the retrieved passages apart; the weights sum to 1."""

    weights: Mapping[str, float]

    @classmethod
    def among(cls, topic: Mapping[str, float], texts: Iterable[str]) -> "WordWeights":
        """Weigh words by their rarity among texts: a word that every candidate has tells nothing, one that none has tells most."""
        spoken = [frozenset(skeletons(text)) for text in texts]
        raw: dict[str, float] = {}
        for word, weight in topic.items():
            holders = sum(1 for own in spoken if contains(own, word))
            raw[word] = weight * math.log(1 + (len(spoken) + 1) / (max(holders, 1) + 0.5))
        total = sum(raw.values())
        return cls({word: weight / total for word, weight in raw.items()} if total else {})

    def found_in(self, text: str) -> dict[str, float]:
        """Return the words that a text contains in any form, with their weights."""
        own = frozenset(skeletons(text))
        return {word: weight for word, weight in self.weights.items() if contains(own, word)}

    def coverage(self, text: str) -> float:
        """Return the weighted share of the question's words that a text contains, in [0, 1]; 0 for a question without words."""
        return sum(self.found_in(text).values())


def contains(own: frozenset[str], word: str) -> bool:
    """Tell whether a form of the word is among the skeletons of a text; a number must be that very number."""
    if word in own or word[0].isdigit():
        return word in own
    return any(is_form(word, token) for token in own)


@lru_cache(maxsize=200_000)
def is_form(one: str, other: str) -> bool:
    """Tell whether two skeletons are forms of one word («işləməliyəm», «işləməməlidir»)."""
    if one[0] != other[0] or one[0].isdigit():
        return False
    shorter, longer = sorted((len(one), len(other)))
    if shorter >= LONGEST_KEY and one[:LONGEST_KEY] == other[:LONGEST_KEY]:
        return True
    # «Malik» (owning) is no slip of «maliyyələşdirmək» (to finance): a short word is the beginning of many long ones.
    # «Motor» is no slip of «motosiklet»: with a slip in it a word ends about where the other does.
    slack = shorter + 1 if one[:shorter] == other[:shorter] or word_stem(one) == word_stem(other) else MOST_ENDINGS
    return longer <= shorter + slack and similarity(one, other) >= SAME_WORD


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a passage and how much it tells.

    `words` are the question's words that the sentence itself has. `coverage` is the weighted share of the question's words that it
    and its surroundings have, and `subject` the same without the words of the document's title, 1 when nothing else was asked: the
    name of a law is in all of its articles. `score` joins them with what its heading and passage have,
    with what search thinks of the passage and with whether the sentence holds the kind of thing that was asked for (`expected`).
    `strength` is the trained estimate in logits, 0 while it was not asked for; `ranked` puts it into `score`.
    """

    found: ScoredPassage
    place: int
    text: str
    words: frozenset[str]
    coverage: float
    subject: float
    expected: bool
    score: float
    strength: float = 0.0


def weigh(passages: Sequence[ScoredPassage], reading: Reading, *, earlier: Sequence[str] = ()) -> list[Evidence]:
    """Return the sentences of the passages that may answer, most telling first.

    `earlier` are the sources that the conversation is about. Headings are left out, and where an amount or a contact is asked
    for, sentences without one.
    """
    words = WordWeights.among(emphasised(reading), [searchable(p) for p in passages])
    expectation = Expectation.of(reading)
    terms = said_terms(reading.tokens)
    best_lexical = max((found.lexical or 0.0 for found in passages), default=0.0)
    best_dense = max((found.dense or 0.0 for found in passages), default=0.0)
    weighed: list[Evidence] = []
    for found in passages:
        standing = LEXICAL_WEIGHT * (found.lexical or 0.0) / best_lexical if best_lexical else 0.0
        standing += DENSE_WEIGHT * max((found.dense or 0.0) - best_dense, UNSEEN_DENSE) if best_dense else 0.0
        standing += EARLIER_SOURCE_BONUS if found.passage.source_id in earlier else 0.0
        standing += LOCATOR_BONUS * share_said(found.passage.locator, reading.topic)
        sentences = split_sentences(found.passage.text)
        heading = heading_of(found, sentences)
        above = words.found_in(heading)
        titled = words.found_in(found.passage.title)
        everywhere = words.found_in(searchable(found))
        for place, text in enumerate(sentences):
            if place == 0 and ARTICLE_HEADING.match(text) and len(sentences) > 1:
                continue
            own = words.found_in(text)
            coverage = sum(own.values()) + sum(
                weight * (HEADING_SHARE if word in above else PASSAGE_SHARE) for word, weight in everywhere.items() if word not in own
            )
            subject = _share({word: weight for word, weight in words.weights.items() if word not in titled}, own | above)
            if expectation.needed and (subject < LEAST_SUBJECT or not expectation.needed.search(lower(text))):
                continue
            expected = expectation.met_by(text)
            is_said = bool(terms & said_terms(skeletons(text)))
            leans = LEANING_COST if LEANING.match(text) else 0.0
            score = coverage + standing - leans + (EXPECTED_BONUS if expected and (own or is_said) else 0.0) + (SAID_TERM_BONUS if is_said else 0.0)
            weighed.append(Evidence(found, place, text, frozenset(own), coverage, subject, expected, score))
    return sorted(weighed, key=lambda evidence: -evidence.score)


def rank(
    passages: Sequence[ScoredPassage], reading: Reading, question: str, *, earlier: Sequence[str] = (), model: EvidenceModel | None = None
) -> list[Evidence]:
    """Return what `weigh` returns, most telling first, with the strength and, for a whole question of its own, that strength in each score.

    The most telling sentence keeps its own score.
    """
    weighed = weigh(passages, reading, earlier=earlier)
    if not weighed:
        return []
    model = model or load_evidence_model()
    strong = [replace(evidence, strength=model.strength(row)) for evidence, row in zip(weighed, measure(passages, weighed, question), strict=True)]
    if not is_whole(reading, question, earlier):
        return strong
    # Behind the first one sentences stand by their distance from it; limits on scores keep the meaning that they have in `weigh`.
    first = max(strong, key=joined)
    scored = [replace(evidence, score=first.score + joined(evidence) - joined(first)) for evidence in strong]
    return sorted(scored, key=lambda evidence: -evidence.score)


def is_whole(reading: Reading, question: str, earlier: Sequence[str] = ()) -> bool:
    """Tell whether a question says all that it is about, so that the trained order applies; never one that leans on a conversation.

    It has WHOLE_QUESTION telling words or more; or OPEN_QUESTION, and neither asks for a number nor names an article.
    """
    if earlier or len(reading.topic) < OPEN_QUESTION:
        return False
    return len(reading.topic) >= WHOLE_QUESTION or (Expectation.of(reading).is_open and not parse_references(question))


def joined(evidence: Evidence) -> float:
    """Return the score by hand and the trained strength in one; comparable within one question."""
    return evidence.score + STRENGTH_SHARE * evidence.strength


def measure(passages: Sequence[ScoredPassage], weighed: Sequence[Evidence], question: str) -> list[list[float]]:
    """Return the features of each weighed sentence."""
    ranks = {found.passage.id: place for place, found in enumerate(passages)}
    hand = {(ranks[evidence.found.passage.id], evidence.place): (evidence.score, evidence.expected) for evidence in weighed}
    rows = features_of(AskedWords(question, passages), passages, hand)
    return [rows[ranks[evidence.found.passage.id], evidence.place] for evidence in weighed]


def certainty(passages: Sequence[ScoredPassage], best: Evidence, question: str) -> list[float]:
    """Return what tells whether the passages answer, the best ranked sentence given."""
    return certainty_of(AskedWords(question, passages), passages, score=best.strength)


def _share(weights: Mapping[str, float], found: Mapping[str, float]) -> float:
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in found) / total if total else 1.0


def emphasised(reading: Reading) -> dict[str, float]:
    """Return the topic words with aspect words raised; words for the question itself («neyləyim») tell no document from another."""
    return {
        word: LEAST_WEIGHT if weight == ASPECT_WEIGHT else weight
        for word, weight in reading.topic.items()
        if not (weight == ASPECT_WEIGHT and word.startswith(QUESTION_WORDS))
    }


def said_terms(tokens: Sequence[str]) -> set[tuple[str, str]]:
    """Return the lengths of time among skeletons, as number and unit: «24 saatlıq», «3 iş gününə»."""
    return {
        (token, unit)
        for place, token in enumerate(tokens)
        if token.isdigit()
        for near in tokens[place + 1 : place + 3]
        for unit in UNITS
        if near.startswith(unit) and not near.startswith(NOT_UNITS)
    }


def share_said(name: str, topic: Mapping[str, float]) -> float:
    """Return the share of a name's words that the question says, in [0, 1]; 0 for an empty name."""
    own = [word for word in skeletons(name) if word not in STOP_WORDS]
    said = frozenset(topic)
    return sum(contains(said, word) for word in own) / len(own) if own else 0.0


def heading_of(found: ScoredPassage, sentences: Sequence[str]) -> str:
    """Return what a passage's sentences stand under: its title, its locator and the heading of its article."""
    article = [sentences[0]] if sentences and ARTICLE_HEADING.match(sentences[0]) else []
    return "\n".join([found.passage.title, found.passage.locator, *article])


def searchable(found: ScoredPassage) -> str:
    """Return all that a passage says of itself: its title and place count as well as its text."""
    return f"{found.passage.title}\n{found.passage.locator}\n{found.passage.text}"
