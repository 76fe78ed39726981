"""What the answers of one pilot come to."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from evaluation.online.agreement import find_agreements
from evaluation.online.disagreement import find_disagreements
from evaluation.statistics import Observation, estimate
from gateway.metrics import find_outcome
from gateway.store.answers_in_use import AnswerInUse
from gateway.store.feedback import FeedbackReason, Helpfulness
from gateway.store.reviews import Verdict
from gateway.use_contract import PilotUse, UseFigure

OUTCOMES: Final = ("answered", "clarification", "refused", "error")
MOST_LISTED: Final = 200
Kind = TypeVar("Kind", bound=str)


def measure_use(pilot: str, answers: Sequence[AnswerInUse], *, counted: int, since: datetime, until: datetime) -> PilotUse:
    """Return the figures of a pilot's answers. `counted` is how many there are, also beyond those that were read.

    The same answers give the same figures, in whatever order they come.
    """
    answers = sorted(answers, key=lambda answer: answer.id)
    judged = [answer for answer in answers if answer.feedback is not None]
    unhelpful = [answer for answer in judged if answer.feedback is Helpfulness.UNHELPFUL]
    decided = [answer for answer in answers if answer.decision is not None]
    disagreements = find_disagreements(answers)
    return PilotUse(
        pilot=pilot,
        since=since,
        until=until,
        answers=counted,
        measured=len(answers),
        conversations=len({answer.conversation_id for answer in answers}),
        sampled=sum(answer.is_sampled for answer in answers),
        scored=sum(bool(answer.scores) for answer in answers),
        endings=shares(OUTCOMES, answers, lambda outcome, answer: find_outcome(answer.status) == outcome),
        degraded=share(answers, lambda answer: bool(answer.rungs)),
        rungs=dict(sorted(Counter(rung for answer in answers for rung in answer.rungs).items())),
        scores={name: figure for name in sorted({name for answer in answers for name in answer.scores}) if (figure := _mean_score(name, answers))},
        unhelpful=share(judged, lambda answer: answer.feedback is Helpfulness.UNHELPFUL),
        reasons=shares(FeedbackReason, unhelpful, lambda reason, answer: reason in answer.reasons),
        decisions=shares(Verdict, decided, lambda verdict, answer: answer.decision is verdict),
        waiting=sum(answer.awaits_decision for answer in answers),
        agreements=find_agreements(answers),
        disagreements=tuple(disagreements[:MOST_LISTED]),
        disagreed=len(disagreements),
    )


def shares(kinds: Iterable[Kind], among: Sequence[AnswerInUse], holds: Callable[[Kind, AnswerInUse], bool]) -> dict[Kind, UseFigure]:
    """Return the share of each kind, none when there are no answers."""
    found = {kind: share(among, lambda answer, kind=kind: holds(kind, answer)) for kind in kinds}
    return {kind: figure for kind, figure in found.items() if figure is not None}


def share(among: Sequence[AnswerInUse], holds: Callable[[AnswerInUse], bool]) -> UseFigure | None:
    return _figure([Observation(answer.id, answer.conversation_id, float(holds(answer))) for answer in among])


def _mean_score(name: str, answers: Sequence[AnswerInUse]) -> UseFigure | None:
    return _figure([Observation(answer.id, answer.conversation_id, answer.scores[name]) for answer in answers if name in answer.scores])


def _figure(observations: Sequence[Observation]) -> UseFigure | None:
    found = estimate(observations)
    if found is None:
        return None
    return UseFigure(value=found.value, low=found.low, high=found.high, count=len(observations), conversations=found.clusters)
