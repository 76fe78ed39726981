import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.commands.ingest import documents
from tests.gateway.commands.conftest import GUIDE, LEAVE, Korpu

pytestmark = pytest.mark.model


def test_a_pilots_own_corpus_is_read_with_words_and_vectors(korpu: Korpu) -> None:
    result = korpu("ingest", "office_guides")
    assert result.exit_code == 0
    assert "office_guides: 1 passages" in result.stderr
    assert "(unchanged)" in korpu("ingest", "office_guides").stderr


def test_an_added_document_answers_and_stays_after_a_rebuild(korpu: Korpu, office: Path) -> None:
    added = office / "mezuniyyet.md"
    added.write_text(LEAVE, encoding="utf-8")
    assert korpu("ingest", "office_guides", str(added), "--words-only").exit_code == 0
    added.unlink()
    assert "2 passages" in korpu("ingest", "office_guides", "--words-only").stderr
    answer = json.loads(korpu("ask", "office_guides", "Məzuniyyət ərizəsi nə vaxt təqdim olunur?", "--json").stdout)
    assert answer["status"] == "answered"
    assert {citation["source_id"] for citation in answer["citations"]} == {"mezuniyyet"}


def test_bad_files_are_named_with_their_reason_and_the_good_ones_are_kept(korpu: Korpu, office: Path) -> None:
    folder = office / "incoming"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "mezuniyyet.md").write_text(LEAVE, encoding="utf-8")
    (folder / "photo.png").write_bytes(b"\x89PNG")
    (folder / "empty.txt").touch()
    result = korpu("ingest", "office_guides", str(folder), "--words-only")
    assert result.exit_code == 3
    assert "photo.png: the format .png is not supported" in result.stderr
    assert "empty.txt: the file is empty" in result.stderr
    kept = office / "var" / "uploads" / "office_guides"
    assert [path.relative_to(kept).as_posix() for path in kept.rglob("*") if path.is_file()] == ["incoming/inner/mezuniyyet.md"]


def test_nothing_readable_is_a_failure_and_adds_nothing(korpu: Korpu, office: Path) -> None:
    bad = office / "photo.png"
    bad.write_bytes(b"\x89PNG")
    result = korpu("ingest", "office_guides", str(bad), str(office / "missing.md"))
    assert result.exit_code == 1
    assert "missing.md: the file does not exist" in result.stderr
    assert not (office / "var" / "uploads").exists()


def test_an_unknown_pilot_is_named(korpu_main: Callable[..., tuple[int, str]]) -> None:
    status, error = korpu_main("ingest", "moon_guides")
    assert status == 1
    assert "moon_guides" in error


def test_hidden_files_are_left_out_and_folders_keep_their_shape(tmp_path: Path) -> None:
    folder = tmp_path / "laws"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "a.md").write_text(GUIDE, encoding="utf-8")
    (folder / "codes").mkdir()
    (folder / "codes" / "b.md").write_text(GUIDE, encoding="utf-8")
    assert [place.as_posix() for _, place in documents(folder)] == ["laws/codes/b.md"]
    assert [place.as_posix() for _, place in documents(folder / "codes" / "b.md")] == ["b.md"]


def test_two_editions_of_a_document_stay_beside_each_other_and_answer_for_their_day(korpu: Korpu, office: Path) -> None:
    folder = office / "qaydalar"
    folder.mkdir()
    guide = folder / "mezuniyyet.md"
    for edition, weeks in (("2023-05", "iki"), ("2024-02", "üç")):
        guide.write_text(LEAVE.replace("iki", weeks), encoding="utf-8")
        for _ in range(2):  # the same edition again takes its own place
            assert korpu("ingest", "office_guides", str(folder), "--words-only", "--edition", edition).exit_code == 0
    kept = office / "var" / "uploads" / "office_guides"
    assert sorted(path.name for path in kept.iterdir()) == ["qaydalar-2023-05", "qaydalar-2024-02"]

    def ask(question: str, *more: str) -> str:
        return korpu("ask", "office_guides", question, *more).stdout

    question = "Məzuniyyət ərizəsi nə vaxt təqdim olunur?"
    assert "üç həftə" in ask(question)
    old = ask(question, "--as-of", "2023-12-01")
    assert "iki həftə" in old.split("Diqqət")[0]
    assert "Məzuniyyət qaydası (2023-05 redaksiyası)" in old
    assert "daha yeni redaksiya var" in old
    assert ask("Məzuniyyət ərizəsi 2023-cü ildə nə vaxt təqdim olunurdu?").splitlines()[1] == old.splitlines()[1]


def test_a_folder_that_declares_its_edition_is_kept_with_it(korpu: Korpu, office: Path) -> None:
    folder = office / "qaydalar"
    folder.mkdir()
    (folder / "mezuniyyet.md").write_text(LEAVE, encoding="utf-8")
    (folder / "edition.yaml").write_text("in_force_from: 2023-05\nsource: Arxiv\n", encoding="utf-8")

    assert korpu("ingest", "office_guides", str(folder), "--words-only").exit_code == 0
    assert korpu("ingest", "office_guides", str(folder / "mezuniyyet.md"), "--words-only").exit_code == 0

    kept = office / "var" / "uploads" / "office_guides"
    assert sorted(path.relative_to(kept).as_posix() for path in kept.rglob("*.yaml")) == [
        "mezuniyyet-2023-05/edition.yaml",
        "qaydalar-2023-05/edition.yaml",
    ]
    assert "source: Arxiv" in (kept / "qaydalar-2023-05" / "edition.yaml").read_text(encoding="utf-8")


def test_a_wrong_edition_is_said_before_anything_is_read(korpu_main: Callable[..., tuple[int, str]], office: Path) -> None:
    status, error = korpu_main("ingest", "office_guides", str(office), "--edition", "dünən")
    assert status == 1
    assert "must be a year, a month or a day" in error
    assert not (office / "var" / "uploads").exists()


def test_a_folder_with_a_wrong_sheet_adds_nothing(korpu: Korpu, office: Path) -> None:
    folder = office / "qaydalar"
    folder.mkdir()
    (folder / "mezuniyyet.md").write_text(LEAVE, encoding="utf-8")
    (folder / "edition.yaml").write_text("since: 2023\n", encoding="utf-8")

    result = korpu("ingest", "office_guides", str(folder), "--words-only")

    assert result.exit_code == 1
    assert "edition.yaml of its folder is wrong" in result.stderr
