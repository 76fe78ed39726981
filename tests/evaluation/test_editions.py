"""Both sides of a change are judged by the text of the edition; real laws are asked when the measuring data is there."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from evaluation.editions import Edition, is_version, measure, read_laws
from pilots.answer import Answer, AnswerStatus, Citation, Sentence, SentenceKind

REPOSITORY = Path(__file__).parents[2]
SHARED_DATA = Path(os.environ.get("KORPU_SHARED_DATA", REPOSITORY / ".." / "shared" / "data"))
OLD_LAWS, NEW_LAWS = SHARED_DATA / "laws_2023", SHARED_DATA / "laws_2024"


def write_laws(folder: Path, articles: Mapping[str, str], *, title: bool = True) -> Path:
    folder.mkdir()
    lines = [
        {"law_id": "bag", "article": number, "text": text, **({"law_title": "Bağ Məcəlləsi", "title": "Giriş"} if title else {})}
        for number, text in articles.items()
    ]
    (folder / "articles.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return folder


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    old = write_laws(tmp_path / "old", {str(n): f"{n}.1. Bağa giriş {n} manatdır.\n{n}.2. Uşaqlar ödəmir." for n in range(1, 8)})
    new = write_laws(
        tmp_path / "new",
        {str(n): f"Giriş {n}.1. Bağa giriş {n + (10 if n in (2, 5) else 0)} manatdır. {n}.2. Uşaqlar ödəmir." for n in range(1, 8)},
        title=False,
    )
    return old, new


async def test_every_changed_article_is_asked_on_both_sides(folders: tuple[Path, Path]) -> None:
    figures = await measure(*folders, old_from="2023-05", new_from="2024-02")

    assert (figures["articles"], figures["right_both"], figures["newer_told"], figures["misses"]) == (2, 1.0, 1.0, [])
    assert figures["right"] == dict.fromkeys(("as_of_new", "as_of_old", "words_new", "words_old"), 1.0)


def test_a_list_of_changes_goes_before_the_comparison(folders: tuple[Path, Path]) -> None:
    assert read_laws(*folders, old_from="2023", new_from="2024").changed == (("bag", "2"), ("bag", "5"))
    (folders[1] / "changed_vs_2023.jsonl").write_text('{"id": "bag:3"}\n', encoding="utf-8")
    assert read_laws(*folders, old_from="2023", new_from="2024").changed == (("bag", "3"),)


EDITION = Edition(in_force_from="2023-05", texts={("bag", "2"): "Maddə 2. Giriş\n2.1. Bağa giriş 2 manatdır."})
RIGHT = {"source_id": "bag", "locator": "Maddə 2, bənd 2.1", "as_of": "2023-05", "quote": "2.1. Bağa giriş 2 manatdır."}


@pytest.mark.parametrize(
    ("changes", "is_right"),
    [
        ({}, True),
        ({"quote": "2.1. Bağa giriş 12 manatdır."}, False),
        ({"as_of": "2024-02"}, False),
        ({"locator": "Maddə 3"}, False),
        ({"source_id": "ev"}, False),
    ],
)
def test_a_version_is_right_by_place_edition_and_words(changes: Mapping[str, str], is_right: bool) -> None:
    answer = answered([{**RIGHT, **changes}])

    assert is_version(answer, ("bag", "2"), EDITION) is is_right


def test_an_answer_without_a_fact_is_no_version() -> None:
    assert not is_version(answered([]), ("bag", "2"), EDITION)


def answered(cited: Sequence[Mapping[str, str]]) -> Answer:
    citations = tuple(
        Citation(n=n, title="Bağ", url=None, source_id=c["source_id"], locator=c["locator"], as_of=c["as_of"], quote=c["quote"])
        for n, c in enumerate(cited, start=1)
    )
    facts = tuple(Sentence(text=c.quote, kind=SentenceKind.FACT, citations=(c.n,)) for c in citations)
    return Answer(pilot="p", status=AnswerStatus.ANSWERED, language="az", sentences=facts, citations=citations)


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.skipif(not (OLD_LAWS.exists() and NEW_LAWS.exists()), reason="the shared data folder is absent")
async def test_amended_articles_of_real_laws_come_in_the_version_of_the_day() -> None:
    figures = await measure(OLD_LAWS, NEW_LAWS, old_from="2023-05", new_from="2024-02")

    assert figures["articles"] == 98
    share = figures["right_both"]
    assert isinstance(share, float)
    assert share >= 0.95, figures["misses"]
