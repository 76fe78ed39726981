from dataclasses import replace

import pytest
from pydantic import JsonValue

from evaluation.dataset import Case
from evaluation.metrics.answers import CaseResult, Scope, Verdict, judge, measure_verdicts, percentile
from evaluation.scores import figures
from pilots.answer import Answer, AnswerStatus, Sentence, SentenceKind
from tests.evaluation.answering import answer, case, fact


def verdict(asked: Case, given: Answer, *, latency_ms: float = 1.0) -> Verdict:
    return judge(CaseResult(case=asked, question=asked.question, answer=given, latency_ms=latency_ms))


def test_an_answer_with_every_fact_and_nothing_else_is_exact() -> None:
    given = verdict(case(facts=("5 AZN", "70 AZN")), answer(fact("Adi: 5 AZN", 1), fact("Təcili: 70 AZN", 1), sources=("sv",)))
    assert (given.status_right, given.missing, given.wrong, given.passed) == (True, (), (), True)


def test_names_the_missing_and_the_wrong_facts() -> None:
    given = verdict(case(facts=("5 AZN", "70 AZN"), allowed=("50 AZN",)), answer(fact("5 AZN"), fact("50 AZN"), fact("60 AZN")))
    assert (given.missing, given.wrong, given.exact) == (("70 AZN",), ("60 AZN",), False)


def test_figures_in_notices_and_messages_are_not_statements() -> None:
    notice = Sentence(text="2021-ci ilə qədər 10 AZN idi.", kind=SentenceKind.NOTICE, citations=(1,))
    frame = Sentence(text="Dəqiqləşdirin: 10 AZN.", kind=SentenceKind.FRAME)
    assert verdict(case(facts=("10 AZN",)), answer(notice, frame)).missing == ("10 AZN",)
    assert verdict(case(), answer(notice, frame)).wrong == ()


def test_silence_states_nothing_wrong_and_leaves_nothing_out() -> None:
    given = verdict(case(facts=("5 AZN",)), answer(status=AnswerStatus.UNANSWERABLE_NO_SOURCE))
    assert (given.status_right, given.missing, given.wrong, given.states_facts) == (False, (), (), False)


def test_an_answer_where_silence_was_due_is_inexact_when_it_states_an_amount() -> None:
    given = verdict(case("unanswerable_no_source"), answer(fact("5 AZN", 1), sources=("sv",)))
    assert (given.status_right, given.states_facts, given.exact) == (False, True, False)


def shares(*verdicts: Verdict) -> dict[str, float]:
    return {name: figure.value for name, figure in figures(measure_verdicts(verdicts)).items()}


def test_scores_are_shares_of_what_could_show_them() -> None:
    found = shares(
        verdict(case(facts=("5 AZN",), sources=("sv",)), answer(fact("5 AZN", 1), fact("sənəd", 2), sources=("sv", "pasport"))),
        verdict(case(facts=("5 AZN",), sources=("sv",)), answer(fact("6 AZN"), sources=("sv",))),
        verdict(case(facts=("5 AZN",)), answer(status=AnswerStatus.CLARIFICATION)),
        verdict(case("clarification"), answer(status=AnswerStatus.CLARIFICATION)),
    )
    assert found["status_accuracy"] == 0.75
    assert found["answered_rate"] == pytest.approx(2 / 3)
    assert found["asked_back_rate"] == pytest.approx(1 / 3)
    assert (found["accuracy_when_answered"], found["fact_exactness"], found["completeness"]) == (0.5, 0.5, 0.5)
    assert found["cited_rate"] == pytest.approx(2 / 3)
    assert (found["citation_precision"], found["citation_recall"]) == (pytest.approx(2 / 3), 1.0)
    assert "correct_refusal_rate" not in found


def test_refusals_are_right_for_strangers_questions_and_false_for_own_ones() -> None:
    silent = answer(status=AnswerStatus.UNANSWERABLE_NO_SOURCE)
    found = shares(
        verdict(case(), silent),
        verdict(case(), answer(fact("a", 1), sources=("s",))),
        verdict(case("unanswerable_out_of_scope"), silent),
        verdict(case("declined_third_party"), answer(fact("a", 1), sources=("s",))),
    )
    assert (found["false_refusal_rate"], found["correct_refusal_rate"], found["status_accuracy"]) == (0.5, 0.5, 0.25)


def test_exact_and_complete_are_two_things() -> None:
    half = verdict(case(facts=("5 AZN", "70 AZN")), answer(fact("5 AZN", 1), sources=("sv",)))
    found = shares(half)
    assert (found["fact_exactness"], found["completeness"], found["accuracy_when_answered"]) == (1.0, 0.0, 0.0)


def test_an_answer_from_another_source_is_not_right() -> None:
    given = answer(fact("Sənəd lazımdır", 1), sources=("pasport",))
    assert not verdict(case(sources=("sv",)), given).right
    assert verdict(case(sources=("sv", "pasport")), given).right


def test_a_term_is_right_when_the_case_or_a_quote_of_an_expected_source_says_it() -> None:
    asked = case(sources=("sv",), facts=("15 iş günü",))
    assert verdict(asked, answer(fact("15 iş günü", 1), sources=("sv",))).wrong == ()
    assert verdict(asked, answer(fact("15 iş günü, 3 ay", 1), sources=("sv",), quote="3 ay qüvvədədir")).wrong == ()
    assert verdict(asked, answer(fact("15 iş günü, 3 ay", 1), sources=("başqa",), quote="3 ay qüvvədədir")).wrong == ("3 ay",)
    assert verdict(asked, answer(fact("Maddə 7.2 üzrə 15 iş günü", 1), sources=("sv",))).wrong == ("maddə 7.2",)
    assert verdict(case(), answer(fact("3 ay", 1), sources=("sv",))).wrong == ()


def test_markers_without_a_citation_or_a_quote_are_invalid() -> None:
    assert shares(verdict(case(), answer(fact("a", 1), fact("b", 2), sources=("s",))))["invalid_citation_rate"] == 0.5
    assert shares(verdict(case(), answer(fact("a", 1), sources=("s",), quote=" ")))["invalid_citation_rate"] == 1.0


def test_a_sentence_is_grounded_when_its_quotes_say_it() -> None:
    said = answer(fact("Rüsum 5 AZN-dir.", 1), fact("Rüsum 6 AZN-dir.", 1), sources=("s",), quote="Rüsum 5 AZN-dir.")
    assert shares(verdict(case(), said))["groundedness"] == 0.5


def test_spans_are_found_in_quotes_not_in_what_is_said() -> None:
    asked = case(facts=("5 AZN", "70 AZN"))
    given = answer(fact("5 AZN, 70 AZN", 1), sources=("s",), quote="Rüsum 5 AZN-dir.")
    assert shares(verdict(asked, given))["span_recall"] == 0.5


def test_the_service_of_a_case_is_its_cluster() -> None:
    assert verdict(case(sources=("sv",)), answer()).cluster == "sv"
    assert verdict(case("clarification"), answer()).cluster == "c"
    assert verdict(case("clarification"), answer()).scope is Scope.ASK


def test_a_citation_number_without_a_citation_is_no_source() -> None:
    assert verdict(case(), answer(fact("sənəd", 2), sources=("sv",))).cited_sentences == 0


def test_shares_that_no_case_could_show_are_missing() -> None:
    found = shares(verdict(case("clarification"), answer(status=AnswerStatus.CLARIFICATION)))
    assert not {"fact_exactness", "completeness", "cited_rate", "answered_rate"} & found.keys()


@pytest.mark.parametrize(("share", "value"), [(0.5, 5), (0.95, 10), (0.9, 9), (0.0, 1), (1.0, 10)])
def test_percentiles_are_values_that_were_measured(share: float, value: int) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == value


def test_a_detail_that_differs_counts_as_a_missing_fact() -> None:
    details: dict[str, JsonValue] = {"topic": "gas", "deadline": {"answer": {"working_days": 15}}}
    given = replace(answer(fact("Qaz", 1), sources=("qaz",)), details=details)

    right = verdict(case(expected_details={"topic": "gas", "deadline.answer.working_days": 15, "agency": None}), given)
    wrong = verdict(case(expected_details={"topic": "water", "topic.name": "x"}), given)

    assert (right.missing, right.states_facts) == ((), True)
    assert wrong.missing == ("topic=water, not gas", "topic.name=x, not None")
    assert not wrong.passed
