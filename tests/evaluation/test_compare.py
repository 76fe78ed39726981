"""Runs compared: by hand-made outputs, and by real runs of a pilot, a copy of it and a deliberately worse one."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from evaluation.cli import eval_app
from evaluation.compare import compare_runs
from evaluation.errors import RunsDiffer
from evaluation.runs.folder import RunArchive, RunFolder
from evaluation.runs.record import Provenance, RunKind
from evaluation.suites.output import AnswerOutput
from pilots.answer import AnswerStatus
from tests.evaluation.answering import answer, case, fact, output
from tests.pilots.copies import copy_pilot

run = CliRunner().invoke
NOWHERE = Provenance(commit=None, dirty=False, version="0", python="3", packages={}, hashes={}, models={}, seeds={})


def kept(archive: RunArchive, *outputs: AnswerOutput, subject: str = "p") -> RunFolder:
    folder = archive.start(RunKind.ANSWERS, subject, target="pipeline", config={"variants": ["clean"]}, provenance=NOWHERE, fresh=True)
    for item in outputs:
        folder.append(item)
    return folder


def right(number: int) -> AnswerOutput:
    return output(case(facts=("5 AZN",), sources=(f"s{number}",), id=f"c-{number}"), answer(fact("5 AZN", 1), sources=(f"s{number}",)))


def silent(number: int) -> AnswerOutput:
    return output(case(facts=("5 AZN",), sources=(f"s{number}",), id=f"c-{number}"), answer(status=AnswerStatus.UNANSWERABLE_NO_SOURCE))


def test_a_worse_run_is_called_worse_and_its_cases_are_named(tmp_path: Path) -> None:
    archive = RunArchive(tmp_path)
    before = kept(archive, *map(right, range(20)))
    after = kept(archive, *map(right, range(10)), *map(silent, range(10, 20)))
    found = compare_runs(before, after)
    assert (found.call, found.primary.name, found.primary.difference) == ("worse", "passed", -0.5)
    assert found.primary.p < 0.01
    assert len(found.broken) == 10
    assert found.fixed == ()
    assert compare_runs(after, before).call == "better"
    assert compare_runs(before, before).call == "no difference found"


def test_one_case_more_or_less_is_no_difference(tmp_path: Path) -> None:
    archive = RunArchive(tmp_path)
    found = compare_runs(kept(archive, *map(right, range(20))), kept(archive, *map(right, range(19)), silent(19)))
    assert found.call == "no difference found"
    assert found.broken == ("c-19/clean",)


def test_runs_of_other_questions_are_not_compared(tmp_path: Path) -> None:
    archive = RunArchive(tmp_path)
    with pytest.raises(RunsDiffer, match="share no questions"):
        compare_runs(kept(archive, right(1)), kept(archive, right(2)))
    other_words = right(1).model_copy(update={"asked": ("başqa sözlər",)})
    with pytest.raises(RunsDiffer, match="share no questions"):
        compare_runs(kept(archive, right(1)), kept(archive, other_words))


def test_a_case_that_was_corrected_between_two_runs_is_no_change_of_the_service(tmp_path: Path) -> None:
    archive = RunArchive(tmp_path)
    wrong_label = [right(number).model_copy(update={"case": case(facts=("6 AZN",), sources=("other",), id=f"c-{number}")}) for number in range(20)]
    found = compare_runs(kept(archive, *wrong_label), kept(archive, *map(right, range(20))))
    assert (found.call, found.primary.a, found.primary.b, found.fixed) == ("no difference found", 1.0, 1.0, ())


def test_the_run_before_is_the_newest_finished_one_of_the_same_cases(tmp_path: Path) -> None:
    archive = RunArchive(tmp_path)
    other, first, second = kept(archive, right(1), subject="q"), kept(archive, right(1)), kept(archive, right(1))
    for at, folder in enumerate((other, first, second)):
        record = folder.record.model_copy(update={"created_at": datetime(2026, 1, 1, at, tzinfo=UTC)})
        (folder.path / "run.json").write_text(record.model_dump_json(), encoding="utf-8")
    assert archive.before(second) is None
    first.write_scores({})
    found = archive.before(second)
    assert found is not None
    assert found.path == first.path


@pytest.mark.model
@pytest.mark.slow
def test_two_runs_agree_to_the_last_digit_and_weakened_retrieval_is_called_worse(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weak = copy_pilot("document_qa", tmp_path / "pilots")
    manifest = weak / "pilot.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + "retrieval:\n  top_k: 1\n  min_coverage: 0.95\n", encoding="utf-8")

    def ask(label: str) -> dict[str, Any]:
        out = tmp_path / f"{label}.json"
        options = ["--noise", "", "--label", label, "--fresh", "--show", "0", "--json", str(out)]
        result = run(eval_app, ["answers", "document_qa", *options])
        assert out.is_file(), result.output
        return json.loads(out.read_text(encoding="utf-8"))

    one, copy = ask("one"), ask("copy")
    monkeypatch.setenv("KORPU_PILOTS_DIR", str(weak.parent))
    worse = ask("worse")

    for document in (one, copy):
        del document["timing"]
    assert {name: value for name, value in one.items() if name != "run"} == {name: value for name, value in copy.items() if name != "run"}
    assert one["run"]["provenance"] == copy["run"]["provenance"]
    assert one["run"]["provenance"]["hashes"]["pilot"] != worse["run"]["provenance"]["hashes"]["pilot"]

    same = run(eval_app, ["compare", one["run"]["id"], copy["run"]["id"]])
    assert (same.exit_code, "no difference found" in same.output) == (0, True), same.output
    lost = run(eval_app, ["compare", one["run"]["id"], worse["run"]["id"], "--json", str(tmp_path / "comparison.json")])
    assert lost.exit_code == 1, lost.output
    comparison = json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))
    assert (comparison["call"], comparison["primary"]["p"] < 0.01) == ("worse", True)

    again = run(eval_app, ["rescore", one["run"]["id"]])
    assert "the scores are the stored ones" in again.output
    assert (data_dir / "runs" / one["run"]["id"] / "outputs.jsonl").is_file()
