from pathlib import Path

import pytest

from pilots.counter import load_counter
from pilots.next_questions import next_questions
from pilots.reading import read
from pilots.selecting import select
from pilots.vocabulary import load_vocabulary
from rag.cards import ServiceCard
from tests.pilots.small_pilot import write_deck


def asked(deck: dict[str, ServiceCard], card_id: str, question: str) -> list[str]:
    card, reading = deck[card_id], read(question, load_vocabulary())
    siblings = [other for other in deck.values() if other.family == card.family and other is not card]
    return next_questions(card, siblings, select(card, reading), reading.conditions, words=load_counter(), language="az")


@pytest.fixture
def deck(tmp_path: Path) -> dict[str, ServiceCard]:
    return write_deck(tmp_path)


def begin(questions: list[str]) -> list[str]:
    return [question.split()[0] for question in questions]


def test_the_age_and_the_term_are_asked_when_the_rows_depend_on_them(deck: dict[str, ServiceCard]):
    assert begin(asked(deck, "pasport", "xarici pasport neçəyədir")) == ["Neçə", "Nə", "Tələb"]


def test_what_was_said_is_not_asked_again(deck: dict[str, ServiceCard]):
    assert begin(asked(deck, "pasport", "30 yaşlı, xarici pasport, 1 günə neçəyədir")) == ["Tələb"]


def test_the_event_is_asked_when_another_card_answers_it(deck: dict[str, ServiceCard]):
    questions = asked(deck, "vesiqe-deyisdirme", "şəxsiyyət vəsiqəsi neçəyədir")

    assert questions[0] == "Hansı haldır: dəyişdirilir, ilk dəfə alınır, itib və ya korlanıb?"
    assert begin(asked(deck, "vesiqe-itirilmis", "vəsiqəm itib, neçəyədir")) == ["Nə", "Tələb"]


def test_a_card_that_nothing_changes_asks_nothing(deck: dict[str, ServiceCard]):
    assert asked(deck, "bagca-novbesi", "bağça növbəsi necə") == []
