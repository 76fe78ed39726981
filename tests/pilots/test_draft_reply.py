from pathlib import Path

import pytest

from pilots.answer import Citation, Language, SentenceKind
from pilots.counter import load_counter
from pilots.draft_reply import MAX_LINES, draft_sentences, plain
from pilots.selecting import SECTIONS, Selection
from rag.cards import Fact, Fee, ServiceCard
from tests.pilots.small_pilot import write_deck

LAW = Citation(n=1, source_id="x", title="«Sınaq haqqında» Qanun", locator="maddə 7.1", quote="…", url=None, as_of="2024-03")


@pytest.fixture
def lost(tmp_path: Path) -> ServiceCard:
    return write_deck(tmp_path)["vesiqe-itirilmis"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("az", "Dövlət rüsumu: 10 iş günü – 31 AZN."),
        ("en", "State fee: 10 working days – 31 AZN."),
        ("ru", "Государственная пошлина: 10 раб. дн. – 31 AZN."),
    ],
)
def test_a_fee_is_said_without_its_article_in_the_citizens_language(lost: ServiceCard, language: Language, text: str):
    assert plain(lost.fees[0], words=load_counter(), language=language) == text


def test_what_costs_nothing_is_said_in_words():
    assert plain(Fee(amount_azn=0, source="a"), words=load_counter(), language="ru") == "Государственная пошлина: бесплатно (0 AZN)."  # pyright: ignore[reportArgumentType]


def test_every_fact_of_the_reply_cites_and_the_source_comes_last(lost: ServiceCard):
    selection = Selection(lines=(("fees", lost.fees), ("documents", lost.documents)))

    reply = draft_sentences(selection, [1, 1, 1], title=lost.title, citations=[LAW], words=load_counter(), language="az")

    frame, fact = SentenceKind.FRAME, SentenceKind.FACT
    assert [sentence.kind for sentence in reply] == [frame, fact, fact, frame, fact, SentenceKind.NOTICE]
    assert [sentence.text for sentence in reply if sentence.kind is frame][1] == "Tələb olunan sənədlər:"
    assert all(sentence.citations == (1,) for sentence in reply if sentence.kind is not frame)
    assert reply[-1].text == "Mənbə: «Sınaq haqqında» Qanun (03.2024)."


@pytest.mark.parametrize("section", [section for section in SECTIONS if section not in ("fees", "benefits")])
@pytest.mark.parametrize("language", ["az", "en", "ru"])
def test_every_list_of_a_card_has_a_heading_in_every_language(section: str, language: Language):
    assert load_counter().frame(f"section_{section}", language)


def test_a_list_that_does_not_fit_is_left_out_as_a_whole():
    long = tuple(Fact(text=f"Sənəd {place}.", source="a") for place in range(MAX_LINES))
    selection = Selection(lines=(("steps", (Fact(text="Müraciət edin.", source="a"),)), ("documents", long)))

    reply = draft_sentences(selection, [1] * (MAX_LINES + 1), title="Xidmət", citations=[LAW], words=load_counter(), language="az")

    assert [sentence.text for sentence in reply if sentence.kind is SentenceKind.FACT] == ["Müraciət edin."]
