"""Copies of packaged pilots for tests that change their manifests."""

import shutil
from pathlib import Path

from pilots.manifest import load_manifest
from pilots.registry import PILOTS_FOLDER


def copy_pilot(name: str, folder: Path) -> Path:
    """Copy a packaged pilot into `folder`, with the cards of contacts that its manifest borrows from another; return the copy."""
    copy = folder / name
    shutil.copytree(PILOTS_FOLDER / name, copy)
    for borrowed in load_manifest(copy).hand_over:
        if not (copy / borrowed).exists():
            (copy / borrowed).resolve().parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PILOTS_FOLDER / name / borrowed, copy / borrowed)
    return copy
