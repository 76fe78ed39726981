import json
import sys
from pathlib import Path

import pytest

from evaluation import bench_answer
from tests.evaluation.test_dataset import CASE, write_cases


@pytest.mark.model
@pytest.mark.usefixtures("data_dir")
def test_times_the_pipeline_its_parts_and_the_gateway_and_ends_with_one_json_line(
    fee_pilot: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = ("Vəsiqəm itib, təzəsi neçəyədir?", "İtmiş vəsiqə üçün hansı sənədlər lazımdır?")
    cases = [CASE | {"id": f"c-{number}", "question": question} for number, question in enumerate(questions)]
    write_cases(tmp_path / "pilots" / fee_pilot / "cases.jsonl", *cases)
    monkeypatch.setattr(sys, "argv", ["bench_answer", "--pilot", fee_pilot])
    bench_answer.main()
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (figures["pilot"], figures["questions"]) == ("citizen_chat", 2)
    assert {"embed", "search", "total"} <= figures["parts_ms"].keys()
    assert figures["parts_ms"]["embed"]["p50"] + figures["parts_ms"]["search"]["p50"] <= figures["parts_ms"]["total"]["p95"]
    assert 0 < figures["answer_ms"]["p50"] <= figures["answer_ms"]["p95"]
    assert figures["http_ms"]["p50"] > 0
