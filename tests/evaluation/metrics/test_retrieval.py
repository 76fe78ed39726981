import math
from collections.abc import Mapping, Sequence

import pytest

from evaluation.metrics.retrieval import MEASURES, score_queries


def score_rankings(qrels: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Return the means over the queries."""
    scores = score_queries(qrels, rankings)
    return {name: sum(row[name] for row in scores.values()) / len(scores) for name in MEASURES}


def test_one_relevant_document_at_rank_two() -> None:
    scores = score_rankings({"q": {"a": 1}}, {"q": ["x", "a", "y"]})
    assert scores == {"nDCG@10": pytest.approx(1 / math.log2(3), abs=1e-4), "R@5": 1.0, "RR": 0.5}


def test_two_relevant_documents_of_which_one_is_found_first_and_one_below_the_cut() -> None:
    scores = score_rankings({"q": {"a": 1, "b": 1}}, {"q": ["a", "v", "w", "x", "y", "b"]})
    ideal = 1 + 1 / math.log2(3)
    assert scores == {"nDCG@10": pytest.approx((1 + 1 / math.log2(7)) / ideal, abs=1e-4), "R@5": 0.5, "RR": 1.0}


def test_a_query_that_found_nothing_counts_as_zero() -> None:
    assert score_rankings({"q": {"a": 1}, "r": {"a": 1}}, {"q": ["a"], "r": []}) == {"nDCG@10": 0.5, "R@5": 0.5, "RR": 0.5}
    assert score_rankings({"q": {"a": 1}, "r": {"a": 1}}, {"q": ["a"]}) == {"nDCG@10": 0.5, "R@5": 0.5, "RR": 0.5}


def test_more_than_ten_documents_keep_their_order() -> None:
    ranking = [f"d{number}" for number in range(20)]
    assert score_rankings({"q": {"d11": 1}}, {"q": ranking}) == {"nDCG@10": 0.0, "R@5": 0.0, "RR": pytest.approx(1 / 12, abs=1e-4)}
