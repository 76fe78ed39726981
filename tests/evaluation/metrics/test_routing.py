import pytest

from evaluation.metrics.routing import Routed, score_routing
from pilots.routing.decision import Candidate, RouteDecision, Routing


def sent(expected: str, got: str, share: float = 1.0) -> Routed:
    match got:
        case "out_of_scope" | "clarification":
            return Routed(expected, Routing(decision=RouteDecision(got), candidates=(Candidate("a", 1 - share),)))
        case pilot:
            return Routed(expected, Routing(decision=RouteDecision.PILOT, pilot=pilot, candidates=(Candidate(pilot, share),)))


def test_scores_each_label_and_their_mean() -> None:
    scores = score_routing([sent("a", "a"), sent("a", "b"), sent("b", "b"), sent("out_of_scope", "out_of_scope")])
    assert (scores.labels["a"].precision, scores.labels["a"].recall) == (1.0, 0.5)
    assert (scores.labels["b"].precision, scores.labels["b"].recall) == (0.5, 1.0)
    assert scores.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert (scores.accuracy, scores.out_of_scope_recall) == (0.75, 1.0)
    assert scores.confusion["a"] == {"a": 1, "b": 1}


def test_a_clarification_counts_as_wrong_and_is_reported() -> None:
    scores = score_routing([sent("a", "clarification"), sent("a", "a")])
    assert (scores.labels["a"].recall, scores.labels["a"].precision, scores.clarifications) == (0.5, 1.0, 0.5)


def test_a_label_that_nothing_was_sent_to_scores_zero() -> None:
    assert score_routing([sent("a", "b")]).macro_f1 == 0.0


def test_calibration_error_is_the_distance_between_shares_and_hits() -> None:
    assert score_routing([sent("a", "a", 0.75), sent("b", "a", 0.75)]).calibration_error == pytest.approx(0.25)
    assert score_routing([sent("a", "a", 1.0)]).calibration_error == 0.0


def test_the_favourite_may_be_nobody() -> None:
    assert sent("out_of_scope", "out_of_scope", 0.8).favourite == ("out_of_scope", pytest.approx(0.8))
