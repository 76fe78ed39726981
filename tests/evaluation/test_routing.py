"""The routing data, and the command over real examples."""

import json
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evaluation.cli import eval_app
from evaluation.commands.measuring import DATA
from evaluation.dataset import load_utterances
from pilots.registry import load_pilots
from pilots.routing.examples import example_sets
from rag.azerbaijani import fold

HELD_OUT = DATA / "routing-heldout.jsonl"
DEVELOPMENT = DATA / "routing-dev.jsonl"

run = CliRunner().invoke


def test_the_held_out_set_is_large_enough_for_every_label() -> None:
    counts = Counter(utterance.expected for utterance in load_utterances(HELD_OUT))
    assert counts.total() >= 300
    assert counts.pop("out_of_scope") >= 60
    assert len(counts) == 5
    assert min(counts.values()) >= 50


def test_nothing_held_out_is_learnt_from_or_chosen_on() -> None:
    held_out = {fold(utterance.text) for utterance in load_utterances(HELD_OUT)}
    seen = {fold(text) for examples in example_sets(load_pilots().values()).values() for text in examples}
    assert held_out.isdisjoint(seen | {fold(utterance.text) for utterance in load_utterances(DEVELOPMENT)})


def test_every_pilot_has_examples_enough_to_be_routed_to() -> None:
    sets = example_sets(load_pilots().values())
    assert {name: len(texts) for name, texts in sets.items() if len(texts) < 40} == {}


@pytest.fixture
def utterances(tmp_path: Path) -> Path:
    pairs = [
        ("citizen_chat", "Şəxsiyyət vəsiqəsi almaq neçəyədir?"),
        ("document_qa", "Qanunun 7-ci maddəsində nə yazılıb?"),
        ("trees", "Həyətdə ağac quruyub"),
        ("out_of_scope", "Bu gün hava necə olacaq?"),
    ]
    lines = [json.dumps({"id": f"u-{n}", "expected": label, "text": text}, ensure_ascii=False) for n, (label, text) in enumerate(pairs)]
    path = tmp_path / "utterances.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def more_examples(tmp_path: Path) -> Path:
    folder = tmp_path / "examples"
    folder.mkdir()
    (folder / "trees.txt").write_text("Həyətdə ağac əkmək olar?\nAğac quruyub, kəsilsin\nHəyətdəki ağac quruyub\n", encoding="utf-8")
    return folder


@pytest.mark.usefixtures("data_dir")
def test_routes_by_words_clean_and_noisy_and_writes_the_scores(utterances: Path, more_examples: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    options = [str(utterances), "--examples", str(more_examples), "--by-words", "--noise", "ascii", "--json", str(out)]
    result = run(eval_app, ["routing", *options])
    assert result.exit_code == 0, result.output
    document = json.loads(out.read_text(encoding="utf-8"))
    assert document["variants"]["clean"]["macro_f1"]["value"] == 1.0
    assert document["variants"]["ascii"]["out_of_scope_recall"]["value"] == 1.0
    assert document["run"]["config"]["learnt_from"]["trees"] == 3
    assert document["failures"] == []


@pytest.mark.usefixtures("data_dir")
def test_too_low_a_score_ends_with_an_exit_code_and_names_what_went_astray(utterances: Path, more_examples: Path) -> None:
    lines = utterances.read_text(encoding="utf-8").replace('"document_qa"', '"citizen_chat"')
    utterances.write_text(lines, encoding="utf-8")
    result = run(eval_app, ["routing", str(utterances), "--examples", str(more_examples), "--by-words"])
    assert result.exit_code == 1
    assert "u-1" in result.output
    assert "citizen_chat → document_qa" in result.output
    assert "Below what is needed: macro_f1" in result.output


@pytest.mark.usefixtures("data_dir")
def test_a_label_without_examples_is_a_message(utterances: Path) -> None:
    result = run(eval_app, ["routing", str(utterances), "--by-words"])
    assert result.exit_code == 2
    assert "no examples of trees" in result.output
