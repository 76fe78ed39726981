import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.azerbaijani import fold, lower, upper

LETTERS = "abcçdeəfgğhxıijkqlmnoöprsştuüvyz"
ANY_TEXT = st.text(st.characters(exclude_categories=()))


def test_dotted_and_dotless_i_keep_apart_in_both_cases() -> None:
    assert lower("İIŞIQ") == "iışıq"
    assert upper("ışıq iş") == "IŞIQ İŞ"
    assert lower("I\u0307ş") == "iş"


@given(st.text(LETTERS + " "))
def test_case_of_the_whole_alphabet_goes_there_and_back(text: str) -> None:
    assert lower(upper(text)) == text


@pytest.mark.parametrize(
    "typed",
    [
        "Şəxsiyyət vəsiqəsi",
        "sexsiyyet vesiqesi",
        "ŞƏXSİYYƏT VƏSİQƏSİ",
        "wexsiyyet vesiqesi",
        "shexsiyyet vesiqesi",
        "şəxsıyyət vəsıqəsı",
        "şәxsiyyәt vəsiqəsi",
    ],
)
def test_all_usual_ways_to_type_a_word_fold_to_one(typed: str) -> None:
    assert fold(typed) == "sexsiyyet vesiqesi"


def test_chat_digraphs_fold_like_the_letters_they_stand_for() -> None:
    assert fold("ishçi uchun aghac") == fold("işçi üçün ağac")


def test_different_words_stay_different() -> None:
    assert fold("qız") != fold("qaz")


@given(ANY_TEXT)
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(LETTERS + " -'.,0123456789"))
def test_folded_form_does_not_depend_on_case_or_diacritics(text: str) -> None:
    ascii_only = text.translate(str.maketrans("əğışçöü", "egiscou"))
    assert fold(text) == fold(upper(text)) == fold(ascii_only)
