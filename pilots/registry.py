"""The pilots that this gateway serves, found by their folders."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pilots.errors import ManifestInvalid, PilotUnknown
from pilots.manifest import Manifest, load_manifest
from pilots.stages import Stage

PILOTS_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Pilot:
    """A manifest and the folder that it was read from. `recorded_stage` is what was decided since, None: nothing was."""

    manifest: Manifest
    folder: Path
    recorded_stage: Stage | None = None

    @property
    def stage(self) -> Stage:
        """The stage that holds: the newest decision, else the manifest's."""
        return self.recorded_stage or self.manifest.stage

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def corpus_paths(self) -> tuple[Path, ...]:
        return tuple(self.folder / corpus.path for corpus in self.manifest.corpus)


def load_pilots(*folders: Path) -> dict[str, Pilot]:
    """Load every folder that holds a pilot.yaml, in alphabetical order; of the packaged pilots when no folder is named.

    A folder that does not exist holds none.

    Raises:
        ManifestInvalid: see `load_manifest`; or two folders hold a pilot of one name.
    """
    pilots: dict[str, Pilot] = {}
    for path in (path for folder in folders or (PILOTS_FOLDER,) for path in sorted(folder.glob("*/pilot.yaml"))):
        home = path.parent
        if (first := pilots.get(home.name)) is not None:
            raise ManifestInvalid(f"{home.name}: there are two pilots of this name, in {first.folder.parent} and in {home.parent}; rename one")
        pilots[home.name] = Pilot(load_manifest(home), home)
    return dict(sorted(pilots.items()))


def find_pilot(pilots: Mapping[str, Pilot], name: str) -> Pilot:
    """Raises PilotUnknown when no such pilot is served."""
    try:
        return pilots[name]
    except KeyError as error:
        raise PilotUnknown(name) from error
