"""Each pilot's corpus on its way from files into the index, and its pipeline once it is there."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import structlog

from gateway.desk import AnswerPipeline
from gateway.freshness import record_freshness
from gateway.knowledge import Knowledge
from gateway.readiness import Readiness, Stage
from gateway.settings import Settings
from pilots.pipeline import build_pipeline
from pilots.registry import Pilot
from pilots.triage.duplicates import AppealMemory
from rag.editions import settle_editions
from rag.errors import IndexUnavailable
from rag.ingest import IngestReport, IngestStage, Progress
from rag.loaders import Loaded, load_passages
from rag.passages import TrustTier
from serving.errors import ServingError

RETRY_S = 30.0


def read_corpus(pilot: Pilot, *, uploads: Path, knowledge: Knowledge) -> Loaded:
    """Read the pilot's own documents and those that its service team has added. Blocks: call it in a thread."""
    sources = [(path, corpus.trust) for path, corpus in zip(pilot.corpus_paths, pilot.manifest.corpus, strict=True)]
    sources.append((uploads / pilot.name, TrustTier.UPLOADED))
    loaded = Loaded(passages=[], skipped=[])
    for path, trust in sources:
        if path.exists():
            part = load_passages([path], pilot=pilot.name, trust=trust, count_tokens=knowledge.count_tokens)
            loaded = Loaded(passages=[*loaded.passages, *part.passages], skipped=[*loaded.skipped, *part.skipped])
    return replace(loaded, passages=settle_editions(loaded.passages))


async def publish_corpus(pilot: Pilot, *, uploads: Path, knowledge: Knowledge, progress: Progress | None = None) -> tuple[Loaded, IngestReport]:
    """Make the files' present state searchable by words; unchanged files cost nothing but the reading.

    A pilot without a single file is published empty: its documents may come later.

    Raises:
        ReleaseRejected, IndexUnavailable
    """
    loaded = await asyncio.to_thread(read_corpus, pilot, uploads=uploads, knowledge=knowledge)
    no_file = not loaded.passages and not loaded.skipped
    return loaded, await knowledge.ingester.build(pilot.name, loaded.passages, progress=progress, allow_empty=no_file)


class Corpora:
    """Opens pilots side by side: trouble with one corpus does not keep the others from answering."""

    def __init__(
        self, knowledge: Knowledge, *, settings: Settings, readiness: Readiness, memory: Callable[[str], AppealMemory], fill_vectors: bool = True
    ) -> None:
        """`memory` gives a pilot the appeals that came to it before."""
        self.pipelines: dict[str, AnswerPipeline] = {}
        self._knowledge = knowledge
        self._settings = settings
        self._readiness = readiness
        self._memory = memory
        self._fill_vectors = fill_vectors
        self._filling = asyncio.Lock()
        self._promoted: asyncio.Queue[Pilot] = asyncio.Queue()
        self._log = structlog.stdlib.get_logger(__name__)

    async def keep_open(self, pilots: Iterable[Pilot]) -> None:
        """Open these pilots, then each that is promoted, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for pilot in pilots:
                group.create_task(self._open(pilot))
            while True:
                group.create_task(self._open(await self._promoted.get()))

    def reopen(self, pilot: Pilot) -> None:
        """Read a pilot's corpus again, soon; what it was promoted with answers until the new state is searchable."""
        self._promoted.put_nowait(pilot)

    async def _open(self, pilot: Pilot) -> None:
        """Publish and fill one corpus. An index or model that does not answer is tried again; a wrong corpus needs a person."""
        while True:
            try:
                await self._publish(pilot)
                if self._fill_vectors:
                    # One pilot after another: those that share cards then find their vectors in the cache.
                    async with self._filling:
                        await self._knowledge.ingester.fill_dense(pilot.name, progress=self._reporter(pilot))
                    self._readiness.report(pilot.name, Stage.COMPLETE)
                return
            except (IndexUnavailable, ServingError) as error:
                self._fail(pilot, error)
                await asyncio.sleep(RETRY_S)
            except Exception as error:
                self._fail(pilot, error)
                return

    async def _publish(self, pilot: Pilot) -> None:
        if not self._readiness.is_ready(pilot.name):
            self._readiness.report(pilot.name, Stage.READING)
        loaded, report = await publish_corpus(pilot, uploads=self._settings.uploads_path, knowledge=self._knowledge, progress=self._reporter(pilot))
        for skipped in loaded.skipped:
            self._log.warning("document_skipped", pilot=pilot.name, file=skipped.path.name, reason=skipped.reason)
        self._log.info("corpus", pilot=pilot.name, release=report.release, outcome=report.outcome.value, passages=report.passages)
        self.pipelines[pilot.name] = await asyncio.to_thread(
            build_pipeline,
            pilot,
            retriever=self._knowledge.retriever,
            encoder=self._knowledge.encoder,
            memory=self._memory(pilot.name),
            writing=self._knowledge.writing,
        )
        await asyncio.to_thread(record_freshness, [pilot])
        # A release is read through for its words before its first search: seconds that no person should wait.
        await self._knowledge.retriever.prepare(pilot.name)
        self._readiness.report(pilot.name, Stage.FILLING, total=report.without_vector)

    def _reporter(self, pilot: Pilot) -> Progress:
        def report(done: int, total: int, stage: IngestStage) -> None:
            # A corpus that is searchable stays so while a newer state of it is written.
            filling = stage is IngestStage.EMBED or self._readiness.is_ready(pilot.name)
            self._readiness.report(pilot.name, Stage.FILLING if filling else Stage.READING, done=done, total=total)

        return report

    def _fail(self, pilot: Pilot, error: Exception) -> None:
        self._log.error("corpus_failed", pilot=pilot.name, reason=str(error), exc_info=error)
        if not self._readiness.is_ready(pilot.name):
            self._readiness.report(pilot.name, Stage.FAILED, fault=type(error).__name__)
