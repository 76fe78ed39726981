import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.azerbaijani import detect_language, upper


@pytest.mark.parametrize(
    "text",
    [
        "Şəxsiyyət vəsiqəsi üçün nə lazımdır?",
        "sexsiyyet vesiqesi itib",
        "sv 1 gune neceye duzelir",
        "xarici pasport rusumu",
        "pensiyam niye gelmir",
        "asan xidmet unvan",
        "senbe gunu isleyir?",
        "kupca almaq",
        "DOST merkezi hardadi",
        "pasport",
        "Мәнә вәсигә лазымдыр",
        "паспорт нечя гюня верилир",
        "",
        "123",
        "5ABC12D",
    ],
)
def test_azerbaijani_however_it_is_typed(text: str) -> None:
    assert detect_language(text) == "az"


@pytest.mark.parametrize(
    "text",
    [
        "How much is a passport?",
        "passport fee",
        "I lost my ID card",
        "driving licence renewal",
        "birth certificate",
        "opening hours",
        "Where is ASAN centre",
    ],
)
def test_english(text: str) -> None:
    assert detect_language(text) == "en"


@pytest.mark.parametrize("text", ["Сколько стоит паспорт?", "где получить справку", "Паспорт", "загранпаспорт ребёнку"])
def test_russian(text: str) -> None:
    assert detect_language(text) == "ru"


def test_capitals_do_not_change_the_language() -> None:
    assert detect_language(upper("vəsiqəm itib neyləməliyəm")) == "az"
    assert detect_language("HOW MUCH IS A PASSPORT") == "en"


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_has_a_language(text: str) -> None:
    assert detect_language(text) in {"az", "en", "ru"}
