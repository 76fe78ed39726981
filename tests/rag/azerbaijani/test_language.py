from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rag.azerbaijani import Language, detect_language, upper


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


UTTERANCES: dict[Language, list[str]] = yaml.safe_load((Path(__file__).parent / "utterances.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", list(UTTERANCES))
def test_short_messages_are_told_apart(language: Language) -> None:
    wrong = [text for text in UTTERANCES[language] if detect_language(text) != language]

    assert len(UTTERANCES[language]) >= 100
    assert len(wrong) <= 0.02 * len(UTTERANCES[language]), wrong


def test_the_language_so_far_counts_where_the_text_does_not_tell() -> None:
    assert detect_language("15", hint="ru") == "ru"
    assert detect_language("SİMA", hint="en") == "az"
    assert detect_language("Ganja", hint="en") == "en"
    assert detect_language("vəsiqəm itib", hint="en") == "az"
