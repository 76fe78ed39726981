import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.dataset import load_beir, load_cases, load_example_sets, load_utterances
from evaluation.errors import DatasetInvalid
from pilots.registry import load_pilots

CASE = {"id": "c-1", "kind": "plain", "language": "az", "question": "neçəyədir?", "expected_status": "answered"}


def write_cases(path: Path, *cases: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases), encoding="utf-8")
    return path


def write_beir(folder: Path) -> Path:
    (folder / "qrels").mkdir()
    (folder / "corpus.jsonl").write_text('{"_id": "d1", "title": "", "text": "bir"}\n{"_id": "d2", "text": "iki"}\n', encoding="utf-8")
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "bir?"}\n\n{"_id": "q2", "text": "üç?"}\n', encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\n", encoding="utf-8")
    return folder


def test_reads_the_cases_of_all_files_in_order(tmp_path: Path) -> None:
    paths = [write_cases(tmp_path / "cases-a.jsonl", CASE), write_cases(tmp_path / "cases-b.jsonl", CASE | {"id": "c-2", "context": ["salam"]})]
    assert [(case.id, case.context) for case in load_cases(paths)] == [("c-1", ()), ("c-2", ("salam",))]


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"kind": "plane"}, "kind"),
        ({"expected_status": "maybe"}, "expected_status"),
        ({"expected_fact": []}, "expected_fact"),
        ({"question": " "}, "question"),
    ],
)
def test_a_wrong_case_is_named_by_file_line_and_key(tmp_path: Path, wrong: dict[str, Any], key: str) -> None:
    path = write_cases(tmp_path / "cases.jsonl", CASE, CASE | {"id": "c-2"} | wrong)
    with pytest.raises(DatasetInvalid, match=rf"cases\.jsonl:2: {key}: "):
        load_cases([path])


def test_an_id_may_stand_once_among_all_files(tmp_path: Path) -> None:
    paths = [write_cases(tmp_path / "cases-a.jsonl", CASE), write_cases(tmp_path / "cases-b.jsonl", CASE)]
    with pytest.raises(DatasetInvalid, match=r"cases-b\.jsonl:1: id c-1 stands twice"):
        load_cases(paths)


def test_a_line_that_is_not_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text("{\n", encoding="utf-8")
    with pytest.raises(DatasetInvalid, match=r"cases\.jsonl:1: line: Invalid JSON"):
        load_cases([path])


def test_keeps_only_queries_with_a_relevant_document(tmp_path: Path) -> None:
    dataset = load_beir(write_beir(tmp_path))
    assert [document.id for document in dataset.documents] == ["d1", "d2"]
    assert [query.id for query in dataset.queries] == ["q1"]
    assert dataset.qrels == {"q1": {"d1": 1}}


@pytest.mark.parametrize("line", ["q1\td1", "q1\td1\tyes", "q9\td1\t1", "q1\td9\t1"])
def test_a_wrong_judgement_is_named_by_file_and_line(tmp_path: Path, line: str) -> None:
    qrels = write_beir(tmp_path) / "qrels" / "test.tsv"
    qrels.write_text(qrels.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(DatasetInvalid, match=r"test\.tsv:4: "):
        load_beir(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetInvalid, match=r"corpus\.jsonl"):
        load_beir(tmp_path)


@pytest.mark.parametrize("pilot", load_pilots().values(), ids=lambda pilot: pilot.name)
def test_the_cases_of_every_pilot_can_be_read_and_name_existing_cards(pilot: Any) -> None:
    cases = load_cases(sorted(pilot.folder.glob("cases*.jsonl")))
    if pilot.manifest.understanding == "cards":
        cards = {path.stem for folder in pilot.corpus_paths for path in folder.glob("*.yaml")}
        assert {source for case in cases for source in case.expected_sources} <= cards


def test_reads_utterances_and_refuses_an_id_that_stands_twice(tmp_path: Path) -> None:
    line = {"id": "u-1", "expected": "citizen_chat", "text": "Rüsum?"}
    (utterance,) = load_utterances(write_cases(tmp_path / "u.jsonl", line))
    assert (utterance.expected, utterance.text) == ("citizen_chat", "Rüsum?")
    with pytest.raises(DatasetInvalid, match=r"u\.jsonl:2: id u-1 stands twice"):
        load_utterances(write_cases(tmp_path / "u.jsonl", line, line))


def test_reads_example_sets_by_file_name_without_empty_lines(tmp_path: Path) -> None:
    (tmp_path / "trees.txt").write_text("Ağac?\n\n Kol? \n", encoding="utf-8")
    (tmp_path / "notes.md").write_text("no examples", encoding="utf-8")
    assert load_example_sets(tmp_path) == {"trees": ("Ağac?", "Kol?")}
