import pytest

from evaluation.online.measure import MOST_LISTED, measure_use
from gateway.store.answers_in_use import AnswerInUse
from gateway.store.feedback import FeedbackReason, Helpfulness
from gateway.store.reviews import Verdict
from gateway.use_contract import PilotUse
from pilots.answer import AnswerStatus
from tests.evaluation.online.in_use import START, used

HELPFUL, UNHELPFUL = Helpfulness.HELPFUL, Helpfulness.UNHELPFUL


def measured(answers: list[AnswerInUse], *, counted: int | None = None) -> PilotUse:
    return measure_use("citizen_chat", answers, counted=counted or len(answers), since=START, until=START)


WEEK = [
    used(0, groundedness=1.0, feedback=HELPFUL),
    used(1, groundedness=0.5, feedback=UNHELPFUL, reasons=(FeedbackReason.WRONG_FACT, FeedbackReason.UNCLEAR)),
    used(2, groundedness=1.0, feedback=UNHELPFUL, reasons=(FeedbackReason.WRONG_FACT,), rungs=("lexical", "extractive")),
    used(3, status=AnswerStatus.CLARIFICATION),
    used(4, status=AnswerStatus.UNANSWERABLE_NO_SOURCE, feedback=UNHELPFUL),
    used(5, status=AnswerStatus.ERROR_RETRIEVAL, rungs=("contacts",)),
    used(6, groundedness=1.0, decision=Verdict.APPROVED),
    used(7, groundedness=1.0, decision=Verdict.REJECTED),
    used(8, groundedness=1.0, awaits=True),
    used(9, status=AnswerStatus.GUARDRAIL_INJECTION),
]


def test_the_figures_are_those_of_counting() -> None:
    use = measured(WEEK)
    assert (use.answers, use.measured, use.conversations, use.sampled, use.scored, use.waiting) == (10, 10, 10, 6, 6, 1)
    assert {name: figure.value for name, figure in use.endings.items()} == {"answered": 0.6, "clarification": 0.1, "refused": 0.2, "error": 0.1}
    assert use.degraded is not None
    assert (use.degraded.value, use.rungs) == (0.2, {"contacts": 1, "extractive": 1, "lexical": 1})
    grounded = use.scores["groundedness"]
    assert (grounded.value, grounded.count) == (pytest.approx(5.5 / 6), 6)
    assert use.unhelpful is not None
    assert (use.unhelpful.value, use.unhelpful.count) == (0.75, 4)
    assert use.reasons[FeedbackReason.WRONG_FACT].value == pytest.approx(2 / 3)
    assert use.reasons[FeedbackReason.OTHER].value == 0
    assert {verdict: figure.value for verdict, figure in use.decisions.items()} == {"approved": 0.5, "edited": 0.0, "rejected": 0.5}
    assert [(int(one.answer_id, 16), one.kind) for one in use.disagreements] == [(2, "missed"), (7, "missed")]


def test_the_same_answers_give_the_same_figures_in_any_order() -> None:
    assert measured(WEEK) == measured(WEEK[::-1])


def test_intervals_are_over_conversations() -> None:
    apart = [used(n, feedback=UNHELPFUL if n < 20 else HELPFUL) for n in range(40)]
    together = [used(n, feedback=UNHELPFUL if n < 20 else HELPFUL, conversation=f"c{n // 10}") for n in range(40)]
    one, other = measured(apart).unhelpful, measured(together).unhelpful
    assert one is not None
    assert other is not None
    assert (one.value, other.value) == (0.5, 0.5)
    assert (one.conversations, other.conversations) == (40, 4)
    assert one.low is not None
    assert other.low is not None
    assert other.low < one.low


def test_no_answers_have_no_figures() -> None:
    use = measured([])
    assert (use.answers, use.endings, use.degraded, use.scores, use.unhelpful, use.decisions) == (0, {}, None, {}, None, {})
    assert (use.agreements, use.disagreements, use.disagreed) == ((), (), 0)


def test_a_long_list_of_disagreements_is_cut_and_counted() -> None:
    use = measured([used(n, groundedness=1.0, feedback=UNHELPFUL) for n in range(MOST_LISTED + 5)], counted=1000)
    assert (len(use.disagreements), use.disagreed, use.answers, use.measured) == (MOST_LISTED, MOST_LISTED + 5, 1000, MOST_LISTED + 5)
