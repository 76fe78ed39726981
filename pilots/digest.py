"""What a pilot is at one moment, in one value: two equal digests answer from the same manifest and sources."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pilots.registry import Pilot

NOT_ANSWERED_FROM = ("README.md", "cases*.jsonl", "heldout*.jsonl", "sealed*.jsonl", "card-template.yaml")
"""What measures or explains a pilot: it changes no answer."""


def digest_pilot(pilot: Pilot, *, uploads: Path) -> str:
    """Return the SHA-256 (hex) of the manifest, the corpus, what else its folder holds to answer from, and documents added to it.

    Reads every file: call it in a thread.
    """
    digest = hashlib.sha256()
    for label, path in _files(pilot, uploads):
        content = path.read_bytes()
        digest.update(f"{label}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(pilot: Pilot, uploads: Path) -> Iterator[tuple[str, Path]]:
    """Yield each file under a label that does not depend on where the pilot is installed."""
    corpora = zip(pilot.manifest.corpus, pilot.corpus_paths, strict=True)
    borrowed = [(corpus.path, path) for corpus, path in corpora if not path.is_relative_to(pilot.folder) or ".." in path.parts]
    for name, root in ((".", pilot.folder), *borrowed, ("uploads", uploads / pilot.name)):
        for path in sorted(root.rglob("*")) if root.is_dir() else [root] if root.is_file() else []:
            place = path.relative_to(root)
            hidden = any(part.startswith((".", "__")) for part in place.parts)
            if path.is_file() and not hidden and not any(path.match(pattern) for pattern in NOT_ANSWERED_FROM):
                yield f"{name}/{place.as_posix()}", path
