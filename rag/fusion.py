"""Two result lists become one: each channel's scores are standardised, weighted and added."""

from collections.abc import Mapping
from statistics import fmean, pstdev
from typing import Final

from rag.index import Hit, Hits
from rag.passages import Passage, ScoredPassage

LEXICAL_WEIGHT: Final = 2.0
"""Words count twice as much as meaning: the embedding model is small, and an answer must state what was asked about."""


def fuse(hits: Hits, *, lexical_weight: float = LEXICAL_WEIGHT) -> list[ScoredPassage]:
    """Return the union of both channels, best first; equal scores keep the lexical order.

    A passage that one channel did not return takes that channel's lowest score. The score is a weighted sum of standard
    scores, so it says how far a passage stands out in this list and nothing across lists.
    """
    lexical, dense = _scores(hits.lexical), _scores(hits.dense)
    passages: dict[str, Passage] = {hit.passage.id: hit.passage for hit in (*hits.lexical, *hits.dense)}
    by_words, by_meaning = _standardise(lexical, passages), _standardise(dense, passages)
    found = [
        ScoredPassage(
            passage=passage,
            score=lexical_weight * by_words[passage_id] + by_meaning[passage_id],
            dense=dense.get(passage_id),
            lexical=lexical.get(passage_id),
        )
        for passage_id, passage in passages.items()
    ]
    return sorted(found, key=lambda scored: -scored.score)


def _scores(hits: list[Hit]) -> dict[str, float]:
    return {hit.passage.id: hit.score for hit in hits}


def _standardise(scores: Mapping[str, float], passages: Mapping[str, Passage]) -> dict[str, float]:
    """Return a standard score for every passage; all 0 when the channel tells none from another."""
    lowest = min(scores.values(), default=0.0)
    every = {passage_id: scores.get(passage_id, lowest) for passage_id in passages}
    mean, spread = (fmean(every.values()), pstdev(every.values())) if every else (0.0, 0.0)
    return {passage_id: (score - mean) / spread if spread > 1e-9 else 0.0 for passage_id, score in every.items()}
