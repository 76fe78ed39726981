from pathlib import Path

import pytest

from pilots.guiding.dialogue import Attribute
from pilots.guiding.narrowing import cards_left, rows_beside, rows_left
from rag.cards import ServiceCard, load_deck
from tests.pilots.small_pilot import write_deck

DECK = load_deck(Path(__file__).parents[3] / "pilots" / "citizen_chat" / "corpus")
IDENTITY = [card for card in DECK.values() if card.family == "sexsiyyet-vesiqesi"]


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ({"event": "lost"}, {"sv-itirilmis"}),
        ({"event": "replace"}, {"sv-deyisdirme", "sv-usaq"}),
        ({"event": "replace", "age": "30-31"}, {"sv-deyisdirme"}),
        ({"event": "first", "age": "4-5"}, {"sv-usaq"}),
        ({"age": "0-18"}, {"sv-usaq", "sv-itirilmis"}),
        ({"service": "sv-ilk", "event": "lost"}, {"sv-ilk"}),
        ({}, {card.id for card in IDENTITY}),
    ],
)
def test_what_was_said_leaves_the_cards_that_it_fits(answers: dict[Attribute, str], left: set[str]):
    assert {card.id for card in cards_left(IDENTITY, answers)} == left


def test_an_answer_that_fits_nothing_loses_no_service(tmp_path: Path):
    passport = write_deck(tmp_path)["pasport"]

    assert cards_left([passport], {"event": "cancel"}) == [passport]
    assert len(rows_left(passport, {"age": "10-11"})) == 4


@pytest.mark.parametrize(
    ("card_id", "answers", "amounts"),
    [
        ("pasport-itirilmis", {"age": "2-3", "term": "5 iş günü"}, ["70"]),
        ("muveqqeti-yasama-icazesi", {"event": "lost"}, ["20"]),
        ("arxiv-arayisi", {"person": "legal_entity"}, ["20", "10", "0"]),
        ("usaga-qulluga-gore-muavinet", {"age": "2-3"}, ["28"]),
        ("usaga-qulluga-gore-muavinet", {"age": "1-2"}, ["44", "28"]),
        ("konsul-leqallasdirmasi", {"place": "abroad"}, []),
        ("texniki-sened-dublikati", {"case": "digər əmlak (ümumi tarif)", "term": "5 gün"}, ["240"]),
    ],
)
def test_what_was_said_leaves_the_rows_that_it_fits(card_id: str, answers: dict[Attribute, str], amounts: list[str]):
    assert [str(row.amount_azn) for row in rows_left(DECK[card_id], answers)] == amounts


@pytest.mark.parametrize(
    ("card_id", "amounts"),
    [("texniki-sened-dublikati", ["15"]), ("suruculuk-ilk", ["40", "20"]), ("himayedar-aileye-muavinet", ["200"]), ("nikah", [])],
)
def test_rows_that_are_due_beside_the_chosen_one_are_kept_apart(card_id: str, amounts: list[str]):
    card: ServiceCard = DECK[card_id]

    assert [str(row.amount_azn) for row in rows_beside(card, {})] == amounts
    assert not any(row.in_addition for row in rows_left(card, {}))
