import pytest

from pilots.evidence import WordWeights, contains, weigh
from pilots.lexemes import skeleton
from tests.pilots.small_pilot import found, understood

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


@pytest.mark.parametrize(
    ("one", "other", "same"), [("işləməliyəm", "işləməməlidir", True), ("375.0.2", "375.0.1", False), ("maliyyələşdirmək", "malik", False)]
)
def test_forms_of_a_word_differ_in_endings_and_numbers_not_at_all(one: str, other: str, same: bool):
    assert contains(frozenset({skeleton(other)}), skeleton(one)) is same


def best(question: str, *texts: str, earlier: tuple[str, ...] = ()) -> str:
    return weigh([found(f"sened-{place}", text) for place, text in enumerate(texts)], understood(question), earlier=earlier)[0].text


def test_the_sentence_with_the_number_that_is_asked_for_tells_more():
    text = "Məzuniyyət ərizə ilə verilir. Məzuniyyət 21 gündür."

    assert best("Məzuniyyət neçə gündür?", text) == "Məzuniyyət 21 gündür."
    assert best("Məzuniyyət necə verilir?", text) == "Məzuniyyət ərizə ilə verilir."


def test_a_length_of_time_in_the_question_speaks_for_the_sentence_that_has_it():
    text = "Cavab 7 iş günü ərzində verilir. Cavab təcili halda 24 saat ərzində verilir."

    assert best("24 saatlıq cavab nə vaxt verilir?", text) == "Cavab təcili halda 24 saat ərzində verilir."


def test_the_source_that_the_conversation_is_about_is_preferred():
    texts = ("Ərizəyə 10 gündə baxılır.", "Ərizəyə 20 gündə baxılır.")

    assert best("Ərizəyə neçə gündə baxılır?", *texts, earlier=("sened-1",)) == texts[1]


def test_the_heading_of_an_article_is_no_answer_of_its_own():
    assert best("Gecə işi nədir?", "Maddə 97. Gecə işi\nGecə işi saat 22-dən başlayır.") == "Gecə işi saat 22-dən başlayır."


def test_a_fee_for_something_else_is_no_answer_to_a_question_for_a_fee():
    law = found("rüsum", "Küçə reklamı üçün rüsum 30 manatdır. Pasport üçün rüsum 40 manatdır.")

    assert [evidence.text for evidence in weigh([law], understood("Pasport üçün rüsum nə qədərdir?"))] == ["Pasport üçün rüsum 40 manatdır."]
