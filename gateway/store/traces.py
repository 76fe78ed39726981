"""Traces and scores of answers, written behind the answers so that no person waits for them."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Final

import structlog
from sqlalchemy import insert, literal, select

from gateway.errors import TraceUnknown
from gateway.store.database import Database
from gateway.store.schema import ScoreRow, TraceRow, TurnRow
from gateway.trace_contract import TraceDocument

MOST_WAITING: Final = 1000
"""Traces not yet written; beyond that the newest is dropped, so that a slow database does not fill the memory."""

BATCH: Final = 50


class Traces:
    """Each batch is one transaction. A trace whose answer is gone by then is not kept: it leaves with its conversation."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: asyncio.Queue[TraceDocument] = asyncio.Queue(MOST_WAITING)
        self._kept = self._settled = 0
        self._progress = asyncio.Condition()
        self._log = structlog.stdlib.get_logger(__name__)

    def keep(self, trace: TraceDocument) -> None:
        """Have a trace written soon."""
        try:
            self._waiting.put_nowait(trace)
        except asyncio.QueueFull:
            self._log.warning("trace_dropped", answer_id=trace.answer_id)
        else:
            self._kept += 1

    async def keep_writing(self) -> None:
        """Write what waits, until cancelled. What cannot be written is dropped and logged: answers matter more than their traces."""
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                await self._write(batch)
            except Exception as error:  # whatever it is, a writer that ended here would keep every reader waiting
                self._log.error("traces_lost", traces=len(batch), exc_info=error)
            async with self._progress:
                self._settled += len(batch)
                self._progress.notify_all()

    async def settle(self) -> None:
        """Wait until everything kept so far is written, whatever is kept meanwhile; `keep_writing` has to be running."""
        last = self._kept
        async with self._progress:
            await self._progress.wait_for(lambda: self._settled >= last)

    async def read(self, answer_id: str, *, pilots: Collection[str] | None = None) -> TraceDocument:
        """Return the spans of an answer. `pilots` are those that the caller's key covers, None every pilot.

        Raises:
            TraceUnknown: no trace of that answer, or none of these pilots.
        """
        await self.settle()
        statement = select(TraceRow.trace).where(TraceRow.answer_id == answer_id)
        if pilots is not None:
            statement = statement.where(TraceRow.pilot.in_(pilots))
        async with self._database.reading() as connection:
            found = (await connection.execute(statement)).scalar_one_or_none()
        if found is None:
            raise TraceUnknown(answer_id)
        return TraceDocument.model_validate(found)

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[None]:
        """Write beside the block, and all that was kept before it ends."""
        task = asyncio.create_task(self.keep_writing())
        try:
            yield
        finally:
            await self.settle()
            task.cancel()
            await asyncio.wait((task,))

    async def _write(self, batch: Sequence[TraceDocument]) -> None:
        async with self._database.writing() as connection:
            for trace in batch:
                row = select(
                    TurnRow.id, literal(trace.pilot), literal(trace.trace_id), literal(trace.model_dump(mode="json"), TraceRow.trace.type)
                ).where(TurnRow.id == trace.answer_id)
                await connection.execute(insert(TraceRow).from_select(["answer_id", "pilot", "trace_id", "trace"], row))
                for name, value in trace.scores().items():
                    score = select(TurnRow.id, literal(name), literal(value)).where(TurnRow.id == trace.answer_id)
                    await connection.execute(insert(ScoreRow).from_select(["answer_id", "name", "value"], score))
