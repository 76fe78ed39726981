from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from rag.yaml_documents import YamlFaults, read_yaml


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    amount: int
    note: str = ""


class Sheet(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    rows: list[Row] = []


def faults_of(path: Path, text: str | bytes) -> YamlFaults:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    read = read_yaml(path, Sheet)
    assert isinstance(read, YamlFaults)
    return read


def test_every_fault_is_found_by_its_line(tmp_path: Path):
    read = faults_of(tmp_path / "a.yaml", "# a sheet\nname: one\nrows:\n  - amount: 1\n  - amount: two\n    colour: red\n")

    assert [(fault.line, fault.key) for fault in read.faults] == [(5, "rows.1.amount"), (6, "rows.1.colour")]
    assert "(line 5)" in str(read)


def test_what_is_missing_is_looked_for_where_it_belongs(tmp_path: Path):
    read = faults_of(tmp_path / "a.yaml", "name: one\nrows:\n  - amount: 1\n  - note: no amount\n")

    assert [(fault.line, fault.key) for fault in read.faults] == [(4, "rows.1.amount")]


@pytest.mark.parametrize(
    ("text", "line"), [("name: one\nrows: [1\nmore: 2\n", 3), (b"name: one\nrows: \xff\n", 2)], ids=["a bracket is open", "not UTF-8"]
)
def test_what_is_no_yaml_is_a_fault_with_a_line(tmp_path: Path, text: str | bytes, line: int):
    read = faults_of(tmp_path / "a.yaml", text)

    assert not read.is_yaml
    assert [fault.line for fault in read.faults] == [line]
    assert str(read).startswith("not YAML: ")


def test_an_empty_file_is_a_fault_of_the_whole(tmp_path: Path):
    assert str(faults_of(tmp_path / "a.yaml", "")).startswith("file: ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rows: []\n", "name: is missing"),
        ("name: one\ncolour: red\n", "colour: there is no such key"),
        ("name: 2026-03-15\n", "name: must be a text; a number or a day needs quotes"),
        ("name: one\nrows: [{amount: 5 manat}]\n", "rows.0.amount: must be a number alone"),
        ("name: one\nrows: none\n", "rows: must be a list"),
        ("name: one\nrows: [none]\n", "rows.0: must be keys with their values"),
        ("name: *0000\n", "a value that begins with * needs quotes"),
        ("name: @korpu\n", "a value that begins with this sign needs quotes"),
        ("name: `korpu`\n", "a value that begins with this sign needs quotes"),
    ],
)
def test_a_fault_is_said_in_words_of_yaml(tmp_path: Path, text: str, words: str):
    assert words in str(faults_of(tmp_path / "a.yaml", text))
