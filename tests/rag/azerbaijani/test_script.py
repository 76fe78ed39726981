import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.azerbaijani import looks_azerbaijani, normalise, transliterate_cyrillic

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates included


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("mәblәğ", "məbləğ"),
        ("keзirilən", "keçirilən"),
        ("єəxslər", "şəxslər"),
        ("icrа hаkimiyyəti", "icra hakimiyyəti"),
        ("Respublikasэnэn", "Respublikasının"),
        ("şтурm", "şturm"),
        ("ǝmək Ǝmək", "əmək Əmək"),
        ("\u0130", "İ"),
        ("i\u0307şçi I\u0307ş", "işçi İş"),
        ("s\u0327ura", "şura"),
        ("şəx\u00adsiy\u200byət\ufeff", "şəxsiyyət"),
        ("a\x00b\ud800c", "abc"),
        ("Mänim väsiqäm yoxdur, şäxsiyyät", "Mənim vəsiqəm yoxdur, şəxsiyyət"),
    ],
)
def test_repairs_letters_that_only_look_right(typed: str, clean: str) -> None:
    assert normalise(typed) == clean


@pytest.mark.parametrize("text", ["Jägermeister şirkəti", "Präsident", "Паспорт и виза", "İqtisadiyyat Nazirliyi\n\t14.3-1", "ՀԱՅ ქართ 中文 😀"])
def test_leaves_what_is_right_alone(text: str) -> None:
    assert normalise(text) == text


@given(ANY_TEXT)
def test_normalising_is_idempotent_and_gives_storable_text(text: str) -> None:
    clean = normalise(text)
    assert normalise(clean) == clean
    assert unicodedata.is_normalized("NFC", clean)
    clean.encode("utf-8")


@pytest.mark.parametrize(
    ("typed", "latin"),
    [
        ("Мәнә шәхсијјәт вәсигәси лазымдыр", "Mənə şəxsiyyət vəsiqəsi lazımdır"),
        ("Шәһадәтнамә итиб, Иҹазә ҝәлмәјиб", "Şəhadətnamə itib, İcazə gəlməyib"),
        ("паспорт нечя гюня верилир?", "pasport neçə günə verilir?"),
        ("хариджи паспорт учун ня лазымдыр", "xarici pasport uçun nə lazımdır"),
    ],
)
def test_azerbaijani_in_cyrillic_becomes_latin(typed: str, latin: str) -> None:
    assert transliterate_cyrillic(typed) == latin


@pytest.mark.parametrize(
    "text",
    ["Сколько стоит паспорт?", "Где получить справку о несудимости?", "Как продлить водительское удостоверение", "Паспорт", "Bakı, ул. Низами"],
)
def test_russian_stays_russian(text: str) -> None:
    assert transliterate_cyrillic(text) == text


def test_sentences_of_one_message_are_told_apart() -> None:
    assert transliterate_cyrillic("Мне нужен паспорт. Вәсигәм итиб.") == "Мне нужен паспорт. Vəsiqəm itib."


def test_a_lone_word_that_both_languages_have_is_not_called_azerbaijani() -> None:
    assert not looks_azerbaijani("документ")


@given(ANY_TEXT)
def test_transliterating_never_fails(text: str) -> None:
    assert isinstance(transliterate_cyrillic(text), str)
