import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from gateway.errors import TraceUnknown
from gateway.store.conversations import Conversations, StoredTurn
from gateway.store.database import Database
from gateway.store.schema import ScoreRow, TraceRow
from gateway.store.traces import Traces
from gateway.trace_contract import SpanDocument, SpanEventDocument, TraceDocument
from serving import semconv

OWNER = "session:a"


async def ask(database: Database, *, pilot: str = "citizen_chat") -> StoredTurn:
    return await Conversations(database).begin_turn(owner=OWNER, pilot=pilot, question="?")


def trace_of(answer_id: str, *, pilot: str = "citizen_chat") -> TraceDocument:
    result = {semconv.EVALUATION_NAME: "groundedness", semconv.EVALUATION_SCORE_VALUE: 1.0}
    event = SpanEventDocument(name=semconv.EVALUATION_EVENT, start_ms=8.0, attributes=dict(result))
    span = SpanDocument(
        id="00f067aa0ba902b7",
        parent_id=None,
        name="answer",
        kind="internal",
        start_ms=0.0,
        duration_ms=9.5,
        is_error=False,
        attributes={semconv.RETRIEVAL_DOCUMENTS: [{"id": "card#fees", "score": 1.25}]},
        events=(event,),
    )
    return TraceDocument(
        answer_id=answer_id, pilot=pilot, trace_id="4bf92f3577b34da6a3ce929d0e0e4736", started_at=datetime.now(UTC), duration_ms=9.5, spans=(span,)
    )


async def test_a_trace_is_read_as_it_was_kept(database: Database) -> None:
    traces, turn = Traces(database), await ask(database)
    async with traces.writing():
        traces.keep(trace := trace_of(turn.id))
        assert await traces.read(turn.id) == trace


async def test_what_was_kept_is_written_before_the_end(database: Database) -> None:
    traces, turns = Traces(database), [await ask(database) for _ in range(3)]
    async with traces.writing():
        for turn in turns:
            traces.keep(trace_of(turn.id))
    assert [(await Traces(database).read(turn.id)).answer_id for turn in turns] == [turn.id for turn in turns]


async def test_a_key_for_other_pilots_finds_no_trace(database: Database) -> None:
    traces, turn = Traces(database), await ask(database)
    async with traces.writing():
        traces.keep(trace_of(turn.id))
        assert (await traces.read(turn.id, pilots={"citizen_chat"})).answer_id == turn.id
        for pilots in ({"document_qa"}, set[str]()):
            with pytest.raises(TraceUnknown):
                await traces.read(turn.id, pilots=pilots)


async def test_a_deleted_conversation_takes_its_traces_along(database: Database) -> None:
    traces, turn = Traces(database), await ask(database)
    async with traces.writing():
        traces.keep(trace_of(turn.id))
        await traces.settle()
        await Conversations(database).delete(turn.conversation_id, owner=OWNER)
        with pytest.raises(TraceUnknown):
            await traces.read(turn.id)
        async with database.reading() as connection:
            assert (await connection.execute(select(func.count()).select_from(ScoreRow))).scalar_one() == 0


async def test_a_trace_that_outlives_its_conversation_is_not_kept_and_holds_no_other_up(database: Database) -> None:
    traces, gone, stays = Traces(database), await ask(database), await ask(database)
    await Conversations(database).delete(gone.conversation_id, owner=OWNER)
    async with traces.writing():
        traces.keep(trace_of(gone.id))
        traces.keep(trace_of(stays.id))
        assert (await traces.read(stays.id)).answer_id == stays.id
    async with database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(TraceRow))).scalar_one() == 1


async def test_a_full_queue_drops_the_newest_and_keeps_nobody_waiting(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.store.traces.MOST_WAITING", 2)
    traces, turns = Traces(database), [await ask(database) for _ in range(3)]
    for turn in turns:
        traces.keep(trace_of(turn.id))
    async with traces.writing():
        await asyncio.sleep(0)
    assert (await traces.read(turns[1].id)).answer_id == turns[1].id
    with pytest.raises(TraceUnknown):
        await traces.read(turns[2].id)


async def test_a_reader_waits_for_what_was_kept_before_it_and_not_for_what_came_after(database: Database) -> None:
    """Under load something always waits to be written: a reader that waited for an empty queue would never be served."""
    traces, turn = Traces(database), await ask(database)
    async with traces.writing(), asyncio.timeout(10):
        traces.keep(trace_of(turn.id))
        busy = asyncio.create_task(keep_keeping(traces))
        try:
            assert (await traces.read(turn.id)).answer_id == turn.id
        finally:
            busy.cancel()


async def keep_keeping(traces: Traces) -> None:
    while True:
        traces.keep(trace_of("gone"))
        await asyncio.sleep(0)
