import pytest

from evaluation.metrics.selective import risk_coverage


def test_the_surest_answers_come_first() -> None:
    curve = risk_coverage([(0.5, False), (0.9, True), (0.7, True)], questions=4)
    assert [(point.coverage, point.risk) for point in curve.points] == [(0.25, 0.0), (0.5, 0.0), (0.75, pytest.approx(1 / 3))]
    assert curve.auc == pytest.approx(1 / 9)
    assert curve.accuracy_at_90 is None


def test_answers_that_are_equally_sure_are_given_together() -> None:
    one, other = risk_coverage([(0.5, True), (0.5, False)], questions=2), risk_coverage([(0.5, False), (0.5, True)], questions=2)
    assert one == other
    assert [(point.coverage, point.risk) for point in one.points] == [(1.0, 0.5)]


def test_the_risk_at_ninety_percent_is_where_coverage_first_reaches_it() -> None:
    answers = [(1 - place / 20, place != 9) for place in range(10)]
    assert risk_coverage(answers, questions=10).accuracy_at_90 == 1.0
    assert risk_coverage(answers, questions=11).accuracy_at_90 == 0.9


def test_no_answer_has_no_curve() -> None:
    assert risk_coverage([], questions=3).auc is None
