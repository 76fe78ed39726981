import pytest

from pilots.answer import Answer, AnswerStatus, Sentence, SentenceKind


def test_the_text_of_an_answer_has_a_line_a_sentence_with_bullets_and_citation_numbers():
    answer = Answer(
        pilot="kicik_pilot",
        status=AnswerStatus.CLARIFICATION,
        language="az",
        sentences=(
            Sentence(text="Mənbələrə görə:", kind=SentenceKind.FRAME),
            Sentence(text="Rüsum 5 AZN.", kind=SentenceKind.FACT, citations=(1, 2), is_item=True),
        ),
        options=("Pasport", "Vəsiqə"),
    )

    assert answer.text == "Mənbələrə görə:\n• Rüsum 5 AZN. [1] [2]\n• Pasport\n• Vəsiqə"


def test_no_two_answers_share_an_id():
    first, second = (Answer(pilot="kicik_pilot", status=AnswerStatus.ANSWERED, language="az", sentences=()) for _ in range(2))

    assert first.id != second.id


@pytest.mark.parametrize("status", AnswerStatus)
def test_a_status_is_an_answer_an_error_or_neither(status: AnswerStatus):
    assert status.is_answer == (status.value in ("answered", "answered_partial"))
    assert status.is_error == (status.value in ("error_retrieval", "error_model", "error_timeout"))
