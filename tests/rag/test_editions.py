"""Which text of an article held when, over editions of a small invented law."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from rag.chunking import number_passages
from rag.editions import Versions, first_day, said, said_in, settle_editions
from rag.passages import Passage


def edition(since: str, articles: Mapping[str, str], *, title: str = "Bağ Məcəlləsi", url: str | None = None) -> list[Passage]:
    made = [
        Passage(id="", pilot="p", source_id="bag", title=title, text=text, locator=f"Maddə {number}", section=number, url=url, as_of=since)
        for number, text in articles.items()
    ]
    return [replace(passage, editions=(since,)) for passage in number_passages(made)]


def by_article(passages: Iterable[Passage]) -> dict[str, list[Passage]]:
    found: dict[str, list[Passage]] = {}
    for passage in passages:
        found.setdefault(passage.section, []).append(passage)
    return found


OLD = edition("2023-05", {"1": "Bağ açıqdır.", "2": "Giriş 3 manatdır.", "3": "İt gətirmək olmaz."})
NEW = edition("2024-02-08", {"1": "Bağ açıqdır.", "2": "Giriş 5 manatdır.", "4": "Fəvvarə axşam işləyir."}, url="https://bag.example/2024")


def test_an_article_that_did_not_change_is_kept_once_and_names_both_editions():
    (passage,) = by_article(settle_editions([*OLD, *NEW]))["1"]

    assert passage.editions == ("2023-05", "2024-02-08")
    assert (passage.in_force_from, passage.in_force_to) == (None, None)
    assert (passage.id, passage.as_of, passage.url) == (OLD[0].id, "2024-02-08", "https://bag.example/2024")


def test_each_text_of_a_changed_article_holds_until_the_next_one_begins():
    old, new = by_article(settle_editions([*NEW, *OLD]))["2"]

    assert (old.text, old.in_force_from, old.in_force_to) == ("Giriş 3 manatdır.", None, date(2024, 2, 8))
    assert (new.text, new.in_force_from, new.in_force_to) == ("Giriş 5 manatdır.", date(2024, 2, 8), None)
    assert old.work == new.work
    assert [old.is_in_force(day) for day in (date(2020, 1, 1), date(2024, 2, 7), date(2024, 2, 8))] == [True, True, False]
    assert [new.is_in_force(day) for day in (date(2024, 2, 7), date(2024, 2, 8), date(2030, 1, 1))] == [False, True, True]


def test_what_a_later_edition_dropped_ends_with_it_and_what_it_added_begins_with_it():
    settled = by_article(settle_editions([*OLD, *NEW]))

    assert [(p.in_force_from, p.in_force_to) for p in settled["3"]] == [(None, date(2024, 2, 8))]
    assert [(p.in_force_from, p.in_force_to) for p in settled["4"]] == [(date(2024, 2, 8), None)]


def test_a_text_that_comes_back_is_a_version_of_its_own():
    third = edition("2025", {"2": "Giriş 3 manatdır."})

    versions = by_article(settle_editions([*OLD, *NEW, *third]))["2"]

    assert [version.editions for version in versions] == [("2023-05",), ("2024-02-08",), ("2025",)]
    assert len({version.id for version in versions}) == 3


def test_the_same_edition_given_twice_is_one():
    assert settle_editions([*OLD, *OLD]) == settle_editions(OLD)


def test_a_law_without_a_title_is_called_as_its_other_editions_are():
    untitled = edition("2024", {"2": "Giriş 5 manatdır."}, title="")

    assert {passage.title for passage in settle_editions([*untitled, *OLD])} == {"Bağ Məcəlləsi"}
    assert {passage.title for passage in settle_editions(untitled)} == {"bag"}


def test_documents_without_an_edition_come_back_as_they_are():
    guide = Passage(id="a", pilot="p", source_id="bag", title="Bağ", text="Bağ gecə bağlıdır.")

    assert settle_editions([guide, *OLD])[0] == guide
    assert Versions.of([guide]).has_editions is False


def test_only_articles_with_several_texts_have_versions():
    versions = Versions.of(settle_editions([*OLD, *NEW]))

    assert versions.has_editions
    assert {work: [[p.text for p in text] for text in texts] for work, texts in versions.by_work.items()} == {
        "bag/2": [["Giriş 3 manatdır."], ["Giriş 5 manatdır."]]
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maddə 2. Giriş\n2.1. Giriş – pulludur;", "Maddə 2. Giriş 2.1. Giriş - pulludur."),
        ("«Bağ haqqında» Qanun", '"BAĞ HAQQINDA" qanun'),
        ("19—21-ci maddələr", "19-21-ci maddələr"),
    ],
)
def test_how_a_text_is_printed_makes_no_version(one: str, other: str):
    assert said_in(one) == said_in(other)


@pytest.mark.parametrize(("one", "other"), [("10.5 manat", "105 manat"), ("14 gün", "15 gün"), ("icazə verilir", "icazə verilmir")])
def test_what_a_text_says_does(one: str, other: str):
    assert said_in(one) != said_in(other)


def test_the_heading_that_opens_every_passage_of_an_article_counts_once():
    whole = [replace(OLD[0], text="Maddə 1. Bağ\n1.1. Açıqdır.\n1.2. Bağlıdır.\n1.2. Bağlıdır.")]
    parts = [replace(OLD[0], text="Maddə 1. Bağ\n1.1. Açıqdır."), replace(OLD[0], text="Maddə 1. Bağ\n1.2. Bağlıdır.\n1.2. Bağlıdır.")]

    assert said(whole) == said(parts)


def test_an_edition_begins_on_the_first_day_of_what_is_known():
    assert [first_day(text) for text in ("2024", "2024-02", "2024-02-08")] == [date(2024, 1, 1), date(2024, 2, 1), date(2024, 2, 8)]
    with pytest.raises(ValueError, match="month"):
        first_day("2024-13")
