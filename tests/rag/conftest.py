import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")


@pytest.fixture
def index_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where the system has one: creating an embedded index waits for a busy disk about ten times."""
    if not MEMORY.is_dir():
        yield tmp_path / "index"
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder) / "index"
