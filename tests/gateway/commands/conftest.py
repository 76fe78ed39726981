from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app, main

MANIFEST = """
name: office_guides
title: {az: Bələdçilər, en: Guides, ru: Справочник}
purpose: Answers over the office's guides.
stage: live
owner: {agency: Office, contact: "100"}
audience: citizens
corpus: [{path: corpus, trust: guide}]
understanding: documents
examples: ["Arxiv sənədi neçə il saxlanılır?"]
"""
GUIDE = """---
title: Arxiv bələdçisi
as_of: 2026-01
---
# Arxiv bələdçisi

Arxiv sənədi idarədə on il saxlanılır. Müddət bitəndən sonra sənəd dövlət arxivinə verilir.
"""
LEAVE = """---
title: Məzuniyyət qaydası
---
# Məzuniyyət qaydası

Məzuniyyət ərizəsi rəhbərə iki həftə qabaq təqdim olunur.
"""

Korpu = Callable[..., Result]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder and one small pilot, as the environment names them."""
    pilot = tmp_path / "pilots" / "office_guides"
    (pilot / "corpus").mkdir(parents=True)
    (pilot / "pilot.yaml").write_text(MANIFEST, encoding="utf-8")
    (pilot / "corpus" / "arxiv.md").write_text(GUIDE, encoding="utf-8")
    monkeypatch.setenv("KORPU_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("KORPU_PILOTS_DIR", str(tmp_path / "pilots"))
    monkeypatch.setenv("KORPU_PORT", "18321")
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


@pytest.fixture
def korpu(office: Path) -> Korpu:
    """Runs a command in this process, faults included."""

    def run(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(app, list(arguments), input=typed)

    return run


@pytest.fixture
def korpu_main(office: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Runs the console script's own entry and returns its status and what it wrote to standard error."""

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["korpu", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capsys.readouterr().err

    return run
