from pathlib import Path

import pytest

from pilots.guiding.dialogue import Attribute
from pilots.guiding.questions import Ask, next_ask
from rag.cards import load_deck

DECK = load_deck(Path(__file__).parents[3] / "pilots" / "citizen_chat" / "corpus")


def family(name: str) -> list[str]:
    return [card.id for card in DECK.values() if card.family == name]


@pytest.mark.parametrize(
    ("cards", "answers", "asked", "values"),
    [
        (family("sexsiyyet-vesiqesi"), {}, "event", 3),
        (family("pasport"), {}, "event", 2),
        (family("pasport"), {"event": "other"}, "age", 2),
        (["pasport-itirilmis"], {}, "age", 4),
        (["pasport-itirilmis"], {"age": "5-6"}, "term", 3),
        (family("usaq-muavineti"), {}, "service", 7),
        (family("oldugu-yer-qeydiyyati"), {}, "person", 2),
        (["is-icazesi"], {}, "case", 6),
        (["lisenziya"], {}, "case", 32),
        (["muveqqeti-yasama-icazesi"], {}, "age", 2),
        (["texniki-sened-dublikati"], {"case": "digər əmlak (ümumi tarif)"}, "term", 4),
    ],
)
def test_the_question_that_splits_best_comes_next(cards: list[str], answers: dict[Attribute, str], asked: str, values: int):
    ask = next_ask([DECK[card_id] for card_id in cards], answers)

    assert ask is not None
    assert (ask.attribute, len(ask.values)) == (asked, values)


@pytest.mark.parametrize(
    ("card_id", "answers"),
    [
        ("nikah", {}),
        ("suruculuk-ilk", {}),
        ("suret-tesdiqi", {}),
        ("mehkumluq-arayisi", {}),
        ("bagca-novbesi", {}),
        ("is-icazesi", {"event": "lost"}),
        ("sv-itirilmis", {"term": "*"}),
    ],
)
def test_nothing_is_asked_that_changes_nothing(card_id: str, answers: dict[Attribute, str]):
    assert next_ask([DECK[card_id]], answers) is None


def test_an_answer_that_is_being_changed_is_asked_for_first():
    card = DECK["texniki-sened-dublikati"]

    assert next_ask([card], {}, first="term").attribute == "term"  # pyright: ignore[reportOptionalMemberAccess]
    assert next_ask([card], {}).attribute == "case"  # pyright: ignore[reportOptionalMemberAccess]


def test_a_service_that_was_hardly_named_is_asked_for_although_it_is_the_only_one():
    assert next_ask([DECK["nikah"]], {}, first="service") == Ask("service", ("nikah",))
    assert next_ask([DECK["nikah"]], {"service": "nikah"}, first="service") is None


def test_a_long_list_is_asked_page_by_page_and_comes_round():
    ask = Ask("case", tuple(map(str, range(32))))

    pages = [ask.shown(page) for page in range(5)]

    assert [len(page) for page in pages] == [10, 10, 10, 2, 10]
    assert sum(pages[:4], ()) == ask.values
    assert pages[4] == pages[0]
    assert not Ask("case", tuple(map(str, range(11)))).is_paged
