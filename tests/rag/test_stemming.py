import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.azerbaijani import fold
from rag.stemming import stem_key, word_stem


@pytest.mark.parametrize(
    "forms",
    [
        ["pasport", "pasportun", "pasportumu", "pasportlar", "pasportdan", "pasportdur"],
        ["vəsiqə", "vəsiqəsi", "vəsiqəm", "vəsiqələrin", "vəsiqəsinin", "vəsiqəmi"],
        ["uşaq", "uşağı", "uşaqlar", "uşağımın", "uşaqdan"],
        ["erik", "əriyin", "əriklər"],
        ["şəhər", "şəhərdə", "şəhərlərdəki", "şəhərin"],
        ["müəssisə", "müəssisələrinin", "müəssisədə"],
    ],
)
def test_forms_of_one_word_share_a_key(forms: list[str]) -> None:
    assert len({stem_key(fold(form)) for form in forms}) == 1


@pytest.mark.parametrize(("one", "other"), [("pasport", "passiv"), ("vəsiqə", "vəsait"), ("uşaq", "uşkur"), ("qanun", "qanad"), ("ev", "əl")])
def test_different_words_have_different_keys(one: str, other: str) -> None:
    assert stem_key(fold(one)) != stem_key(fold(other))


@pytest.mark.parametrize("word", ["14.3-1.2", "5abc12d", "2025", "pac-3"])
def test_a_word_with_a_digit_is_its_own_key(word: str) -> None:
    assert stem_key(word) == word


@given(st.text())
def test_every_text_has_a_key_and_only_an_empty_one_has_none(text: str) -> None:
    assert bool(stem_key(text)) == bool(text)
    assert bool(word_stem(text)) == bool(text)
