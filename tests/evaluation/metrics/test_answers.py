from dataclasses import replace

import pytest
from pydantic import JsonValue

from evaluation.dataset import Case
from evaluation.metrics.answers import CaseResult, Verdict, judge, percentile, score_verdicts
from pilots.answer import Answer, AnswerStatus, Citation, Sentence, SentenceKind


def case(
    status: str = "answered", *, facts: tuple[str, ...] = (), allowed: tuple[str, ...] = (), sources: tuple[str, ...] = (), **more: object
) -> Case:
    return Case.model_validate(
        {"id": "c", "kind": "plain", "question": "neçəyədir?", "expected_status": status}
        | {"expected_facts": facts, "allowed_facts": allowed, "expected_sources": sources}
        | more
    )


def fact(text: str, *citations: int) -> Sentence:
    return Sentence(text=text, kind=SentenceKind.FACT, citations=citations)


def answer(*sentences: Sentence, status: AnswerStatus = AnswerStatus.ANSWERED, sources: tuple[str, ...] = ()) -> Answer:
    citations = tuple(
        Citation(n=n, source_id=source, title="", locator="", quote="", url=None, as_of=None) for n, source in enumerate(sources, start=1)
    )
    return Answer(pilot="p", status=status, language="az", sentences=sentences, citations=citations)


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


def test_scores_are_shares_of_what_could_show_them() -> None:
    scores = score_verdicts(
        [
            verdict(case(facts=("5 AZN",), sources=("sv",)), answer(fact("5 AZN", 1), fact("sənəd", 2), sources=("sv", "pasport")), latency_ms=10),
            verdict(case(facts=("5 AZN",), sources=("sv",)), answer(fact("6 AZN"), sources=("sv",)), latency_ms=20),
            verdict(case(facts=("5 AZN",)), answer(status=AnswerStatus.CLARIFICATION), latency_ms=30),
            verdict(case("clarification"), answer(status=AnswerStatus.CLARIFICATION), latency_ms=40),
        ]
    )
    assert scores.cases == 4
    assert scores.status_accuracy == 0.75
    assert scores.fact_exactness == 0.5
    assert scores.wrong_facts == 1
    assert scores.cited_rate == pytest.approx(2 / 3)
    assert scores.source_precision == pytest.approx(2 / 3)
    assert (scores.p50_ms, scores.p95_ms) == (20, 40)
    assert scores.confusion == {"answered": {"answered": 2, "clarification": 1}, "clarification": {"clarification": 1}}


def test_a_citation_number_without_a_citation_is_no_source() -> None:
    assert verdict(case(), answer(fact("sənəd", 2), sources=("sv",))).cited_sentences == 0


def test_shares_that_no_case_could_show_are_none() -> None:
    scores = score_verdicts([verdict(case("clarification"), answer(status=AnswerStatus.CLARIFICATION))])
    assert (scores.fact_exactness, scores.cited_rate, scores.source_precision) == (None, None, None)


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
