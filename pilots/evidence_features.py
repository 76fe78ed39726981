"""What is measured of a sentence against a question, for the trained weights of `evidence_model.json`."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from rag.azerbaijani import STOP_WORDS, lower
from rag.chunking import split_sentences
from rag.passages import Passage, ScoredPassage
from rag.sparse import search_words
from rag.stemming import stem_key

FEATURES: Final = (
    "coverage", "exact", "count", "behind", "tail", "near", "passage", "next", "before", "words", "last", "sentences", "rank", "fused",
    "lexical", "dense", "number", "date", "expected", "hand",
)  # fmt: skip
"""`coverage`: share of the question's words, by rarity; `exact`: in the very form; `count`: unweighted; `behind`: those behind a
question word; `tail`: the last five, where an Azerbaijani question has its predicate; `near`: neighbours that stand together; `passage`,
`next`, `before`: the share that the passage, the following sentence and this one with the preceding one have; `words`, `last`, `sentences`: size
and place; `rank`, `fused`, `lexical`, `dense`: search; `number`, `date`: a new figure where one is asked for; `expected`, `hand`: `weigh`."""

TAIL: Final = 5
BEHIND: Final = 4
NEAR: Final = 4
UNSEEN_DENSE: Final = -0.06
QUESTION_WORD: Final = ("hansi", "nece", "kim", "ne", "niye", "harada")
ASKS_NUMBER: Final = re.compile(r"\bneçə|\bnə qədər|\bnece\b|\bne qeder")
ASKS_DATE: Final = re.compile(r"n[əe] vaxt|hans[ıi] (?:il|gün|gun|tarix|ay)|neçənci il|tarix")
ASKS_PERSON: Final = re.compile(r"\bkim")
DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order: their stem keys and the forms they stand in."""

    keys: tuple[str, ...]
    own: frozenset[str]
    forms: frozenset[str]


@lru_cache(maxsize=50_000)
def words_of(text: str) -> Words:
    spoken = search_words(text)
    keys = tuple(map(stem_key, spoken))
    return Words(keys, frozenset(keys), frozenset(spoken))


@lru_cache(maxsize=10_000)
def sentences_of(passage: Passage) -> tuple[str, ...]:
    return tuple(split_sentences(passage.text))


def asked_keys(question: str) -> frozenset[str]:
    """Return the stem keys of a question's telling words."""
    return frozenset(stem_key(word) for word in search_words(question) if word not in STOP_WORDS)


class AskedWords:
    """The telling words of a question, weighed by rarity, and what kind of thing it asks for.

    Rarity is that of the corpus, or among the passages where the search does not tell it.
    """

    def __init__(self, question: str, passages: Sequence[ScoredPassage]) -> None:
        spoken = search_words(question)
        telling = [word for word in spoken if word not in STOP_WORDS]
        self.forms = tuple(dict.fromkeys(telling))
        self.sequence = tuple(map(stem_key, telling))
        known: Mapping[str, float] = passages[0].rarities if passages else {}
        holders = Counter(key for found in passages for key in words_of(found.passage.text).own)
        self.weights = {key: known.get(key) or math.log(1 + (len(passages) + 1) / (holders[key] + 0.5)) for key in dict.fromkeys(self.sequence)}
        self.pairs = tuple(dict.fromkeys(pairwise(self.sequence)))
        self.tail = frozenset(self.sequence[-TAIL:])
        self.behind = frozenset(
            stem_key(word)
            for place, opener in enumerate(spoken)
            if opener.startswith(QUESTION_WORD[:3]) or opener in QUESTION_WORD
            for word in spoken[place + 1 : place + 1 + BEHIND]
            if word not in STOP_WORDS
        )
        small = lower(question)
        self.asks_number = ASKS_NUMBER.search(small) is not None
        self.asks_date = ASKS_DATE.search(small) is not None
        self.asks_person = ASKS_PERSON.search(small) is not None

    def share(self, own: frozenset[str], of: frozenset[str] | None = None) -> float:
        """Return the weighted share of the words (of all, or of those named) that a set of stem keys has, in [0, 1]."""
        asked = self.weights if of is None else {key: self.weights[key] for key in of if key in self.weights}
        total = sum(asked.values())
        return sum(weight for key, weight in asked.items() if key in own) / total if total else 0.0


def features_of(
    asked: AskedWords, passages: Sequence[ScoredPassage], hand: Mapping[tuple[int, int], tuple[float, bool]]
) -> dict[tuple[int, int], list[float]]:
    """Return the FEATURES of each sentence that `hand` names, by its passage's and its own place.

    `hand` holds what `weigh` says of a sentence by its words and headings: its score and whether it has what is expected.
    """
    best_lexical = max((found.lexical or 0.0 for found in passages), default=0.0) or 1.0
    best_dense = max((found.dense or 0.0 for found in passages), default=0.0)
    best_hand = max((score for score, _ in hand.values()), default=0.0)
    best_fused = max((found.score for found in passages), default=0.0)
    rows: dict[tuple[int, int], list[float]] = {}
    for rank, found in enumerate(passages):
        spoken = [words_of(text) for text in sentences_of(found.passage)]
        shares = [asked.share(one.own) for one in spoken]
        whole = asked.share(words_of(found.passage.text).own)
        for place, one in enumerate(spoken):
            if (rank, place) not in hand:
                continue
            score, expected = hand[rank, place]
            new_number = any(DIGIT.search(key) for key in one.own if key not in asked.weights)
            before = one.own | spoken[place - 1].own if place else one.own
            rows[rank, place] = [
                shares[place],
                _exact(asked, one),
                sum(key in one.own for key in asked.weights) / max(1, len(asked.weights)),
                asked.share(one.own, asked.behind) if asked.behind else 0.4,
                asked.share(one.own, asked.tail),
                _near(asked, one.keys),
                whole,
                shares[place + 1] if place + 1 < len(spoken) else 0.0,
                asked.share(before) - shares[place],
                math.log1p(len(one.keys)),
                float(place == len(spoken) - 1),
                float(min(len(spoken), 30)),
                float(rank),
                max(found.score - best_fused, -12.0) if not found.is_lookup else 0.0,
                (found.lexical or 0.0) / best_lexical,
                max((found.dense or 0.0) - best_dense, UNSEEN_DENSE) if best_dense else 0.0,
                float(new_number and asked.asks_number),
                float(new_number and asked.asks_date),
                float(expected),
                score - best_hand,
            ]
    return rows


def _exact(asked: AskedWords, one: Words) -> float:
    weights = {form: asked.weights[stem_key(form)] for form in asked.forms}
    total = sum(weights.values())
    return sum(weight for form, weight in weights.items() if form in one.forms) / total if total else 0.0


def _near(asked: AskedWords, keys: Sequence[str]) -> float:
    places: dict[str, list[int]] = {}
    for at, key in enumerate(keys):
        places.setdefault(key, []).append(at)
    near = sum(any(0 < b - a < NEAR for a in places.get(one, ()) for b in places.get(other, ())) for one, other in asked.pairs)
    return near / max(1, len(asked.pairs))


CERTAINTY: Final = ("passage_tail", "best_tail", "lexical", "score", "asks_detail")
"""What tells whether the passages answer at all: the share of the question's last five words that one of the FIRST passages, and one sentence of
them, has at best (among ten, some passage has them by accident); the best BM25 score by the root of the number of words; the best sentence's
trained score; and whether a number, date or person is asked for, which a passage on the very topic may still lack."""


FIRST: Final = 3
"""As many passages as an answer is composed from."""


def certainty_of(asked: AskedWords, passages: Sequence[ScoredPassage], *, score: float) -> list[float]:
    """Return CERTAINTY for a question with at least one passage, whose best sentence has the trained score."""
    return [
        max(asked.share(words_of(found.passage.text).own, asked.tail) for found in passages[:FIRST]),
        max((asked.share(words_of(text).own, asked.tail) for found in passages[:FIRST] for text in sentences_of(found.passage)), default=0.0),
        max(found.lexical or 0.0 for found in passages) / math.sqrt(max(1, len(asked.weights))),
        score,
        float(asked.asks_number or asked.asks_date or asked.asks_person),
    ]
