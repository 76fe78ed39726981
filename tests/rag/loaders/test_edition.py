"""Editions are declared beside their documents and never guessed."""

import json
from pathlib import Path

import pytest

from rag.chunking import estimate_tokens
from rag.editions import settle_editions
from rag.errors import DocumentUnreadable
from rag.loaders import EDITION_FILE, Loaded, load_passages, read_edition, sheet_text
from rag.passages import TrustTier


def load(*paths: Path) -> Loaded:
    return load_passages(paths, pilot="p", trust=TrustTier.UPLOADED, count_tokens=estimate_tokens)


def write(folder: Path, sheet: str | None, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if sheet is not None:
        (folder / EDITION_FILE).write_text(sheet, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("written", "since"),
    [("2024-02-08", "2024-02-08"), ("'2024-02'", "2024-02"), ("2024-02", "2024-02"), ("2024", "2024")],
)
def test_documents_take_the_edition_of_their_folder_as_precise_as_it_is(tmp_path: Path, written: str, since: str):
    folder = write(tmp_path / "a", f"in_force_from: {written}\nsource: e-qanun\nurl: https://bag.example\n", bag="Bağ açıqdır.")

    loaded = load(folder)

    assert loaded.skipped == []
    assert [(p.source_id, p.editions, p.as_of, p.url) for p in loaded.passages] == [("bag", (since,), since, "https://bag.example")]


def test_the_nearest_sheet_counts_and_none_above_the_named_folder(tmp_path: Path):
    write(tmp_path, "in_force_from: 2020")
    write(tmp_path / "laws", None, ev="Ev.")
    write(tmp_path / "laws" / "old", "in_force_from: 2023", bag="Bağ.")
    write(tmp_path / "laws" / "old" / "inner", None, yol="Yol.")

    assert {p.source_id: p.editions for p in load(tmp_path / "laws").passages} == {"ev": (), "bag": ("2023",), "yol": ("2023",)}
    assert {p.source_id: p.editions for p in load(tmp_path).passages}["ev"] == ("2020",)


def test_files_of_one_name_in_two_editions_are_versions_of_one_document(tmp_path: Path):
    write(tmp_path / "2023", "in_force_from: 2023", bag="## Giriş\nGiriş 3 manatdır.")
    write(tmp_path / "2024", "in_force_from: 2024", bag="## Giriş\nGiriş 5 manatdır.")
    write(tmp_path / "other", None, bag="Başqa bağ.")

    settled = settle_editions(load(tmp_path).passages)

    assert sorted((p.source_id, p.text, p.editions) for p in settled) == [
        ("bag", "Giriş 3 manatdır.", ("2023",)),
        ("bag", "Giriş 5 manatdır.", ("2024",)),
        ("other-bag", "Başqa bağ.", ()),
    ]


@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        ("in_force_from: dünən", "must be a year, a month or a day"),
        ("in_force_from: '2024-13'", "in_force_from"),
        ("source: e-qanun", "in_force_from: Field required"),
        ("in_force_from: 2024\nsince: 2023", "since: Extra inputs"),
        ("in_force_from: [", "cannot be read"),
    ],
)
def test_documents_of_a_wrong_sheet_stay_out_with_the_reason(tmp_path: Path, sheet: str, reason: str):
    loaded = load(write(tmp_path / "a", sheet, bag="Bağ."))

    assert loaded.passages == []
    assert [skipped.path.name for skipped in loaded.skipped] == ["bag.md"]
    assert reason in loaded.skipped[0].reason


def test_a_law_of_one_line_articles_takes_its_name_from_the_sheet(tmp_path: Path):
    folder = write(tmp_path / "a", "in_force_from: 2024\ntitles: {bag: Bağ Məcəlləsi}")
    line = {"law_id": "bag", "article": "2", "text": "Giriş 2.1. Giriş pulludur. 2.2. Uşaqlar ödəmir."}
    (folder / "articles.jsonl").write_text(json.dumps(line), encoding="utf-8")

    (passage,) = load(folder).passages

    assert (passage.title, passage.locator, passage.section) == ("Bağ Məcəlləsi", "Maddə 2", "2")
    assert passage.text == "Maddə 2. Giriş\n2.1. Giriş pulludur.\n2.2. Uşaqlar ödəmir."


def test_a_date_alone_makes_a_sheet_that_reads_back(tmp_path: Path):
    folder = write(tmp_path / "a", sheet_text(read_edition("2024-02")), bag="Bağ.")

    assert load(folder).passages[0].editions == ("2024-02",)
    with pytest.raises(DocumentUnreadable, match="must be a year"):
        read_edition("fevral")
