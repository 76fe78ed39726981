"""Every row of every card's table, asked for in its own words: no row of another case or term is stated as the answer."""

from collections.abc import Callable
from functools import cache

import pytest

from pilots.answer import Question, SentenceKind
from pilots.guiding.narrowing import Row, interval
from pilots.pipeline import Pipeline, build_pipeline
from pilots.reading import read
from pilots.registry import load_pilots
from pilots.selecting import select
from pilots.vocabulary import load_vocabulary
from rag.azerbaijani import fold, lower
from rag.card_passages import item_sentence
from rag.cards import Fee, ServiceCard, load_deck
from tests.pilots.small_pilot import TODAY, ScriptedSource

PILOT = load_pilots()["citizen_chat"]
DECK = {card_id: card for path in PILOT.corpus_paths for card_id, card in load_deck(path).items()}
PAYING = [card for card in DECK.values() if card.fees or card.benefits]


@cache
def pipeline() -> Pipeline:
    return build_pipeline(PILOT, retriever=ScriptedSource(), today=lambda: TODAY)


def term_of(row: Row) -> str:
    return (row.term or "") if isinstance(row, Fee) else ""


def joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def price_of(row: Row, word: str) -> str:
    """Return the word that asks for the money: a fine is asked for as one."""
    return "cərimə" if isinstance(row, Fee) and row.kind == "fine" else word


def aged(row: Row) -> str:
    """Return an age within the row's as a person says it."""
    ages = interval(row.when)
    if not ages:
        return ""
    return f"{ages[0]} yaşı var" if ages[0] else "6 aylıq körpə"


def plainly(card: ServiceCard, row: Row) -> str:
    return f"{joined(card.title, row.case, term_of(row))}: {price_of(row, '')} neçəyədir?"


def case_first(card: ServiceCard, row: Row) -> str:
    return f"{joined(lower(row.case), lower(card.title), term_of(row), price_of(row, ''))}, nə qədər ödənilir"


def in_telegraph_style(card: ServiceCard, row: Row) -> str:
    return joined(card.title, aged(row), lower(row.case), term_of(row), price_of(row, "məbləğ"))


def without_marks(card: ServiceCard, row: Row) -> str:
    return fold(joined(term_of(row), row.case, card.title, aged(row), price_of(row, "rüsum")))


PHRASINGS: tuple[Callable[[ServiceCard, Row], str], ...] = (plainly, case_first, in_telegraph_style, without_marks)


def contradicts(other: Row, row: Row) -> bool:
    """Tell whether a row is of another case or term than the one asked for; what is due beside it is not."""
    return not other.in_addition and not row.in_addition and (other.case, term_of(other)) != (row.case, term_of(row))


@pytest.mark.slow
@pytest.mark.parametrize("phrase", PHRASINGS, ids=lambda phrase: phrase.__name__)
async def test_no_row_of_another_case_is_stated(phrase: Callable[[ServiceCard, Row], str]):
    """Whatever the pilot makes of the question: silence is right, a question back is right, another row is not."""
    wrong: list[str] = []
    for card in PAYING:
        for row in (*card.fees, *card.benefits):
            question = phrase(card, row)
            answer = await pipeline().answer(Question(text=question))
            told = {sentence.text for sentence in answer.sentences if sentence.kind is SentenceKind.FACT}
            wrong += [
                f"{question} -> {item_sentence(other)}"
                for other in (*card.fees, *card.benefits)
                if contradicts(other, row) and item_sentence(other) in told
            ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("phrase", PHRASINGS, ids=lambda phrase: phrase.__name__)
def test_of_the_right_card_the_row_is_told_and_no_other(phrase: Callable[[ServiceCard, Row], str]):
    vocabulary = load_vocabulary()
    wrong: list[str] = []
    for card in PAYING:
        for row in (*card.fees, *card.benefits):
            question = phrase(card, row)
            told = [item for _, items in select(card, read(question, vocabulary)).lines for item in items]
            wrong += [f"{question} -> {item_sentence(other)}" for other in (*card.fees, *card.benefits) if contradicts(other, row) and other in told]
            if row not in told:
                wrong.append(f"{question} -> not told")
    assert not wrong, "\n".join(wrong)


def test_all_rows_are_walked():
    assert sum(len(card.fees) + len(card.benefits) for card in PAYING) == 286
