"""What a limit on certainty would give: how many questions are still answered, and how many of these answers are right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evaluation.metrics.answers import CaseResult, Scope, judge
from evaluation.scores import Figure
from evaluation.statistics import Observation, estimate
from evaluation.suites.extractive import AS_ANSWERED, CROSS_VALIDATED, holds
from evaluation.suites.output import AnswerOutput, ExtractiveOutput

LIMITS: Final = tuple(step / 20 for step in range(20))
SURE: Final = 1.0
"""An answer without an estimate, such as a named article, is declined by no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A question as it was answered without a limit; `certainty` counts only where there was an answer."""

    key: str
    cluster: str
    in_scope: bool
    is_answered: bool
    is_right: bool
    certainty: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """`answered` is a share of the questions in scope, `accuracy` of the answers given to these, `refused` of the questions out of scope;
    None where there is nothing to share. `lost` and `avoided` count the right and the wrong answers that the limit withholds."""

    limit: float
    answered: Figure | None
    accuracy: Figure | None
    refused: Figure | None
    lost: int
    avoided: int


def observe_answers(outputs: Sequence[AnswerOutput]) -> list[Observed]:
    """Judge answers to a pilot's own cases; those that should end with a question back are left out."""
    verdicts = [judge(CaseResult(case=one.case, question=one.asked[-1], answer=one.answer, latency_ms=one.latency_ms)) for one in outputs]
    return [
        Observed(
            key=verdict.case.id,
            cluster=verdict.cluster,
            in_scope=verdict.scope is Scope.IN,
            is_answered=verdict.is_answered,
            is_right=verdict.right,
            certainty=_number(verdict.result.answer.details.get("certainty")),
        )
        for verdict in verdicts
        if verdict.scope in (Scope.IN, Scope.OUT)
    ]


def observe_evidence(outputs: Sequence[ExtractiveOutput]) -> list[Observed]:
    """Judge answers on a BEIR folder: right is an answer whose first two lines hold all evidence. The certainty is the cross-validated one."""
    chances = {one.key: one.certainty for one in outputs if one.variant == CROSS_VALIDATED}
    return [
        Observed(
            key=one.key,
            cluster=one.group,
            in_scope=one.answerable,
            is_answered=bool(one.lines),
            is_right=bool(one.evidence) and holds(" ".join(one.lines[:2]), " ".join(one.evidence)),
            certainty=_number(chances.get(one.key)),
        )
        for one in outputs
        if one.variant == AS_ANSWERED and (one.evidence or not one.answerable)
    ]


def trade_off(observed: Sequence[Observed]) -> list[Trade]:
    """Return what each limit gives, the lowest first."""
    return [_trade(observed, limit) for limit in LIMITS]


def propose(trades: Sequence[Trade], *, answered: float) -> Trade:
    """Return the largest limit that keeps the answered rate at or above a bound; the first, which declines nothing, when none does."""
    return next((trade for trade in reversed(trades) if trade.answered and trade.answered.value >= answered), trades[0])


def _trade(observed: Sequence[Observed], limit: float) -> Trade:
    def given(one: Observed) -> bool:
        return one.is_answered and one.certainty >= limit

    inside, outside = [one for one in observed if one.in_scope], [one for one in observed if not one.in_scope]
    return Trade(
        limit=limit,
        answered=_share([(one, given(one)) for one in inside]),
        accuracy=_share([(one, one.is_right) for one in inside if given(one)]),
        refused=_share([(one, not given(one)) for one in outside]),
        lost=sum(one.is_answered and one.is_right and not given(one) for one in inside),
        avoided=sum(one.is_answered and not (one.in_scope and one.is_right) and not given(one) for one in observed),
    )


def _share(items: Sequence[tuple[Observed, bool]]) -> Figure | None:
    found = estimate([Observation(one.key, one.cluster, float(is_so)) for one, is_so in items])
    return None if found is None else Figure.of(found)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else SURE
