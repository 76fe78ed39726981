"""Compares the widget that is shipped with what its source builds: `make check-widget`."""

import gzip
import subprocess
import sys
import tempfile
from pathlib import Path

from gateway.web.assets import WIDGET

SOURCE = Path(__file__).parent / "widget"
BUILT = Path(__file__).parent / "static" / WIDGET
MOST_GZIPPED_BYTES = 40 * 1024


def gzipped_bytes(content: bytes) -> int:
    return len(gzip.compress(content, compresslevel=9, mtime=0))


def build() -> bytes:
    """Return what the source builds now. Needs the tools that `make widget-tools` installs."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / WIDGET
        command = ["npm", "run", "--silent", "build", "--", f"--outfile={target}", "--log-level=error"]
        subprocess.run(command, cwd=SOURCE, check=True)  # noqa: S603 (a fixed command)
        return target.read_bytes()


def main() -> int:
    shipped = BUILT.read_bytes()
    size = gzipped_bytes(shipped)
    sys.stdout.write(f"{WIDGET}: {len(shipped)} bytes, {size} gzipped, at most {MOST_GZIPPED_BYTES}\n")
    if shipped != build():
        sys.stdout.write("The shipped widget is not what its source builds: run `make widget` and commit the file.\n")
        return 1
    return 0 if size <= MOST_GZIPPED_BYTES else 1


if __name__ == "__main__":
    raise SystemExit(main())
