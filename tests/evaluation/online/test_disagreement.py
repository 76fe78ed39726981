from evaluation.online.disagreement import POOR, find_disagreements
from gateway.store.feedback import FeedbackReason, Helpfulness
from gateway.store.reviews import Verdict
from tests.evaluation.online.in_use import used

HELPFUL, UNHELPFUL = Helpfulness.HELPFUL, Helpfulness.UNHELPFUL


def kinds(*answers: object) -> list[tuple[int, str, float]]:
    return [(int(one.answer_id, 16), one.kind, one.distance) for one in find_disagreements(answers)]  # pyright: ignore[reportArgumentType]


def test_the_worst_come_first_and_a_fault_that_no_score_saw_before_a_false_alarm() -> None:
    answers = [
        used(1, groundedness=0.5, decision=Verdict.APPROVED),
        used(2, groundedness=0.0, feedback=HELPFUL),
        used(3, groundedness=1.0, withheld=0.0, decision=Verdict.EDITED),
        used(4, groundedness=1.0, feedback=UNHELPFUL, reasons=(FeedbackReason.UNCLEAR,)),
        used(5, groundedness=1.0, feedback=UNHELPFUL, reasons=(FeedbackReason.WRONG_FACT,)),
        used(6, groundedness=1.0, decision=Verdict.REJECTED),
    ]
    assert kinds(*answers) == [(5, "missed", 1.0), (6, "missed", 1.0), (4, "missed", 1.0), (2, "alarm", 1.0), (3, "missed", 0.5), (1, "alarm", 0.5)]


def test_where_both_say_the_same_nothing_is_listed() -> None:
    answers = [
        used(1, groundedness=1.0, feedback=HELPFUL),
        used(2, groundedness=0.2, feedback=UNHELPFUL),
        used(3, groundedness=1.0, withheld=0.0, decision=Verdict.APPROVED),
        used(4, groundedness=0.3, decision=Verdict.REJECTED),
        used(5, groundedness=1.0),
        used(6, feedback=UNHELPFUL),
        used(7, groundedness=POOR, feedback=HELPFUL),
        used(8, groundedness=0.9, feedback=UNHELPFUL),
    ]
    assert kinds(*answers) == []


def test_the_worst_score_of_an_answer_decides_and_withheld_sentences_count_from_the_other_end() -> None:
    assert kinds(used(1, groundedness=1.0, withheld=0.25, feedback=HELPFUL)) == [(1, "alarm", 0.25)]
    assert kinds(used(1, groundedness=1.0, withheld=0.25, feedback=UNHELPFUL)) == []
    assert kinds(used(1, groundedness=1.0, withheld=0.0, feedback=UNHELPFUL)) == [(1, "missed", 1.0)]


def test_one_of_two_judgements_is_enough_and_both_are_told() -> None:
    (one,) = find_disagreements([used(1, groundedness=1.0, feedback=UNHELPFUL, decision=Verdict.APPROVED)])
    assert (one.kind, one.distance, one.feedback, one.decision) == ("missed", 1.0, UNHELPFUL, Verdict.APPROVED)
