import pytest

from evaluation.suites.extractive import AS_ANSWERED, CROSS_VALIDATED, holds, measure_extractive, score_extractive, show_lines
from evaluation.suites.output import ExtractiveOutput


def output(key: str, *lines: str, evidence: tuple[str, ...] = (), certainty: float | None = 0.5, variant: str = "clean") -> ExtractiveOutput:
    return ExtractiveOutput(
        key=key,
        variant=variant,
        asked=("sual",),
        latency_ms=1,
        answerable=bool(evidence),
        evidence=evidence,
        lines=lines,
        certainty=certainty,
        group=key,
    )


def test_a_text_holds_evidence_when_it_has_four_fifths_of_its_words_in_the_same_forms():
    assert holds("Rüsum on iş günü üçün otuz manatdır", "RÜSUM on iş günü üçün")
    assert holds("Rüsum on iş günü", "rüsum on iş günü ərzində")
    assert not holds("Rüsum on iş", "rüsum on iş günü ərzində")
    assert not holds("Rüsumlar", "rüsum")


def test_an_inflected_word_may_count_for_the_word():
    assert holds("Rüsumlar", "rüsum", in_any_form=True)
    assert not holds("Rüsum", "rüsumlar", in_any_form=True)


def test_one_piece_of_evidence_and_all_pieces_are_told_apart():
    outputs = [
        output("a", "Bilet yaşıldır.", "Zal açıqdır.", evidence=("bilet yaşıldır", "zal açıqdır"), certainty=0.9),
        output("b", "Bilet yaşıldır.", "Qapı bağlıdır.", evidence=("bilet yaşıldır", "zal açıqdır"), certainty=0.4),
        output("c", "Heç nə.", certainty=0.6),
    ]
    scores = score_extractive("x", outputs, {})
    clean = scores.variants["clean"]

    assert (clean["any_at_1"].value, clean["all_at_1"].value) == (1, 0)
    assert (clean["any_at_2"].value, clean["all_at_2"].value) == (1, 0.5)
    assert scores.timing["words_at_2/clean"] == 4
    assert clean["certainty_auc"].value == pytest.approx(0.5)
    assert (scores.items, scores.counts["unanswerable"]) == (2, 1)
    assert [failure.key for failure in scores.failures] == ["b"]


def test_an_answer_that_was_declined_shows_nothing_and_has_no_certainty():
    outputs = [output("a", evidence=("x",), certainty=None, variant=name) for name in ("clean", CROSS_VALIDATED, AS_ANSWERED)]
    answered = score_extractive("x", outputs, {}).variants[AS_ANSWERED]

    assert (answered["answered_rate"].value, answered["all_at_2"].value) == (0, 0)
    assert "certainty_auc" not in answered


def test_each_question_counts_once_for_every_way_of_ranking_in_a_comparison():
    outputs = [output("a", "x", evidence=("x",), variant=name) for name in ("clean", CROSS_VALIDATED, AS_ANSWERED)]

    assert [item.key for item in measure_extractive(outputs)["all_at_2"]] == ["a/clean", "a/cross_validated", "a/as_answered"]
    assert show_lines(outputs[0]).text == "1. x"
