import numpy as np
import pytest

from evaluation.online.agreement import FEWEST, areas_under_curve, compare_score, find_agreements
from gateway.store.answers_in_use import AnswerInUse
from gateway.store.feedback import Helpfulness
from gateway.store.reviews import Verdict
from serving.semconv import Judgement
from tests.evaluation.online.in_use import used

HELPFUL, UNHELPFUL = Helpfulness.HELPFUL, Helpfulness.UNHELPFUL
FEEDBACK, DECISION = Judgement.USER_FEEDBACK, Judgement.SUPERVISOR_DECISION


def judged(good: list[float], bad: list[float], *, metric: str = "groundedness") -> list[AnswerInUse]:
    pairs = [(value, HELPFUL) for value in good] + [(value, UNHELPFUL) for value in bad]
    key = {"groundedness": "groundedness", "withheld_share": "withheld"}[metric]
    return [used(n, feedback=feedback, **{key: value}) for n, (value, feedback) in enumerate(pairs)]  # pyright: ignore[reportArgumentType]


def test_a_score_that_separates_perfectly_tells_all_apart_and_is_still_not_certain() -> None:
    (found,) = find_agreements(judged([1.0] * 30, [0.0] * 12))
    assert (found.score, found.judgement, found.good, found.bad, found.is_enough) == ("groundedness", FEEDBACK, 30, 12, True)
    assert (found.good_mean, found.bad_mean, found.difference, found.auc) == (1.0, 0.0, 1.0, 1.0)
    assert found.high == 1.0
    # Newcombe's join of the exact intervals: 1 − √((1 − .8843)² + .2646²)
    assert found.low == pytest.approx(0.7112, abs=1e-3)
    assert (found.auc_low, found.auc_high) == (None, None)


def test_a_score_that_knows_nothing_has_an_area_of_a_half_and_no_difference() -> None:
    (found,) = find_agreements(judged([0.5, 1.0] * 20, [0.5, 1.0] * 20))
    assert (found.difference, found.auc) == (0.0, 0.5)
    assert found.low is not None
    assert found.high is not None
    assert -0.2 < found.low < 0 < found.high < 0.2
    assert found.auc_low is not None
    assert found.auc_high is not None
    assert 0.3 < found.auc_low < 0.5 < found.auc_high < 0.7


def test_a_score_that_is_perfect_for_everyone_tells_nobody_apart() -> None:
    (found,) = find_agreements(judged([1.0] * 20, [1.0] * 20))
    assert (found.difference, found.auc, found.auc_low) == (0.0, 0.5, None)
    assert found.low == pytest.approx(-0.1684, abs=1e-3)  # 1 − .025^(1/20)
    assert found.high == pytest.approx(0.1684, abs=1e-3)


def test_of_a_score_that_is_better_when_lower_the_area_counts_the_lower_ones() -> None:
    (found,) = find_agreements(judged([0.0] * 12, [0.5] * 12, metric="withheld_share"))
    assert (found.difference, found.auc) == (-0.5, 1.0)


def test_too_few_is_said_and_nothing_else() -> None:
    (found,) = find_agreements(judged([1.0] * 500, [0.0] * (FEWEST - 1)))
    assert (found.good, found.bad, found.needed, found.is_enough) == (500, FEWEST - 1, FEWEST, False)
    assert {found.good_mean, found.bad_mean, found.difference, found.low, found.high, found.auc, found.auc_low, found.auc_high} == {None}
    (enough,) = find_agreements(judged([1.0] * 500, [0.0] * FEWEST))
    assert enough.is_enough


def test_one_persons_many_questions_are_one() -> None:
    many = [used(n, groundedness=0.0, feedback=UNHELPFUL, conversation="angry") for n in range(50)]
    others = [used(100 + n, groundedness=1.0, feedback=HELPFUL) for n in range(50)]
    (found,) = find_agreements([*many, *others])
    assert (found.bad, found.is_enough) == (50, False)


def test_supervisors_and_citizens_are_told_apart_and_an_edited_draft_was_not_good() -> None:
    answers = [used(n, groundedness=1.0, decision=Verdict.APPROVED) for n in range(12)]
    answers += [used(20 + n, groundedness=0.5, decision=Verdict.EDITED) for n in range(6)]
    answers += [used(40 + n, groundedness=0.0, decision=Verdict.REJECTED) for n in range(6)]
    answers += [used(60, groundedness=1.0, feedback=HELPFUL)]
    by_feedback, by_decision = find_agreements(answers)
    assert (by_feedback.judgement, by_feedback.good, by_feedback.bad) == (FEEDBACK, 1, 0)
    assert (by_decision.judgement, by_decision.good, by_decision.bad) == (DECISION, 12, 12)
    assert (by_decision.bad_mean, by_decision.difference, by_decision.auc) == (0.25, 0.75, 1.0)


def test_answers_without_the_score_or_without_a_judgement_do_not_count() -> None:
    answers = [used(0, groundedness=1.0), used(1, feedback=HELPFUL)]
    assert find_agreements(answers) == ()
    assert compare_score("groundedness", FEEDBACK, answers).good == 0


def test_the_area_is_that_of_counting_pairs() -> None:
    draw = np.random.default_rng(3)
    values = draw.integers(0, 6, 40) / 5
    is_good = draw.random(40) < 0.6
    twice = draw.integers(0, 3, 40)
    for weights in (np.ones(40, dtype=int), twice):
        good, bad = np.repeat(values[is_good], weights[is_good]), np.repeat(values[~is_good], weights[~is_good])
        pairs = [(g > b) + 0.5 * (g == b) for g in good for b in bad]
        assert areas_under_curve(values, is_good, weights[None, :].astype(float)) == pytest.approx([sum(pairs) / len(pairs)])
    assert areas_under_curve(values, np.ones(40, dtype=bool), np.ones((2, 40))).tolist() == [0.5, 0.5]
