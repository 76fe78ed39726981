"""Retrieval quality by ir-measures: the numbers that BEIR papers print."""

from collections.abc import Mapping, Sequence

import ir_measures

MEASURES: Mapping[str, ir_measures.Measure] = {
    "nDCG@10": ir_measures.nDCG @ 10,
    "R@5": ir_measures.R @ 5,
    "RR": ir_measures.RR,
}


def score_queries(qrels: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    """Return each measure in [0, 1] for every judged query; one without a ranking counts 0.

    `rankings` holds document ids by query id, best first, each once.
    """
    run = {query: {document: -float(rank) for rank, document in enumerate(ranking)} for query, ranking in rankings.items()}
    names = {measure: name for name, measure in MEASURES.items()}
    scores = {query: dict.fromkeys(MEASURES, 0.0) for query in qrels}
    # The library names its pandas overload by a string, which leaves the parameter's type unknown.
    for metric in ir_measures.iter_calc(list(MEASURES.values()), qrels, run):  # pyright: ignore[reportUnknownMemberType]
        scores[metric.query_id][names[metric.measure]] = float(metric.value)
    return scores
