from pathlib import Path

import pytest

from pilots.registry import PILOTS_FOLDER


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KORPU_DATA_DIR", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture
def fee_pilot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The citizens' pilot with a single card beside those of its contacts, so that its corpus is embedded in a moment."""
    source, folder = PILOTS_FOLDER / "citizen_chat", tmp_path / "pilots" / "citizen_chat"
    (folder / "corpus").mkdir(parents=True)
    for name in ("pilot.yaml", "corpus/sv-itirilmis.yaml", "corpus/asan-108.yaml", "corpus/qaynar-xetler.yaml"):
        (folder / name).write_bytes((source / name).read_bytes())
    monkeypatch.setenv("KORPU_PILOTS_DIR", str(folder.parent))
    return "citizen_chat"
