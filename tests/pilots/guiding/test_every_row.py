"""Every row of every card's table is reached by a dialogue, and the summary then states that row and no other."""

from functools import cache

import pytest
from pydantic import JsonValue

from pilots.answer import Answer, AnswerStatus, Question, SentenceKind, Turn
from pilots.guiding.dialogue import Dialogue
from pilots.guiding.narrowing import Row, rows_beside
from pilots.guiding.questions import Ask, next_ask
from pilots.guiding.wording import Wording
from pilots.pipeline import Pipeline, build_pipeline
from pilots.registry import load_pilots
from rag.card_passages import format_azn, item_sentence
from rag.cards import Benefit, Condition, Fee, ServiceCard, load_deck
from tests.pilots.small_pilot import TODAY, ScriptedSource

PILOT = load_pilots()["service_navigator"]
DECK = {card_id: card for path in PILOT.corpus_paths for card_id, card in load_deck(path).items()}
PAYING = [card for card in DECK.values() if card.fees or card.benefits]
MOST_TURNS = 12


@cache
def pipeline() -> Pipeline:
    return build_pipeline(PILOT, retriever=ScriptedSource(), today=lambda: TODAY)


def wanted(when: Condition, row: Row, attribute: str) -> str:
    """Return the value that belongs to a row where this attribute is asked for."""
    match attribute:
        case "case":
            return row.case
        case "term":
            return (row.term if isinstance(row, Fee) else None) or row.case
        case "age":
            return f"{when.age_from or 0}-{when.age_to or 130}"
        case "event":
            return when.event.value if when.event else "other"
        case "person":
            return when.person.value if when.person else ""
        case _:
            raise AssertionError(f"{attribute} was asked once the service was named")


async def walk(card: ServiceCard, row: Row) -> tuple[Answer, list[str]]:
    """Name the service by its title and choose the row's own option at each question, as a person who reads the options would."""
    wording, asked = Wording(DECK), list[str]()
    text, history = card.title, tuple[Turn, ...]()
    for _ in range(MOST_TURNS):
        answer = await pipeline().answer(Question(text=text, history=history))
        history = (*history, Turn(text, answer.status, answer.focus))
        if answer.status is not AnswerStatus.CLARIFICATION:
            return answer, asked
        dialogue = Dialogue.from_focus(answer.focus)
        assert dialogue is not None
        ask = next_ask([DECK[card_id] for card_id in dialogue.cards], dialogue.answers, first=dialogue.asking)
        assert ask is not None
        text = choose(ask, row, answer, wording)
        if text in answer.options[: len(ask.shown(dialogue.page))]:
            asked.append(ask.attribute)
    raise AssertionError(f"{card.id}: no end after {MOST_TURNS} turns, last asked {asked[-1:]}")


def choose(ask: Ask, row: Row, answer: Answer, wording: Wording) -> str:
    value = wanted(row.when, row, ask.attribute)
    # A row for any age or applicant is left whichever is chosen.
    label = wording.label(ask.attribute, value if value in ask.values else ask.values[0], "az")
    more = wording.named("more", "az")
    assert label in answer.options or more in answer.options, f"{label} is not offered: {answer.options}"
    return label if label in answer.options else more


def money(answer: Answer) -> list[str]:
    rows = {item_sentence(row) for card in DECK.values() for row in (*card.fees, *card.benefits)}
    return [sentence.text for sentence in answer.sentences if sentence.kind is SentenceKind.FACT and sentence.text in rows]


@pytest.mark.parametrize("card", PAYING, ids=lambda card: card.id)
async def test_each_row_is_reached_and_stated_alone(card: ServiceCard):
    for row in (*card.fees, *card.benefits):
        answer, asked = await walk(card, row)
        beside = [item_sentence(other) for other in rows_beside(card, Dialogue.from_focus(answer.focus).answers)]  # pyright: ignore[reportOptionalMemberAccess]
        told = money(answer)

        assert answer.status is AnswerStatus.ANSWERED, f"{card.id}: {answer.status}"
        assert item_sentence(row) in told, f"{card.id}: {row.case} {told}"
        assert len(asked) == len(set(asked))
        if not row.in_addition:
            assert [text for text in told if text not in beside] == [item_sentence(row)]
        stated = next(sentence for sentence in answer.sentences if sentence.text == item_sentence(row))
        assert format_azn(row.amount_azn) in stated.text
        assert row.legal_basis is None or row.legal_basis in stated.text
        assert isinstance(row, Benefit) or row.term is None or row.term in stated.text
        cited = {citation.n: citation for citation in answer.citations}
        assert stated.citations
        assert all(stated.text in cited[n].quote and cited[n].source_id == card.id for n in stated.citations)
        fee = answer.details["fee"]
        assert isinstance(fee, dict)
        assert isinstance(fee["rows"], list)
        assert {"amount_azn": str(row.amount_azn), "legal_basis": row.legal_basis}.items() <= _row_of(fee["rows"], row).items()


def _row_of(rows: list[JsonValue], row: Row) -> dict[str, JsonValue]:
    term = row.term if isinstance(row, Fee) else None
    return next(written for written in rows if isinstance(written, dict) and written["case"] == (row.case or None) and written["term"] == term)


def test_the_walk_covers_every_row_that_the_cards_hold():
    assert len(DECK) == 153
    assert (sum(len(card.fees) for card in PAYING), sum(len(card.benefits) for card in PAYING)) == (264, 22)
