import pytest

from pilots.evidence import WordWeights, contains
from pilots.lexemes import skeleton

TOPIC = {skeleton("məzuniyyət"): 1.0, skeleton("müddət"): 1.0}
TEXTS = ("Məzuniyyət haqqında.", "Məzuniyyətin müddəti 21 gündür.", "Məzuniyyət ərizəsi.")


def test_weights_sum_to_one_and_the_rarer_word_weighs_more():
    weights = WordWeights.among(TOPIC, TEXTS).weights

    assert sum(weights.values()) == pytest.approx(1)
    assert weights[skeleton("müddət")] > weights[skeleton("məzuniyyət")]


def test_a_word_that_no_text_has_is_missed_no_less_than_the_rarest():
    weights = WordWeights.among({**TOPIC, "kosmos": 1.0}, TEXTS).weights

    assert weights["kosmos"] == max(weights.values())


def test_coverage_is_the_share_of_the_words_that_a_text_has_in_any_form():
    words = WordWeights.among(TOPIC, TEXTS)

    assert words.coverage("MƏZUNİYYƏTİN MÜDDƏTİ") == pytest.approx(1)
    assert words.coverage("mezuniyyet") == pytest.approx(words.weights[skeleton("məzuniyyət")])
    assert words.coverage("Pasport") == 0


def test_a_question_without_words_is_covered_by_nothing():
    assert WordWeights.among({}, TEXTS).coverage("Məzuniyyət") == 0


def test_a_form_of_a_word_is_contained_and_another_word_is_not():
    own = frozenset({skeleton("məzuniyyətlərin")})

    assert contains(own, skeleton("məzuniyyət"))
    assert not contains(own, skeleton("müraciət"))
