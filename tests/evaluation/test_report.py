import json
from dataclasses import replace
from io import StringIO

from rich.console import Console

from evaluation.dataset import Case
from evaluation.metrics.answers import CaseResult, Verdict, judge
from evaluation.report import AnswerReport, answer_document, print_answers
from pilots.answer import Answer, AnswerStatus, Citation, Sentence, SentenceKind
from pilots.manifest import Thresholds


def verdict(case_id: str, *, status: AnswerStatus = AnswerStatus.ANSWERED, text: str = "Rüsum 5 AZN-dir.", cited: bool = True) -> Verdict:
    case = Case.model_validate({"id": case_id, "kind": "plain", "question": "neçəyədir?", "expected_status": "answered", "expected_facts": ["5 AZN"]})
    sentences = (Sentence(text=text, kind=SentenceKind.FACT, citations=(1,) if cited else ()),)
    source = Citation(n=1, source_id="s", title="Qanun", locator="", quote=text, url=None, as_of=None)
    answer = Answer(pilot="p", status=status, language="az", sentences=sentences, citations=(source,))
    return judge(CaseResult(case=case, question=case.question, answer=answer, latency_ms=1))


def report(*clean: Verdict, **noisy: Verdict) -> AnswerReport:
    verdicts = {"clean": clean} | {name: (value,) for name, value in noisy.items()}
    return AnswerReport(pilot="p", thresholds=Thresholds(status_accuracy=0.9, fact_exactness=1.0), verdicts=verdicts)  # pyright: ignore[reportArgumentType]


def test_names_each_threshold_that_is_missed() -> None:
    assert report(verdict("c-1")).shortfalls == []
    assert report(verdict("c-1"), verdict("c-2", status=AnswerStatus.CLARIFICATION)).shortfalls == ["status_accuracy 0.500 < 0.900"]
    assert report(verdict("c-1"), verdict("c-2", text="Rüsum 6 AZN-dir.")).shortfalls == [
        "fact_exactness 0.500 < 1.000",
        "wrong_facts 1 > 0",
    ]
    assert report(verdict("c-1"), verdict("c-2", cited=False)).shortfalls == ["cited_rate 0.500 < 1.000"]


def test_silence_about_everything_is_not_exact() -> None:
    assert "fact_exactness 0.000 < 1.000" in report(verdict("c-1", status=AnswerStatus.CLARIFICATION)).shortfalls


def test_noise_does_not_decide_about_the_thresholds() -> None:
    assert report(verdict("c-1"), ascii=verdict("c-1", status=AnswerStatus.CLARIFICATION)).shortfalls == []


def test_the_document_holds_scores_by_variant_and_each_failure_with_its_answer() -> None:
    document = json.loads(json.dumps(answer_document(report(verdict("c-1"), verdict("c-2", text="Rüsum 6 AZN-dir."), ascii=verdict("c-1")))))
    assert list(document["variants"]) == ["clean", "ascii"]
    assert document["variants"]["clean"]["status_accuracy"] == 1.0
    assert document["variants"]["clean"]["wrong_facts"] == 1
    (failure,) = document["failures"]
    assert (failure["id"], failure["missing"], failure["wrong"], failure["answer"]) == ("c-2", ["5 AZN"], ["6 AZN"], "Rüsum 6 AZN-dir. [1]")


def test_the_console_shows_failures_endings_and_the_loss_by_noise() -> None:
    output = StringIO()
    silent = verdict("c-1", status=AnswerStatus.UNANSWERABLE_NO_SOURCE)
    print_answers(Console(file=output, width=160), report(verdict("c-1"), verdict("c-2", text="[b]6 AZN[/b]"), ascii=silent))
    text = output.getvalue()
    assert "c-2  plain  neçəyədir?" in text
    assert "missing: 5 AZN" in text
    assert "wrong: 6 AZN" in text
    assert "[b]6 AZN[/b]" in text
    assert "100.0" in next(line for line in text.splitlines() if "ascii" in line)
    assert "fact_exactness 0.500 < 1.000" in text


def test_the_loss_is_that_of_the_cases_that_were_asked_with_noise() -> None:
    missed = verdict("c-2", status=AnswerStatus.CLARIFICATION)
    assert report(verdict("c-1"), missed, ascii=missed).loss_points("ascii") == 0.0
    assert report(verdict("c-1"), missed, ascii=verdict("c-1", status=AnswerStatus.CLARIFICATION)).loss_points("ascii") == 100.0


def test_answers_of_a_service_that_was_not_whole_are_counted_and_said() -> None:
    whole, result = verdict("c-1"), verdict("c-2").result
    fallen = judge(replace(result, answer=replace(result.answer, details={"degraded": ["lexical"]})))
    output = StringIO()
    print_answers(Console(file=output, width=160), report(whole, fallen))
    assert report(whole, fallen).scores["clean"].degraded == 1
    assert "A part of the service had failed for 1 answers" in output.getvalue()
