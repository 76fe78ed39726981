import socket
from pathlib import Path

import pytest

from tests.gateway.commands.conftest import Korpu

pytestmark = pytest.mark.model


def test_a_sound_machine_passes(korpu: Korpu) -> None:
    result = korpu("doctor")
    assert result.exit_code == 0
    for subject in ("python", "packages", "data folder", "database", "index", "model", "corpus of office_guides", "port"):
        assert subject in result.stdout


def test_each_problem_has_its_fix(korpu: Korpu, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (office / "pilots" / "office_guides" / "corpus" / "empty.txt").touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("KORPU_PORT", str(taken.getsockname()[1]))
        result = korpu("doctor")
    assert result.exit_code == 1
    assert "empty.txt: the file is empty" in result.stdout
    assert "Choose another by KORPU_PORT" in result.stdout


def test_a_broken_database_is_found(korpu: Korpu, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (office / "folder.db").mkdir()
    monkeypatch.setenv("KORPU_DATABASE_URL", f"sqlite+aiosqlite:///{office / 'folder.db'}")
    result = korpu("doctor")
    assert result.exit_code == 1
    assert "KORPU_DATABASE_URL" in result.stdout


def test_a_wrong_setting_is_a_finding(korpu: Korpu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KORPU_INDEX", "server")
    result = korpu("doctor")
    assert result.exit_code == 1
    assert "KORPU_INDEX_URL" in result.stdout
