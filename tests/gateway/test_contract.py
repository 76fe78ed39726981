import pytest

from gateway.contract import check_question, sentence_line, source_lines
from pilots.answer import Question
from pilots.errors import QuestionInvalid
from tests.gateway.scripted import CITATION, FACT, ITEM, fact_answer


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\u200d", "\u00a0", "́"])
def test_a_question_without_anything_visible_is_refused(text: str) -> None:
    with pytest.raises(QuestionInvalid, match="empty"):
        check_question(text, max_chars=100)


@pytest.mark.parametrize("text", ["a\x00b", "a\x07b", "a\x1b[31mb", "a\ud800b", "a\x7fb"])
def test_control_characters_and_broken_letters_are_refused(text: str) -> None:
    with pytest.raises(QuestionInvalid, match="control"):
        check_question(text, max_chars=100)


@pytest.mark.parametrize("text", ["Rüsum nə qədərdir?", "pasport\nitib", "?", "qiymət 👍", "паспорт", "12"])
def test_anything_that_a_person_may_type_is_taken(text: str) -> None:
    assert check_question(f"  {text}\n", max_chars=100) == text


def test_the_length_limit_is_named_and_the_question_is_not() -> None:
    with pytest.raises(QuestionInvalid, match="at most 10") as caught:
        check_question("uzun sual uzun sual", max_chars=10)
    assert "sual" not in str(caught.value)


def test_sentence_lines_put_together_are_the_answers_text() -> None:
    answer = fact_answer(Question(text="?"))
    assert "\n".join([sentence_line(FACT), sentence_line(ITEM)]) == answer.text


def test_a_source_line_says_where_and_when() -> None:
    assert source_lines([CITATION]) == "[1] Vəsiqənin bərpası, Rüsumlar, 2024-05, https://example.az/v"
