from dataclasses import replace

from pilots.answer import AnswerStatus, Question
from pilots.confidence import card_confidence, passage_confidence, with_confidence
from pilots.context import Context, Draft


def context(confidence: float | None) -> Context:
    return Context(question=Question(text="neçəyədir?"), language="az", confidence=confidence)


def test_more_of_the_question_in_the_card_and_a_section_for_it_are_surer() -> None:
    unsure, covered, told = (card_confidence(coverage=c, is_told=t) for c, t in ((0.2, False), (0.9, False), (0.9, True)))
    assert 0 < unsure < covered < told < 1


def test_a_nearer_passage_is_surer() -> None:
    assert 0 < passage_confidence(0.80) < passage_confidence(0.88) < 1


def test_only_answers_state_a_confidence_and_their_own_one_stays() -> None:
    answered = Draft(status=AnswerStatus.ANSWERED, details={"topic": "gas"})
    assert with_confidence(answered, context(0.9123)).details == {"topic": "gas", "confidence": 0.912}
    assert with_confidence(answered, context(None)) is answered
    assert with_confidence(Draft(status=AnswerStatus.CLARIFICATION), context(0.9)).details == {}
    own = Draft(status=AnswerStatus.ANSWERED, details={"confidence": 0.4})
    assert with_confidence(own, context(0.9)) is own


def test_an_answer_from_documents_says_how_sure_the_passages_are_to_answer() -> None:
    sure = replace(context(0.9), certainty=0.6789)
    assert with_confidence(Draft(status=AnswerStatus.ANSWERED), sure).details == {"confidence": 0.9, "certainty": 0.679}
