from pathlib import Path

import pytest

from pilots.aspects import ASPECT_SECTIONS, ASPECT_WORDS, HARD_ASPECTS, heading_of, items_of, sections_for, speaks_of
from pilots.vocabulary import load_vocabulary
from rag.card_passages import SECTION_HEADINGS
from rag.cards import Fact, ServiceCard
from tests.pilots.small_pilot import understood, write_deck


@pytest.fixture
def deck(tmp_path: Path) -> dict[str, ServiceCard]:
    return write_deck(tmp_path)


def test_every_aspect_that_people_ask_has_its_sections_and_words():
    asked = {label for text in ("neçəyədir", "harada", "hansı sənədlər", "cərimə", "neçə ədəd", "hansı qanun") for label in understood(text).aspects}

    assert asked <= ASPECT_SECTIONS.keys() == ASPECT_WORDS.keys()
    assert ASPECT_SECTIONS.keys() >= HARD_ASPECTS
    assert load_vocabulary().aspects.labels(["sened"]) == ["documents"]


def test_every_section_of_an_aspect_is_one_of_the_card():
    assert {section for sections in ASPECT_SECTIONS.values() for section in sections} <= SECTION_HEADINGS.keys() | {"agency"}


def test_sections_without_lines_are_left_out(deck: dict[str, ServiceCard]):
    assert sections_for(deck["pasport"], ["amount", "documents", "validity"]) == ["fees", "documents"]
    assert sections_for(deck["bagca-novbesi"], ["amount"]) == []


def test_a_section_that_two_aspects_share_comes_once(deck: dict[str, ServiceCard]):
    assert sections_for(deck["pasport"], ["amount", "money"]) == ["fees"]


def test_the_agency_is_a_section_of_one_line(deck: dict[str, ServiceCard]):
    items = items_of(deck["bagca-novbesi"], "agency")

    assert [item.text for item in items if isinstance(item, Fact)] == ["Təhsil idarəsi."]
    assert heading_of("agency", items) == "Məsul qurum"
    assert items_of(deck["pasport"], "agency") == ()


@pytest.mark.parametrize(
    ("text", "aspect", "speaks"),
    [
        ("Arayış pulsuzdur.", "amount", True),
        ("10 iş gününə hazır olur.", "duration", True),
        ("10 iş gününə hazır olur.", "hours", False),
        ("İş günləri 9:00–18:00.", "hours", True),
        ("Gecikməyə görə cərimə var.", "penalty", True),
        ("Qaynar xəttə zəng edin.", "contacts", True),
        ("Ərizə yazın.", "amount", False),
    ],
)
def test_a_sentence_elsewhere_is_known_to_speak_of_an_aspect(text: str, aspect: str, speaks: bool):
    assert speaks_of(Fact(text=text, source="law"), aspect) is speaks
