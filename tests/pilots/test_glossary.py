from pathlib import Path

import pytest

from pilots.glossary import gloss, load_glossaries, load_glossaries_with
from pilots.reading import Term, read
from pilots.vocabulary import load_vocabulary
from rag.cards import ForeignNames
from tests.pilots.small_pilot import write_deck


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("Потеряла удостоверение личности", "itib şəxsiyyət vəsiqəsi"),
        ("I lost my identity card", "itib şəxsiyyət vəsiqəsi"),
        ("Что говорит статья 98 Трудового кодекса?", "maddə 98 Əmək Məcəlləsi"),
        ("What does article 98 of the Labour Code say?", "maddə 98 Əmək Məcəlləsi"),
    ],
)
def test_a_question_is_written_out_in_azerbaijani_words(asked: str, words: str) -> None:
    assert gloss(asked).text == words


def test_the_longest_phrase_wins() -> None:
    russian = load_glossaries()["ru"]

    assert russian.write_out("права").text == "sürücülük vəsiqəsi"
    assert russian.write_out("международные права").text == "beynəlxalq sürücülük vəsiqəsi"


def test_an_unknown_word_stays_as_typed_and_is_told() -> None:
    glossed = gloss("Как зарегистрировать собаку?")

    assert glossed.text.endswith("собаку")
    assert glossed.unknown == ("собаку",)


def test_names_and_numbers_stay_as_they_are_written() -> None:
    assert gloss("what is clause 14.3-1.2 of IMZA?").text == "bənd 14.3-1.2 IMZA"


def test_english_words_take_their_regular_endings() -> None:
    english = load_glossaries()["en"]

    assert english.write_out("renewing passports").text == english.write_out("renew passport").text


@pytest.mark.parametrize(
    ("asked", "age"),
    [
        ("паспорт ребёнку до 3 лет", (0, 3)),
        ("сыну 17 лет", (17, 18)),
        ("I am 30 years old", (30, 31)),
        ("a passport for my 14-year-old", (14, 15)),
        ("a child under 3", (0, 3)),
        ("для взрослого", (18, 130)),
    ],
)
def test_ages_are_read(asked: str, age: tuple[int, int]) -> None:
    assert read(gloss(asked).text, load_vocabulary()).conditions.age == age


@pytest.mark.parametrize("asked", ["сколько стоит за 3 дня", "how much is it in 3 working days"])
def test_a_term_is_read(asked: str) -> None:
    reading = read(gloss(asked).text, load_vocabulary())

    assert reading.conditions.term == Term(3, "day")
    assert "amount" in reading.aspects


@pytest.mark.parametrize("asked", ["vəsiqəm itib", "prava neceyedi", ""])
def test_azerbaijani_stays_as_typed(asked: str) -> None:
    assert gloss(asked).text == asked


def test_azerbaijani_in_cyrillic_letters_becomes_latin() -> None:
    assert gloss("вәсигәм итиб").text == "vəsiqəm itib"


def test_a_russian_word_within_an_azerbaijani_question_is_written_out() -> None:
    glossed = gloss("удостоверение almaq istəyirəm")

    assert (glossed.language, glossed.text) == ("az", "şəxsiyyət vəsiqəsi almaq istəyirəm")


def test_the_name_of_a_service_is_known_where_the_glossary_has_a_gap(tmp_path: Path) -> None:
    card = write_deck(tmp_path)["pasport"].model_copy(update={"names": ForeignNames(en=("Zorbling of documents",))})
    named = load_glossaries_with([card])

    assert gloss("where is the zorbling of documents", named=named).text == f"harada {card.title}"
    assert gloss("where is the zorbling of documents").unknown == ("zorbling",)
