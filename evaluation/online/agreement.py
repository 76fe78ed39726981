"""Whether a score knows what people will say: how it differs between answers that they found good and bad, and how well it tells them apart."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evaluation.statistics import Floats, Observation, estimate_difference, estimate_weighted
from gateway.online_evaluation import LOWER_IS_BETTER
from gateway.store.answers_in_use import AnswerInUse
from gateway.store.feedback import Helpfulness
from gateway.store.reviews import Verdict
from gateway.use_contract import Agreement
from serving.semconv import Judgement

FEWEST: Final = 10
"""Conversations with good answers, and with bad ones. With 10 and 10 an AUC has an interval of about ± .25; with fewer it says nothing."""

UNINFORMATIVE: Final = 0.5


def find_agreements(answers: Sequence[AnswerInUse]) -> tuple[Agreement, ...]:
    """Return one agreement for each score that judged answers have and each kind of judgement, names in order."""
    names = sorted({name for answer in answers for name in answer.scores})
    found = (compare_score(name, judgement, answers) for judgement in Judgement for name in names)
    return tuple(one for one in found if one.good or one.bad)


def compare_score(score: str, judgement: Judgement, answers: Sequence[AnswerInUse]) -> Agreement:
    judged = [(answer, content) for answer in answers if score in answer.scores and (content := is_content(answer, judgement)) is not None]
    good, bad = ([answer for answer, content in judged if content is wanted] for wanted in (True, False))
    known = Agreement(score=score, judgement=judgement, good=len(good), bad=len(bad), needed=FEWEST, is_enough=False)
    if min(len({answer.conversation_id for answer in group}) for group in (good, bad)) < FEWEST:
        return known
    observed = [[Observation(answer.id, answer.conversation_id, answer.scores[score]) for answer in group] for group in (good, bad)]
    difference = estimate_difference(*observed)
    values = np.array([answer.scores[score] for answer, _ in judged]) * (-1 if score in LOWER_IS_BETTER else 1)
    is_good = np.array([content for _, content in judged])
    auc, auc_low, auc_high = estimate_weighted(
        [answer.conversation_id for answer, _ in judged], lambda weights: areas_under_curve(values, is_good, weights)
    )
    has_width = auc_low != auc_high
    return known.model_copy(
        update={
            "is_enough": True,
            "good_mean": _mean(good, score),
            "bad_mean": _mean(bad, score),
            "difference": difference and difference.value,
            "low": difference and difference.low,
            "high": difference and difference.high,
            "auc": auc,
            "auc_low": auc_low if has_width else None,
            "auc_high": auc_high if has_width else None,
        }
    )


def is_content(answer: AnswerInUse, judgement: Judgement) -> bool | None:
    """Tell whether an answer was found good as it was, None when nobody judged it. A draft that had to be edited was not."""
    match judgement:
        case Judgement.USER_FEEDBACK:
            return None if answer.feedback is None else answer.feedback is Helpfulness.HELPFUL
        case Judgement.SUPERVISOR_DECISION:
            return None if answer.decision is None else answer.decision is Verdict.APPROVED


def areas_under_curve(values: Floats, is_good: NDArray[np.bool_], weights: Floats) -> Floats:
    """Return, for each row of weights, the share of pairs of a good and a bad item in which the good one has the higher value.

    Ties count half; a row without pairs has .5.
    """
    order = np.argsort(values, kind="stable")
    _, starts = np.unique(values[order], return_index=True)
    good, bad = (np.add.reduceat(weights[:, order] * side[order], starts, axis=1) for side in (is_good, ~is_good))
    below = np.cumsum(bad, axis=1) - bad / 2
    pairs = good.sum(axis=1) * bad.sum(axis=1)
    return np.where(pairs > 0, (good * below).sum(axis=1) / np.maximum(pairs, 1.0), UNINFORMATIVE)


def _mean(answers: Sequence[AnswerInUse], score: str) -> float:
    return sum(answer.scores[score] for answer in answers) / len(answers)
