"""What an answer says of editions: the label in the citation, and a notice where another edition says something else."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pilots.answer import Sentence, SentenceKind
from pilots.citing import Citer
from pilots.editions import cite_passage, edition_notices, edition_on
from rag.chunking import number_passages
from rag.editions import Versions, settle_editions
from rag.passages import Passage, ScoredPassage
from tests.pilots.small_pilot import common_messages


def edition(since: str, articles: Mapping[str, str]) -> list[Passage]:
    made = [
        Passage(id="", pilot="p", source_id="bag", title="Bağ Məcəlləsi", text=text, locator=f"Maddə {number}", section=number)
        for number, text in articles.items()
    ]
    return [replace(passage, editions=(since,)) for passage in number_passages(made)]


PASSAGES = settle_editions(
    [
        *edition("2023-05", {"1": "Bağ açıqdır.", "2": "Maddə 2. Giriş\nGiriş hamı üçündür. Giriş 3 manatdır.", "3": "İt gətirmək olmaz."}),
        *edition("2024-02-08", {"1": "Bağ açıqdır.", "2": "Maddə 2. Giriş haqqı\nGiriş hamı üçündür. Giriş 5 manatdır."}),
    ]
)
LAST_DAY = date(2024, 2, 7)
CHANGE = date(2024, 2, 8)


def scored(section: str, day: date) -> ScoredPassage:
    passage = next(passage for passage in PASSAGES if passage.section == section and passage.is_in_force(day))
    return ScoredPassage(passage=passage, score=1.0, versions=Versions.of(PASSAGES).by_work.get(passage.work, ()))


def told(folder: Path, section: str, day: date | None) -> tuple[list[Sentence], Citer]:
    found = scored(section, day or CHANGE)
    citer = Citer()
    quote = found.passage.text.split(". ")[0]
    cite_passage(citer, found.passage, quote, day=day)
    messages = common_messages(folder)
    return edition_notices([(found, quote), (found, quote)], day=day, citer=citer, messages=messages, language="az"), citer


@pytest.mark.parametrize(
    ("section", "day", "label"),
    [
        ("1", LAST_DAY, "2023-05"),
        ("1", CHANGE, "2024-02-08"),
        ("1", None, "2024-02-08"),
        ("1", date(2020, 1, 1), "2023-05"),
        ("2", LAST_DAY, "2023-05"),
    ],
)
def test_a_citation_names_the_newest_edition_of_the_day(section: str, day: date | None, label: str):
    citer = Citer()
    cite_passage(citer, scored(section, day or CHANGE).passage, "Bağ açıqdır.", day=day)

    (citation,) = citer.citations()
    assert (citation.title, citation.locator, citation.as_of) == (f"Bağ Məcəlləsi ({label} redaksiyası)", f"Maddə {section}", label)


def test_a_document_without_editions_is_cited_as_ever():
    citer = Citer()
    guide = Passage(id="a", pilot="p", source_id="bag", title="Bağ", text="Bağ.", as_of="2024-03")
    cite_passage(citer, guide, "Bağ.", day=LAST_DAY)

    assert [(citation.title, citation.as_of) for citation in citer.citations()] == [("Bağ", "2024-03")]
    assert edition_on(guide, None) is None


def test_an_older_text_tells_of_the_newer_one_and_quotes_what_changed(tmp_path: Path):
    (notice,), citer = told(tmp_path, "2", LAST_DAY)

    assert notice.kind is SentenceKind.NOTICE
    assert notice.text == "Diqqət, daha yeni redaksiya var: Bağ Məcəlləsi, Maddə 2 2024-02-08 redaksiyasında dəyişib."
    cited = {citation.n: citation for citation in citer.citations()}[notice.citations[0]]
    assert (cited.quote, cited.as_of) == ("Giriş 5 manatdır.", "2024-02-08")


@pytest.mark.parametrize("day", [LAST_DAY, CHANGE, None])
def test_of_an_article_that_did_not_change_nothing_is_told(tmp_path: Path, day: date | None):
    assert told(tmp_path, "1", day)[0] == []


def test_a_changed_text_is_told_when_no_day_was_asked_for_and_taken_for_granted_otherwise(tmp_path: Path):
    (notice,), citer = told(tmp_path, "2", None)

    assert "2024-02-08" in notice.text
    assert "2023-05" in notice.text
    assert len(citer.citations()) == 1
    assert told(tmp_path / "dated", "2", CHANGE)[0] == []


def test_an_article_that_is_gone_is_told(tmp_path: Path):
    (notice,), _ = told(tmp_path, "3", LAST_DAY)

    assert "belə maddə yoxdur" in notice.text


def test_a_day_before_the_oldest_edition_is_told_first(tmp_path: Path):
    first, second = told(tmp_path, "2", date(2023, 4, 30))[0]

    assert "ən köhnə redaksiya 2023-05" in first.text
    assert "2023-04-30" in first.text
    assert "daha yeni redaksiya" in second.text
    assert told(tmp_path / "again", "1", date(2023, 5, 1))[0] == []
