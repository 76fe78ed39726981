"""Words that stand next to each other in a query and near each other in a passage: a phrase tells more than its words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from math import log
from statistics import fmean, pstdev
from typing import Final

from rag.azerbaijani import STOP_WORDS
from rag.passages import Passage, ScoredPassage
from rag.sparse import search_words
from rag.stemming import stem_key

WINDOW: Final = 8
"""Two words of a phrase stand less than so many words apart, in either order (the unordered window of Metzler and Croft, 2005)."""

WEIGHT: Final = 0.6
"""Of the proximity's standard score beside those of words (2) and meaning (1); .3 to 1 differ by .001 in nDCG@10."""

DEPTH: Final = 30
"""So many of the fused passages are looked at: enough to fill every list that a pilot asks for."""

Positions = Mapping[str, tuple[int, ...]]


def reorder(query: str, found: Sequence[ScoredPassage]) -> list[ScoredPassage]:
    """Return the passages with the proximity of the query's neighbours added to the scores of the first `DEPTH`, best first.

    A query without two neighbouring telling words, and a list in which nothing differs, stay as they are.
    """
    pairs = neighbours(query)
    front = found[:DEPTH]
    shares = shares_near(pairs, [positions_of(scored.passage) for scored in front])
    spread = pstdev(shares) if shares else 0.0
    if spread < 1e-9:
        return list(found)
    mean = fmean(shares)
    # Those behind the front take its lowest share, so that the list still descends over its edge.
    lowest = WEIGHT * (min(shares) - mean) / spread
    raised = [replace(scored, score=scored.score + WEIGHT * (share - mean) / spread) for scored, share in zip(front, shares, strict=True)]
    behind = [replace(scored, score=scored.score + lowest) for scored in found[DEPTH:]]
    return sorted([*raised, *behind], key=lambda scored: -scored.score)


def neighbours(query: str) -> list[tuple[str, str]]:
    """Return the stem keys of telling words that follow each other in a query, each pair once."""
    return list(dict.fromkeys(pairwise(stem_key(word) for word in search_words(query) if word not in STOP_WORDS)))


def shares_near(pairs: Sequence[tuple[str, str]], passages: Sequence[Positions]) -> list[float]:
    """Return for each passage the share of the pairs whose words stand within the window, in [0, 1].

    A pair counts by the rarity of its words among the passages: one that all of them have tells nothing.
    """
    holders = Counter(key for positions in passages for key in positions)
    weights = [sum(log(1 + (len(passages) + 1) / (holders[word] + 0.5)) for word in pair) for pair in pairs]
    total = sum(weights)
    return [
        sum(weight for (one, other), weight in zip(pairs, weights, strict=True) if _is_near(positions.get(one, ()), positions.get(other, ()))) / total
        if total
        else 0.0
        for positions in passages
    ]


def _is_near(ones: Sequence[int], others: Sequence[int]) -> bool:
    return any(0 < abs(one - other) < WINDOW for one in ones for other in others)


@lru_cache(maxsize=20_000)
def positions_of(passage: Passage) -> Positions:
    """Return where each stem key of a passage's text stands, in words from its beginning."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(search_words(passage.text)):
        places.setdefault(stem_key(word), []).append(place)
    return {key: tuple(at) for key, at in places.items()}
