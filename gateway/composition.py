"""What a running gateway holds, opened in one place and closed in reverse order."""

import asyncio
import time
from collections.abc import AsyncGenerator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog

from gateway.corpora import Corpora
from gateway.credentials import Credentials, load_secret
from gateway.desk import AnswerPipeline, Desk
from gateway.errors import DatabaseUnavailable
from gateway.knowledge import open_knowledge
from gateway.quotas import Quotas
from gateway.readiness import Readiness, Stage, Watch
from gateway.settings import Settings
from gateway.stages import Stages
from gateway.store.conversations import Conversations
from gateway.store.database import open_database
from gateway.store.service_keys import ServiceKeys
from gateway.store.stage_records import StageRecords
from gateway.telemetry import start_telemetry
from pilots.registry import Pilot, load_pilots

RETENTION_PERIOD_S = 24 * 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """`started_at` is in seconds since the epoch."""

    settings: Settings
    pilots: Mapping[str, Pilot]
    credentials: Credentials
    conversations: Conversations
    readiness: Readiness
    desk: Desk
    session_quotas: Quotas
    stages: Stages
    started_at: int


@asynccontextmanager
async def open_gateway(
    settings: Settings,
    *,
    served_pilots: Mapping[str, Pilot] | None = None,
    pipelines: Mapping[str, AnswerPipeline] | None = None,
    watch: Watch | None = None,
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
        await expire_conversations(conversations, pilots)
        if pipelines is None:
            knowledge = await stack.enter_async_context(open_knowledge(settings))
            corpora = Corpora(knowledge, settings=settings, readiness=readiness, fill_vectors=fill_vectors)
            pipelines = corpora.pipelines
            stages.on_promotion = corpora.reopen
            await stack.enter_async_context(background(corpora.keep_open(list(pilots.values()))))
        else:
            for name in pilots:
                readiness.report(name, Stage.COMPLETE)
        await stack.enter_async_context(background(keep_retention(conversations, pilots)))
        await stack.enter_async_context(background(stages.keep_fresh()))
        yield Gateway(
            settings=settings,
            pilots=pilots,
            credentials=Credentials(secret=load_secret(settings), session_minutes=settings.session_minutes, keys=keys),
            conversations=conversations,
            readiness=readiness,
            desk=Desk(pilots=pilots, pipelines=pipelines, conversations=conversations, readiness=readiness, settings=settings),
            session_quotas=Quotas(),
            stages=stages,
            started_at=int(time.time()),
        )


@asynccontextmanager
async def background(work: Coroutine[None, None, None]) -> AsyncGenerator[None]:
    """Run `work` beside the block and end it with the block."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait((task,))


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
    for pilot in pilots.values():
        removed = await conversations.expire(pilot.name, retention_days=pilot.manifest.retention_days)
        structlog.stdlib.get_logger(__name__).info("retention", pilot=pilot.name, removed=removed)
