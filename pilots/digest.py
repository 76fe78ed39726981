"""What a pilot is at one moment, in one value: two equal digests answer from the same manifest and sources."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pilots.registry import Pilot


def digest_pilot(pilot: Pilot, *, uploads: Path) -> str:
    """Return the SHA-256 (hex) of the manifest, the corpus and the documents that were added to it.

    Cases and README are left out: they do not change an answer. Reads every file: call it in a thread.
    """
    digest = hashlib.sha256()
    for label, path in _files(pilot, uploads):
        content = path.read_bytes()
        digest.update(f"{label}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(pilot: Pilot, uploads: Path) -> Iterator[tuple[str, Path]]:
    """Yield each file under a label that does not depend on where the pilot is installed."""
    yield "pilot.yaml", pilot.folder / "pilot.yaml"
    roots = [(corpus.path, path) for corpus, path in zip(pilot.manifest.corpus, pilot.corpus_paths, strict=True)]
    for name, root in (*roots, ("uploads", uploads / pilot.name)):
        for path in sorted(root.rglob("*")) if root.is_dir() else [root] if root.is_file() else []:
            place = path.relative_to(root)
            if path.is_file() and not any(part.startswith(".") for part in place.parts):
                yield f"{name}/{place.as_posix()}", path
