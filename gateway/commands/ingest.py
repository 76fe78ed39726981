"""korpu ingest"""

import asyncio
import shutil
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gateway.corpora import publish_corpus
from gateway.knowledge import Knowledge, open_knowledge
from gateway.settings import Settings, load_settings
from gateway.telemetry import configure_logs
from pilots.registry import Pilot, find_pilot, load_pilots
from rag.errors import DocumentUnreadable
from rag.ingest import IngestStage
from rag.ingest import Progress as Report
from rag.loaders import EDITION_FILE, EditionSheet, Skipped, declared_edition, load_passages, read_edition, sheet_text
from rag.passages import TrustTier

ALL_READ, SOME_SKIPPED, FAILED = 0, 3, 1
STAGE_WORDS = {IngestStage.WRITE: "words", IngestStage.EMBED: "vectors"}


def ingest(pilot_name: str, paths: Sequence[str], *, words_only: bool, edition: str | None = None) -> int:
    """Return the exit status.

    Raises:
        DocumentUnreadable: `edition` is no date.
    """
    sheet = read_edition(edition) if edition else None
    settings = load_settings()
    configure_logs(settings.model_copy(update={"log_level": "error"}))
    pilot = find_pilot(load_pilots(*settings.pilot_folders), pilot_name)
    return asyncio.run(run_ingest(pilot, [Path(path) for path in paths], settings=settings, words_only=words_only, sheet=sheet))


async def run_ingest(pilot: Pilot, paths: Sequence[Path], *, settings: Settings, words_only: bool, sheet: EditionSheet | None = None) -> int:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    async with open_knowledge(settings) as knowledge:
        refused: list[Skipped] = []
        if paths:
            kept, refused = await asyncio.to_thread(keep_uploads, pilot, paths, settings=settings, knowledge=knowledge, sheet=sheet)
            if not kept:
                name_skipped(console, refused)
                console.print("Nothing was added.", style="red")
                return FAILED
        with show_progress(console) as progress:
            loaded, report = await publish_corpus(pilot, uploads=settings.uploads_path, knowledge=knowledge, progress=progress)
            if not words_only:
                await knowledge.ingester.fill_dense(pilot.name, progress=progress)
    skipped = [*refused, *loaded.skipped]
    name_skipped(console, skipped)
    console.print(f"{pilot.name}: {report.passages} passages, release {report.release} ({report.outcome.value})", markup=False)
    if loaded.skipped and not loaded.passages:
        return FAILED
    return SOME_SKIPPED if skipped else ALL_READ


def keep_uploads(
    pilot: Pilot, paths: Sequence[Path], *, settings: Settings, knowledge: Knowledge, sheet: EditionSheet | None = None
) -> tuple[int, list[Skipped]]:
    """Copy the documents that can be read into the data folder, so that every later release has them; return how many.

    A folder keeps its name and shape there. A document of the same place replaces the earlier one. What has an edition, given
    as `sheet` or by the folder's own, is kept under a name with its date: one edition never replaces another.
    """
    kept = 0
    refused: list[Skipped] = []
    for path in paths:
        loaded = load_passages([path], pilot=pilot.name, trust=TrustTier.UPLOADED, count_tokens=knowledge.count_tokens)
        refused += loaded.skipped
        unreadable = {skipped.path for skipped in loaded.skipped}
        read = [(file, place) for file, place in documents(path) if file not in unreadable]
        home = settings.uploads_path / pilot.name
        declared = sheet or own_edition(path) if read else None
        if declared:
            home = home / f"{path.resolve().stem if path.is_file() else path.resolve().name}-{declared.in_force_from}"
            home.mkdir(parents=True, exist_ok=True)
            (home / EDITION_FILE).write_text(sheet_text(declared), encoding="utf-8")
        for file, place in read:
            target = home / (place if not declared or path.is_file() else place.relative_to(place.parts[0]))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
            kept += 1
    return kept, refused


def documents(path: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each file that `load_passages` reads of a path, with its place under the uploads; the folder's own edition sheet stays out."""
    if not path.is_dir():
        yield path, Path(path.name)
        return
    for file in sorted(path.rglob("*")):
        inner = file.relative_to(path)
        if file.is_file() and inner != Path(EDITION_FILE) and not any(part.startswith(".") for part in inner.parts):
            yield file, Path(path.resolve().name) / inner


def own_edition(path: Path) -> EditionSheet | None:
    """Return what a folder, or the folder of a file, declares at its top; None when it declares nothing that can be read."""
    top = path if path.is_dir() else path.parent
    try:
        return declared_edition(top / EDITION_FILE, top=top)
    except DocumentUnreadable:
        return None


def name_skipped(console: Console, skipped: Sequence[Skipped]) -> None:
    for document in skipped:
        console.print(f"skipped {document.path}: {document.reason}", markup=False, style="yellow")


@contextmanager
def show_progress(console: Console) -> Generator[Report]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        tasks = {stage: progress.add_task(words, total=None, visible=False) for stage, words in STAGE_WORDS.items()}

        def report(done: int, total: int, stage: IngestStage) -> None:
            progress.update(tasks[stage], completed=done, total=total, visible=True)

        yield report
