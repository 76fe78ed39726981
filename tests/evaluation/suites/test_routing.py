import pytest

from evaluation.suites.output import RoutingOutput
from evaluation.suites.routing import favourite, measure_routing, score_routing
from pilots.routing.decision import Candidate, RouteDecision, Routing


def sent(expected: str, got: str, share: float = 1.0, *, key: str = "") -> RoutingOutput:
    match got:
        case "out_of_scope" | "clarification":
            routing = Routing(decision=RouteDecision(got), candidates=(Candidate("a", 1 - share),))
        case pilot:
            routing = Routing(decision=RouteDecision.PILOT, pilot=pilot, candidates=(Candidate(pilot, share),))
    return RoutingOutput(key=key or f"{expected}-{got}-{share}", variant="clean", asked=("x",), latency_ms=1, expected=expected, routing=routing)


def test_scores_each_label_and_their_mean() -> None:
    scores = score_routing("routing", [sent("a", "a"), sent("a", "b"), sent("b", "b"), sent("out_of_scope", "out_of_scope")], {})
    labels, clean = scores.breakdown["label"], scores.variants["clean"]
    assert (labels["a"]["precision"].value, labels["a"]["recall"].value) == (1.0, 0.5)
    assert (labels["b"]["precision"].value, labels["b"]["recall"].value) == (0.5, 1.0)
    assert clean["macro_f1"].value == pytest.approx((2 / 3 + 2 / 3 + 1) / 3, abs=1e-6)
    assert (clean["accuracy"].value, clean["out_of_scope_recall"].value) == (0.75, 1.0)
    assert scores.confusion["a"] == {"a": 1, "b": 1}
    assert [failure.problems for failure in scores.failures] == [("a → b",)]
    assert scores.shortfalls == ["macro_f1 0.778 < 0.950"]


def test_a_clarification_counts_as_wrong_and_is_reported() -> None:
    scores = score_routing("routing", [sent("a", "clarification"), sent("a", "a")], {})
    labels = scores.breakdown["label"]
    assert (labels["a"]["recall"].value, labels["a"]["precision"].value) == (0.5, 1.0)
    assert scores.variants["clean"]["clarification_rate"].value == 0.5


def test_a_label_that_nothing_was_sent_to_scores_zero() -> None:
    assert score_routing("routing", [sent("a", "b")], {}).variants["clean"]["macro_f1"].value == 0.0


def test_calibration_error_is_the_distance_between_shares_and_hits() -> None:
    clean = score_routing("routing", [sent("a", "a", 0.75), sent("b", "a", 0.75)], {}).variants["clean"]
    assert clean["calibration_error"].value == pytest.approx(0.25)
    assert score_routing("routing", [sent("a", "a", 1.0)], {}).variants["clean"]["calibration_error"].value == 0.0


def test_the_favourite_may_be_nobody() -> None:
    assert favourite(sent("out_of_scope", "out_of_scope", 0.8).routing) == ("out_of_scope", pytest.approx(0.8))


def test_runs_are_compared_by_accuracy() -> None:
    assert [item.value for item in measure_routing([sent("a", "a"), sent("a", "b")])["accuracy"]] == [1.0, 0.0]
