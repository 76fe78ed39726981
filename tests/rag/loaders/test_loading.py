"""Folders of mixed files become passages; every file that does not is named with its reason."""

import json
import os
from pathlib import Path

import pytest

from rag.chunking import estimate_tokens
from rag.loaders import Loaded, load_passages
from rag.loaders.loading import LARGEST_FILE_BYTES
from rag.passages import TrustTier
from tests.rag.loaders.office_files import paragraph, write_docx, write_pdf

REPOSITORY = Path(__file__).parents[3]
SHARED_DATA = Path(os.environ.get("KORPU_SHARED_DATA", REPOSITORY / ".." / "shared" / "data"))
STRATEGY = SHARED_DATA / "strategy_2025_2028_az.txt"


def load(*paths: Path, trust: TrustTier = TrustTier.GUIDE) -> Loaded:
    return load_passages(paths, pilot="document_qa", trust=trust, count_tokens=estimate_tokens)


def test_a_folder_is_walked_and_each_format_is_read(tmp_path: Path):
    (tmp_path / "a.md").write_text("---\ntitle: Bələdçi\nurl: https://a.az\nas_of: 2026-11\n---\n## Müddət\nOn gün.\n", encoding="utf-8")
    (tmp_path / "alt").mkdir()
    (tmp_path / "alt" / "b.txt").write_text("Sadə mətn burada.", encoding="utf-8")
    (tmp_path / "c.jsonl").write_text(json.dumps({"id": "sened", "title": "Sənəd", "text": "Mətn."}), encoding="utf-8")
    (tmp_path / ".gizli.txt").write_text("gizli", encoding="utf-8")
    write_pdf(tmp_path / "d.pdf", [["Bir sehifelik metn burada yazilib."]])
    write_docx(tmp_path / "e.docx", paragraph("Qayda", "Heading1") + paragraph("Mətn."))
    (tmp_path / "f.html").write_text(f"<html><body><article><p>{'Qaydalar burada yazılıb. ' * 20}</p></article></body></html>", encoding="utf-8")

    loaded = load(tmp_path)

    assert loaded.skipped == []
    assert {p.source_id for p in loaded.passages} == {"a", "b", "sened", "d", "e", "f"}
    guide = next(p for p in loaded.passages if p.source_id == "a")
    assert (guide.title, guide.locator, guide.url, guide.as_of, guide.trust) == ("Bələdçi", "Müddət", "https://a.az", "2026-11", "guide")


def test_every_bad_file_is_named_with_its_reason_and_the_rest_is_loaded(tmp_path: Path):
    bad = {
        "bos.txt": (b"", "empty"),
        "bosluq.md": (b" \n", "empty"),
        "ad.pdf": (b"hello world", "says PDF"),
        "ad.txt": (b"%PDF-1.7 ...", "content is PDF"),
        "arxiv.md": (b"PK\x03\x04....", "ZIP"),
        "fayl.xyz": (b"x", "not supported"),
        "setir.jsonl": (b'{"id": "a", "text": "b"}\nyox', "line 2"),
        "kart.yaml": (b"id: kart", "kart.yaml"),
        "tarix.md": ("---\nas_of: dünən\n---\nmətn".encode(), "as_of"),
    }
    for name, (data, _) in bad.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "yaxsi.txt").write_text("Yaxşı mətn.", encoding="utf-8")

    loaded = load(tmp_path)

    assert [p.source_id for p in loaded.passages] == ["yaxsi"]
    assert {skipped.path.name for skipped in loaded.skipped} == bad.keys()
    assert all(bad[skipped.path.name][1] in skipped.reason for skipped in loaded.skipped)


def test_a_file_over_the_limit_is_not_read(tmp_path: Path):
    path = tmp_path / "iri.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE_BYTES + 1)

    assert "limit is 50 MB" in load(path).skipped[0].reason


def test_a_missing_file_is_named(tmp_path: Path):
    assert load(tmp_path / "yox.txt").skipped[0].reason == "the file does not exist"


def test_two_files_of_one_name_stay_two_sources(tmp_path: Path):
    for folder in ("bir", "iki"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "Qayda.txt").write_text(f"Mətn {folder}.", encoding="utf-8")

    assert [p.source_id for p in load(tmp_path).passages] == ["qayda", "iki-qayda"]


def test_uploaded_cards_never_count_as_official():
    card = REPOSITORY / "pilots" / "citizen_chat" / "corpus" / "sv-itirilmis.yaml"

    assert TrustTier.UPLOADED not in {p.trust for p in load(card, trust=TrustTier.OFFICIAL).passages}
    assert {p.trust for p in load(card, trust=TrustTier.UPLOADED).passages} == {TrustTier.UPLOADED}


def test_a_law_in_json_lines_keeps_law_article_and_date(tmp_path: Path):
    lines = [
        {"law_id": "qanun", "law_title": "Qanun", "article": number, "title": "Ad", "text": "Mətn.", "as_of": "2023-05"} for number in ("1", "10-1")
    ]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    passages = load(tmp_path, trust=TrustTier.LAW).passages

    assert [(p.source_id, p.title, p.section, p.locator, p.as_of, p.trust, p.ordinal) for p in passages] == [
        ("qanun", "Qanun", "1", "Maddə 1", "2023-05", "law", 0),
        ("qanun", "Qanun", "10-1", "Maddə 10-1", "2023-05", "law", 1),
    ]


def test_a_heading_that_names_a_measure_can_be_looked_up_by_its_number(tmp_path: Path):
    (tmp_path / "b.md").write_text("# Plan\n## Tədbir 8.2.2: dil\nMətn.\n## Ümumi 5\nMətn iki.\n", encoding="utf-8")

    assert [(p.section, p.locator) for p in load(tmp_path).passages] == [("8.2.2", "Tədbir 8.2.2: dil"), ("", "Ümumi 5")]


def test_a_law_as_text_is_split_by_articles(tmp_path: Path):
    (tmp_path / "qanun.txt").write_text("Sınaq Qanunu\n\nMaddə 1. Ad\n1.1. Mətn.\nMaddə 2. Başqa ad\n2.1. Mətn.", encoding="utf-8")

    assert [(p.title, p.section) for p in load(tmp_path).passages] == [("Sınaq Qanunu", ""), ("Sınaq Qanunu", "1"), ("Sınaq Qanunu", "2")]


def test_no_passage_is_longer_than_the_limit(tmp_path: Path):
    (tmp_path / "uzun.txt").write_text("Bu cümlə çox dəfə təkrar olunur. " * 400, encoding="utf-8")

    passages = load(tmp_path).passages

    assert len({p.text for p in passages}) == len(passages)
    assert all(estimate_tokens(p.text) <= 400 for p in passages)


@pytest.mark.data
@pytest.mark.skipif(not STRATEGY.exists(), reason="the shared measuring data is absent")
def test_a_measure_of_the_national_strategy_stands_alone_and_answers_its_question():
    loaded = load(STRATEGY)
    measures = [p for p in loaded.passages if p.section == "8.2.2"]

    assert loaded.skipped == []
    assert [p.locator for p in measures] == ["Tədbir 8.2.2"]
    assert "Pilot 5 dövlət xidmətində TDE texnologiyalarının tətbiq edilməsi" in measures[0].text
    assert "8.2.1" not in measures[0].text
    assert "8.3" not in measures[0].text
    assert {f"8.1.{n}" for n in range(1, 6)} <= {p.section for p in loaded.passages}
