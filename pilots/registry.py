"""The pilots that this gateway serves, found by their folders."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pilots.errors import PilotUnknown
from pilots.manifest import Manifest, load_manifest

PILOTS_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Pilot:
    """A manifest and the folder that it was read from."""

    manifest: Manifest
    folder: Path

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def corpus_paths(self) -> tuple[Path, ...]:
        return tuple(self.folder / corpus.path for corpus in self.manifest.corpus)


def load_pilots(folder: Path = PILOTS_FOLDER) -> dict[str, Pilot]:
    """Load every folder that holds a pilot.yaml, by name, in alphabetical order.

    Raises:
        ManifestInvalid: see `load_manifest`.
    """
    return {path.parent.name: Pilot(load_manifest(path.parent), path.parent) for path in sorted(folder.glob("*/pilot.yaml"))}


def find_pilot(pilots: Mapping[str, Pilot], name: str) -> Pilot:
    """Raises PilotUnknown when no such pilot is served."""
    try:
        return pilots[name]
    except KeyError as error:
        raise PilotUnknown(name) from error
