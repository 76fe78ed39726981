from pathlib import Path

import pytest

from pilots.registry import load_pilots
from pilots.selecting import Selection, select
from rag.card_passages import item_sentence
from rag.cards import Fee, ServiceCard, load_deck
from tests.pilots.small_pilot import understood, write_deck


@pytest.fixture
def deck(tmp_path: Path) -> dict[str, ServiceCard]:
    return write_deck(tmp_path)


def amounts(selection: Selection) -> list[int]:
    return [int(item.amount_azn) for _, items in selection.lines for item in items if isinstance(item, Fee)]


def sections(selection: Selection) -> list[str]:
    return [section for section, _ in selection.lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("xarici pasport neçəyədir", [12, 44, 61, 213]),
        ("xarici pasport 1 günə neçəyədir", [44, 213]),
        ("xarici pasport on iş gününə neçəyədir", [12, 61]),
        ("2 yaşlı uşağa xarici pasport neçəyədir", [12, 44]),
        ("3 yaşadək uşağa xarici pasport neçəyədir", [12, 44]),
        ("6 aylıq körpəyə xarici pasport neçəyədir", [12, 44]),
        ("yaşım 30-dur, xarici pasport neçəyədir", [61, 213]),
        ("20 yaşım var, xarici pasport 1 günə neçəyədir", [213]),
    ],
)
def test_a_fee_question_shows_exactly_the_fitting_rows(deck: dict[str, ServiceCard], text: str, expected: list[int]):
    selection = select(deck["pasport"], understood(text))

    assert amounts(selection) == expected
    assert sections(selection) == ["fees"]
    assert not selection.term_unknown


def test_an_unknown_term_keeps_every_row_and_is_said(deck: dict[str, ServiceCard]):
    selection = select(deck["pasport"], understood("xarici pasport 4 günə neçəyədir"))

    assert amounts(selection) == [12, 44, 61, 213]
    assert selection.term_unknown


def test_an_age_for_which_there_is_no_row_shows_none(deck: dict[str, ServiceCard]):
    selection = select(deck["pasport"], understood("10 yaşlı uşağa xarici pasport neçəyədir"))

    assert not selection.lines
    assert selection.missing == ("amount",)


def test_a_term_in_another_unit_is_another_term(deck: dict[str, ServiceCard]):
    assert select(deck["pasport"], understood("xarici pasport 10 aya neçəyədir")).term_unknown


def test_a_list_of_documents_is_shown_whole(deck: dict[str, ServiceCard]):
    selection = select(deck["vesiqe-deyisdirme"], understood("vəsiqəni dəyişdirmək üçün hansı sənədlər, fotoşəkil lazımdır?"))

    assert dict(selection.lines)["documents"] == deck["vesiqe-deyisdirme"].documents


def test_two_things_asked_are_both_shown_in_the_order_of_the_vocabulary(deck: dict[str, ServiceCard]):
    selection = select(deck["pasport"], understood("xarici pasport harada verilir və hansı sənədlər lazımdır"))

    assert sections(selection) == ["documents", "where"]


def test_how_long_it_takes_is_told_by_the_terms_of_the_fees(deck: dict[str, ServiceCard]):
    assert sections(select(deck["pasport"], understood("xarici pasport neçə günə hazır olur"))) == ["fees"]


def test_what_the_card_does_not_tell_is_missing(deck: dict[str, ServiceCard]):
    selection = select(deck["vesiqe-itirilmis"], understood("vəsiqəm itib, neçəyədir və neçə il etibarlıdır"))

    assert selection.missing == ("validity",)
    assert amounts(selection) == [31, 93]


@pytest.mark.parametrize("text", ["bağça növbəsi neçəyədir", "bağça növbəsi üçün cərimə nə qədərdir", "bağça növbəsi iş saatları"])
def test_a_card_that_tells_nothing_of_what_was_asked_is_silent(deck: dict[str, ServiceCard], text: str):
    assert select(deck["bagca-novbesi"], understood(text)).lines == ()


def test_a_term_in_working_days_is_no_opening_hour(deck: dict[str, ServiceCard]):
    selection = select(deck["pasport"], understood("xarici pasport üçün iş saatları və sənədlər"))

    assert sections(selection) == ["documents"]
    assert selection.missing == ("hours",)


def test_a_bare_name_gives_an_overview(deck: dict[str, ServiceCard]):
    shown = sections(select(deck["vesiqe-deyisdirme"], understood("vəsiqənin dəyişdirilməsi")))

    assert {"documents", "fees"} <= set(shown)
    assert len(shown) == len(set(shown))


def test_money_that_the_state_pays_answers_how_much(deck: dict[str, ServiceCard]):
    selection = select(deck["doguma-gore-muavinet"], understood("doğum müavinəti nə qədərdir"))

    assert [item_sentence(item) for _, items in selection.lines for item in items] == ["Ödəniş: birdəfəlik 523 AZN."]


PILOTS_OWN = {card_id: card for path in load_pilots()["citizen_chat"].corpus_paths for card_id, card in load_deck(path).items()}


def told(card_id: str, text: str) -> list[str]:
    return [item_sentence(item) for _, items in select(PILOTS_OWN[card_id], understood(text)).lines for item in items]


def test_what_happened_is_said_to_hear_the_row_of_it():
    assert amounts(select(PILOTS_OWN["muveqqeti-yasama-icazesi"], understood("trc kartımı itirmişəm"))) == [20]


def test_a_term_is_heard_beside_a_word_of_the_services_name():
    text = "17 yaşında qonağımın qalma müddətini 30 gün uzadıram, təcili 1 günə"
    assert amounts(select(PILOTS_OWN["ecnebi-qalma-uzadilmasi"], understood(text))) == [30]


def test_of_a_long_table_nothing_is_shown_for_a_case_that_it_does_not_name():
    selection = select(PILOTS_OWN["lisenziya"], understood("gözəllik salonu açmaq üçün lisenziya neçəyədir"))

    assert not selection.lines
    assert selection.missing == ("amount",)
    assert len(amounts(select(PILOTS_OWN["lisenziya"], understood("lisenziya neçəyədir")))) > 8


def test_a_long_list_of_documents_stays_whole():
    assert len(told("daimi-yasama-icazesi", "daimi yaşayış icazəsi, sənəd siyahısı")) == 9


def test_of_figures_only_the_most_telling_are_shown_unasked():
    assert amounts(select(PILOTS_OWN["lisenziya"], understood("özəl bağça lisenziyası"))) == [1250]


def test_a_share_is_not_answered_by_a_sum():
    lines = told("ipoteka-muracieti", "ipotekanın aylıq ödənişi maaşın neçə faizini keçməməlidir")

    assert any("70%" in line for line in lines)
    assert not any("AZN" in line for line in lines)


def test_an_allowances_everyday_name_asks_for_no_sum():
    assert sections(select(PILOTS_OWN["elilliye-gore-sosial-muavinet"], understood("əlillik pulu üçün müraciət etmişəm, neçə günə baxırlar"))) == [
        "duration"
    ]
