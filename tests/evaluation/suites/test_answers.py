from dataclasses import replace
from typing import Any

import pytest
from pydantic import JsonValue

from evaluation.suites.answers import measure_answers, score_answers
from evaluation.suites.output import AnswerOutput
from pilots.answer import AnswerStatus, Composition
from tests.evaluation.answering import answer, case, fact, output

NEEDED: dict[str, JsonValue] = {
    "status_accuracy": 0.9,
    "answered_rate": 0.0,
    "accuracy_when_answered": 0.0,
    "correct_refusal_rate": 0.0,
    "fact_exactness": 1.0,
}


def right(key: str, *, variant: str = "clean", text: str = "Rüsum 5 AZN-dir.", **more: Any) -> AnswerOutput:
    asked = case(facts=("5 AZN",), sources=(key[:1],), id=key, **more)
    return output(asked, answer(fact(text, 1), sources=(key[:1],), quote=text), variant=variant)


def silent(key: str, *, variant: str = "clean", **more: Any) -> AnswerOutput:
    return output(case(facts=("5 AZN",), sources=(key[:1],), id=key, **more), answer(status=AnswerStatus.UNANSWERABLE_NO_SOURCE), variant=variant)


def shortfalls(*outputs: AnswerOutput) -> list[str]:
    return score_answers("p", outputs, {"thresholds": NEEDED}).shortfalls


def test_names_each_threshold_that_is_missed() -> None:
    assert shortfalls(right("a-1")) == []
    assert shortfalls(right("a-1"), silent("b-1")) == ["status_accuracy 0.500 < 0.900"]
    assert shortfalls(right("a-1"), right("b-1", text="Rüsum 6 AZN-dir.")) == [
        "fact_exactness 0.500 < 1.000",
        "completeness 0.500 < 0.930",
        "wrong_facts 1 > 0",
    ]


def test_silence_about_everything_meets_no_threshold_that_it_could_not_show() -> None:
    assert "fact_exactness was shown by no case, 1 is needed" in shortfalls(silent("a-1"))


def test_a_pilot_that_refuses_nothing_may_say_so() -> None:
    scores = score_answers("p", [right("a-1")], {})
    assert scores.shortfalls == ["correct_refusal_rate was shown by no case, 0.95 is needed"]
    assert shortfalls(right("a-1")) == []


def test_noise_does_not_decide_about_the_thresholds() -> None:
    assert shortfalls(right("a-1"), silent("a-1", variant="ascii")) == []


def test_the_gap_by_spelling_is_that_of_the_cases_that_were_typed_otherwise() -> None:
    outputs = [right("a-1"), silent("b-1"), silent("b-1", variant="ascii"), right("c-1"), silent("c-1", variant="ascii")]
    (gap,) = [gap for gap in score_answers("p", outputs, {}).gaps if gap.dimension == "spelling"]
    assert (gap.a, gap.b, gap.difference, gap.cases, gap.clusters) == ("clean", "ascii", -0.5, 2, 2)


def test_languages_are_compared_on_the_services_that_both_asked_about() -> None:
    outputs = [right("a-1"), silent("a-2", language="ru"), right("b-1"), right("c-1", language="ru"), right("d-1", language="en")]
    gaps = {(gap.a, gap.b): gap for gap in score_answers("p", outputs, {}).gaps if gap.dimension == "language"}
    assert gaps.keys() == {("az", "ru")}
    assert (gaps["az", "ru"].difference, gaps["az", "ru"].cases) == (-1.0, 1)


def test_failures_come_worst_first_and_questions_as_given_before_noisy_ones() -> None:
    stranger = output(case("declined_third_party", id="e-1"), answer(fact("ünvan", 1), sources=("s",)))
    outputs = [silent("a-1"), right("b-1", text="Rüsum 6 AZN-dir."), stranger, right("a-1", variant="ascii", text="7 AZN, 8 AZN"), right("c-1")]
    failures = score_answers("p", outputs, {}).failures
    assert [(failure.key, failure.variant) for failure in failures] == [("b-1", "clean"), ("e-1", "clean"), ("a-1", "clean"), ("a-1", "ascii")]
    assert failures[0].problems == ("missing: 5 AZN", "wrong: 6 AZN")
    assert failures[1].problems == ("expected declined_third_party, got answered",)


def test_confidence_gives_a_risk_coverage_curve_and_calibration() -> None:
    sure = output(case(facts=("5 AZN",), id="a-1"), answer(fact("5 AZN", 1), sources=("a",), confidence=0.9))
    unsure = output(case(facts=("5 AZN",), id="b-1"), answer(fact("6 AZN", 1), sources=("a",), confidence=0.6))
    scores = score_answers("p", [sure, unsure], {})
    assert [(point.coverage, point.risk) for point in scores.risk_coverage] == [(0.5, 0.0), (1.0, 0.5)]
    assert scores.variants["clean"]["risk_coverage_auc"].value == 0.25
    assert scores.variants["clean"]["accuracy_at_90"].value == 0.5
    assert scores.variants["clean"]["calibration_error"].value == pytest.approx((0.1 + 0.6) / 2)


def test_conversations_and_single_questions_are_told_apart() -> None:
    turns = score_answers("p", [right("a-1"), silent("b-1", kind="followup", context=("salam",))], {}).breakdown["turns"]
    assert (turns["one"]["passed"].value, turns["several"]["passed"].value) == (1.0, 0.0)


def test_a_case_in_two_spellings_is_observed_twice_in_one_cluster() -> None:
    found = measure_answers([right("a-1"), right("a-1", variant="ascii")])["passed"]
    assert [(item.key, item.cluster) for item in found] == [("a-1/clean", "a"), ("a-1/ascii", "a")]


def test_tokens_of_a_language_model_are_summed() -> None:
    composition = Composition(composer="generative", model="m", input_tokens=7, output_tokens=2)
    used = output(case(), replace(answer(fact("5 AZN", 1), sources=("a",)), composition=composition))
    timing = score_answers("p", [used, right("b-1")], {}).timing
    assert timing == {"p50_ms": 1.0, "p95_ms": 1.0, "input_tokens": 7, "output_tokens": 2, "generative_answers": 1}


def test_answers_of_a_service_that_was_not_whole_are_counted() -> None:
    fallen = output(case(id="b-1"), replace(answer(fact("5 AZN", 1), sources=("a",)), details={"degraded": ["lexical"]}))
    assert score_answers("p", [right("a-1"), fallen], {}).counts["degraded"] == 1
