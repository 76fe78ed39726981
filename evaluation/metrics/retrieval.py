"""Retrieval quality by ir-measures: the numbers that BEIR papers print."""

from collections.abc import Mapping, Sequence

import ir_measures

MEASURES: Mapping[str, ir_measures.Measure] = {
    "nDCG@10": ir_measures.nDCG @ 10,
    "R@5": ir_measures.R @ 5,
    "RR": ir_measures.RR,
}

RetrievalScores = dict[str, float]


def score_rankings(qrels: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Sequence[str]]) -> RetrievalScores:
    """Return each measure's mean in [0, 1] over all judged queries; one without a ranking counts 0.

    `rankings` holds document ids by query id, best first, each once.
    """
    run = {query: {document: -float(rank) for rank, document in enumerate(ranking)} for query, ranking in rankings.items()}
    # The library names its pandas overload by a string, which leaves the parameter's type unknown.
    scores = ir_measures.calc_aggregate(list(MEASURES.values()), qrels, run)  # pyright: ignore[reportUnknownMemberType]
    return {name: round(scores[measure], 4) for name, measure in MEASURES.items()}
