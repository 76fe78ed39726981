from dataclasses import replace

import pytest

from pilots.evidence import measure, rank, weigh
from pilots.evidence_features import CERTAINTY, FEATURES, AskedWords, certainty_of
from pilots.evidence_model import EvidenceModel
from rag.passages import ScoredPassage
from tests.pilots.small_pilot import found, understood

TEXT = "Məzuniyyət ərizə ilə verilir. Məzuniyyətin müddəti 21 gündür. Ərizəyə direktor baxır."
QUESTION = "Məzuniyyətin müddəti neçə gündür?"


def features(question: str, *passages: ScoredPassage) -> dict[str, dict[str, float]]:
    """Return the features by sentence and name."""
    weighed = weigh(passages, understood(question))
    return {one.text: dict(zip(FEATURES, row, strict=True)) for one, row in zip(weighed, measure(passages, weighed, question), strict=True)}


def only(name: str) -> EvidenceModel:
    return EvidenceModel(sentence={one: float(one == name) for one in FEATURES}, certainty=dict.fromkeys(CERTAINTY, 0.0), bias=0.0)


def test_a_sentence_with_the_words_and_a_new_number_measures_higher():
    measured = features(QUESTION, found("mezuniyyet", TEXT))
    right, other = measured["Məzuniyyətin müddəti 21 gündür."], measured["Məzuniyyət ərizə ilə verilir."]

    assert right["coverage"] > other["coverage"]
    assert right["exact"] > other["exact"]
    assert (right["number"], other["number"]) == (1.0, 0.0)


def test_the_number_that_the_question_says_itself_is_no_answer_to_how_many():
    assert features("21 gün məzuniyyət neçə saatdır?", found("a", "Məzuniyyət 21 gündür."))["Məzuniyyət 21 gündür."]["number"] == 0.0


def test_rarity_comes_from_the_corpus_where_the_search_tells_it():
    passage = found("mezuniyyet", TEXT)
    key = AskedWords("məzuniyyət", [passage]).sequence[0]

    assert AskedWords("məzuniyyət", [replace(passage, rarities={key: 7.5})]).weights == {key: 7.5}
    assert AskedWords("məzuniyyət", [passage]).weights[key] > 0


LONG = "Yeni işçi direktora məzuniyyət üçün ərizə yazılı şəkildə imzalı verilməlidirmi"
ALIKE = "Ərizə məzuniyyət üçün verilir. Ərizə məzuniyyət üçün yazılır."


def test_the_trained_strength_moves_the_sentences_of_a_whole_question_and_the_first_keeps_its_score():
    passages = [found("mezuniyyet", ALIKE)]
    scores = {one.text: one.score for one in weigh(passages, understood(LONG))}
    ranked = rank(passages, understood(LONG), LONG, model=only("last"))

    assert ranked[0].score == pytest.approx(scores[ranked[0].text])
    assert ranked[0].score > ranked[1].score
    assert ranked[0].text == max(scores, key=lambda text: scores[text] + 0.15 * (text == "Ərizə məzuniyyət üçün yazılır."))


def test_a_short_question_and_a_follow_up_keep_the_order_by_hand():
    passages = [found("mezuniyyet", TEXT)]

    for question, earlier in ((QUESTION, ()), (LONG, ("mezuniyyet",))):
        by_hand = weigh(passages, understood(question), earlier=earlier)
        ranked = rank(passages, understood(question), question, earlier=earlier, model=only("last"))
        assert [(one.text, one.score) for one in ranked] == [(one.text, one.score) for one in by_hand]


def test_nothing_found_ranks_nothing():
    assert rank([], understood(QUESTION), QUESTION) == []


def test_the_end_of_the_question_tells_more_than_its_beginning_whether_there_is_an_answer():
    passage = found("mezuniyyet", TEXT)

    def tail(question: str) -> float:
        return certainty_of(AskedWords(question, [passage]), [passage], score=0.0)[0]

    assert tail("Məzuniyyətin müddəti gündür") == 1.0
    assert tail("Məzuniyyət kosmos yanacaq raket orbit peyk") == 0.0


def test_a_passage_far_down_the_list_makes_an_answer_no_surer():
    other, telling = found("is-vaxti", "Gündəlik iş vaxtı qısadır."), found("mezuniyyet", TEXT)
    asked = AskedWords("Məzuniyyətin müddəti gündür", [other, telling])

    assert certainty_of(asked, [other, other, telling, other], score=0.0)[0] == 1.0
    assert certainty_of(asked, [other, other, other, telling], score=0.0)[0] < 1.0
