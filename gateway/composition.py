"""What a running gateway holds, opened in one place and closed in reverse order."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import structlog

from gateway.corpora import RETRY_S, Corpora
from gateway.credentials import Credentials, load_secret
from gateway.desk import AnswerPipeline, Desk
from gateway.errors import DatabaseUnavailable
from gateway.freshness import keep_freshness
from gateway.knowledge import Knowledge, open_knowledge
from gateway.parts import Parts
from gateway.quotas import Quotas
from gateway.readiness import Readiness, Stage, Watch
from gateway.settings import Settings
from gateway.stages import Stages
from gateway.store.answer_records import AnswerRecords
from gateway.store.answers_in_use import AnswersInUse
from gateway.store.appeals import StoredAppeals
from gateway.store.conversations import Conversations
from gateway.store.database import open_database
from gateway.store.feedback import Feedback
from gateway.store.handovers import Handovers
from gateway.store.reviews import Reviews
from gateway.store.service_keys import ServiceKeys
from gateway.store.stage_records import StageRecords
from gateway.store.traces import Traces
from gateway.telemetry import start_telemetry
from gateway.web.console.instruments import Instruments
from gateway.web.console.visits import Visits
from gateway.writing import warm_model
from pilots.registry import Pilot, load_pilots
from pilots.routing.decision import SERVICE
from pilots.routing.examples import example_sets
from pilots.routing.router import Router
from rag.errors import IndexUnavailable
from rag.passages import Passage
from serving.errors import ServingError

RETENTION_PERIOD_S = 24 * 60 * 60


PassageReader = Callable[[str], Awaitable[Sequence[Passage]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """`started_at` is in seconds since the epoch. `instruments` None: this process cannot examine pilots. `read_passages` returns the
    passages of a pilot's live release; None when no index is open."""

    settings: Settings
    pilots: Mapping[str, Pilot]
    credentials: Credentials
    conversations: Conversations
    reviews: Reviews
    feedback: Feedback
    handovers: Handovers
    traces: Traces
    readiness: Readiness
    desk: Desk
    session_quotas: Quotas
    sign_in_quotas: Quotas
    visits: Visits
    answer_records: AnswerRecords
    answers_in_use: AnswersInUse
    instruments: Instruments | None
    read_passages: PassageReader | None
    stages: Stages
    parts: Parts
    started_at: int


@asynccontextmanager
async def open_gateway(
    settings: Settings,
    *,
    served_pilots: Mapping[str, Pilot] | None = None,
    pipelines: Mapping[str, AnswerPipeline] | None = None,
    watch: Watch | None = None,
    instruments: Instruments | None = None,
    fill_vectors: bool = True,
) -> AsyncGenerator[Gateway]:
    """Open the database and, unless `pipelines` are given, the index and the model; corpora are read in the background.

    Without `fill_vectors` passages keep the vectors that they have: enough to ask one question and leave.

    Raises:
        DatabaseUnavailable, IndexUnavailable, IndexLocked, ManifestInvalid, ModelUnavailable
    """
    start_telemetry(settings)
    pilots = served_pilots if served_pilots is not None else load_pilots(*settings.pilot_folders)
    readiness = Readiness(pilots, watch=watch)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings.database))
        keys = ServiceKeys(database)
        stages = Stages(pilots, StageRecords(database), folders=settings.pilot_folders)
        await stages.refresh()
        pilots = stages.pilots
        conversations = Conversations(database)
        traces = Traces(database)
        await stack.enter_async_context(traces.writing())
        await expire_conversations(conversations, pilots)
        router = Router(example_sets(pilots.values()))
        read_passages: PassageReader | None = None
        parts = Parts(probes={"database": database.ping})
        if pipelines is None:
            knowledge = await stack.enter_async_context(open_knowledge(settings))
            parts.probes["index"] = partial(knowledge.index.live_release, next(iter(pilots), SERVICE))
            parts.circuits |= knowledge.circuits
            memory = partial(StoredAppeals, database)
            corpora = Corpora(knowledge, settings=settings, readiness=readiness, memory=memory, fill_vectors=fill_vectors)
            pipelines = corpora.pipelines
            read_passages = knowledge.index.passages
            learning = asyncio.Event()

            def on_promotion(pilot: Pilot) -> None:
                corpora.reopen(pilot)
                router.relearn(example_sets(stages.pilots.values()))
                learning.set()

            stages.on_promotion = on_promotion
            await stack.enter_async_context(background(corpora.keep_open(list(pilots.values()))))
            if knowledge.writing and fill_vectors:
                await stack.enter_async_context(background(warm_model(knowledge.writing)))
            if fill_vectors:
                await stack.enter_async_context(background(teach_router(router, knowledge, readiness, again=learning)))
        else:
            for name in pilots:
                readiness.report(name, Stage.COMPLETE)
        await stack.enter_async_context(background(keep_retention(conversations, pilots)))
        await stack.enter_async_context(background(stages.keep_fresh()))
        await stack.enter_async_context(background(keep_freshness(pilots)))
        secret = load_secret(settings)
        yield Gateway(
            settings=settings,
            pilots=pilots,
            credentials=Credentials(secret=secret, session_minutes=settings.session_minutes, keys=keys),
            conversations=conversations,
            reviews=Reviews(database),
            feedback=Feedback(database),
            handovers=Handovers(database),
            traces=traces,
            readiness=readiness,
            desk=Desk(pilots=pilots, pipelines=pipelines, conversations=conversations, readiness=readiness, settings=settings, router=router),
            session_quotas=Quotas(),
            sign_in_quotas=Quotas(),
            visits=Visits(secret=secret, idle_minutes=settings.console_minutes, longest_hours=settings.console_hours),
            answer_records=AnswerRecords(database),
            answers_in_use=AnswersInUse(database),
            instruments=instruments,
            read_passages=read_passages,
            stages=stages,
            parts=parts,
            started_at=int(time.time()),
        )


@asynccontextmanager
async def background(work: Coroutine[None, None, None]) -> AsyncGenerator[None]:
    """Run `work` beside the block and end it with the block. Work that breaks is told in the log, when it happens."""
    task = asyncio.create_task(work)
    task.add_done_callback(_tell_of_fault)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait((task,))


def _tell_of_fault(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        structlog.stdlib.get_logger(__name__).error("background_failed", work=getattr(task.get_coro(), "__name__", ""), exc_info=error)


async def keep_retention(conversations: Conversations, pilots: Mapping[str, Pilot]) -> None:
    """Expire conversations once a day; a database that fails today is tried tomorrow."""
    while True:
        await asyncio.sleep(RETENTION_PERIOD_S)
        try:
            await expire_conversations(conversations, pilots)
        except DatabaseUnavailable as error:
            structlog.stdlib.get_logger(__name__).error("retention_failed", exc_info=error)


async def expire_conversations(conversations: Conversations, pilots: Mapping[str, Pilot]) -> None:
    """Delete what each pilot's manifest says is too old."""
    # A copy: a pilot may join while the database works.
    served = list(pilots.values())
    for pilot in served:
        removed = await conversations.expire(pilot.name, retention_days=pilot.manifest.retention_days)
        structlog.stdlib.get_logger(__name__).info("retention", pilot=pilot.name, removed=removed)
    # What reached no pilot is kept no longer than any pilot keeps its own.
    if served:
        removed = await conversations.expire(SERVICE, retention_days=min(pilot.manifest.retention_days for pilot in served))
        structlog.stdlib.get_logger(__name__).info("retention", pilot=SERVICE, removed=removed)


async def teach_router(router: Router, knowledge: Knowledge, readiness: Readiness, *, again: asyncio.Event) -> None:
    """Let the router learn the examples' meaning once the pilots take questions, and again when `again` is set.

    Until then, and without a model, it goes by words.
    """
    log = structlog.stdlib.get_logger(__name__)
    for pilot in tuple(readiness.progress):
        await readiness.settled(pilot)
    while True:
        again.clear()
        try:
            await router.learn_meaning(knowledge.embedder, knowledge.cache)
            log.info("router_ready")
        except (IndexUnavailable, ServingError) as error:
            log.warning("router_by_words", reason=str(error))
            await asyncio.sleep(RETRY_S)
            continue
        await again.wait()
