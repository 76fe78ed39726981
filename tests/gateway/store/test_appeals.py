from datetime import date, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import update

from gateway.store.appeals import StoredAppeals
from gateway.store.conversations import Conversations, StoredTurn
from gateway.store.database import Database, now
from gateway.store.schema import ConversationRow
from pilots.triage.duplicates import Imprint, KnownAppeal

PILOT = "appeal_triage"
DAY = date(2026, 11, 20)


def vector(*values: float) -> NDArray[np.float32]:
    row = np.array(values, dtype=np.float32)
    return (row / np.linalg.norm(row)).astype(np.float32)


async def store(database: Database, row: NDArray[np.float32], *, pilot: str = PILOT) -> StoredTurn:
    turn = await Conversations(database).begin_turn(owner="key:a", pilot=pilot, question="", withheld=True)
    await StoredAppeals(database, pilot).remember(KnownAppeal(turn.id, DAY, Imprint(row, frozenset({1, 4_000_000_000}))))
    return turn


async def ids(memory: StoredAppeals, row: NDArray[np.float32]) -> list[str]:
    return [known.answer_id for known in await memory.nearest(row, min_cosine=0.9)]


async def test_close_appeals_come_back_as_they_were_the_closest_first(database: Database) -> None:
    far, near, same = [(await store(database, row)).id for row in (vector(0, 1), vector(1, 0.3), vector(1, 0))]
    memory = StoredAppeals(database, PILOT)

    found = await memory.nearest(vector(1, 0), min_cosine=0.9)
    assert [known.answer_id for known in found] == [same, near]
    assert far not in await ids(memory, vector(1, 0))
    assert (found[0].received_on, found[0].imprint.words) == (DAY, frozenset({1, 4_000_000_000}))
    assert found[0].imprint.vector == pytest.approx(vector(1, 0))


async def test_appeals_of_another_process_are_seen_and_each_once(database: Database) -> None:
    memory = StoredAppeals(database, PILOT)
    assert await ids(memory, vector(1, 0)) == []
    first = await store(database, vector(1, 0))
    assert await ids(memory, vector(1, 0)) == [first.id]
    second = await store(database, vector(1, 0))
    assert sorted(await ids(memory, vector(1, 0))) == sorted([first.id, second.id])


async def test_another_pilots_appeals_are_not_seen(database: Database) -> None:
    await store(database, vector(1, 0), pilot="other_triage")
    assert await ids(StoredAppeals(database, PILOT), vector(1, 0)) == []


async def test_a_deleted_conversation_takes_its_appeal_along(database: Database) -> None:
    memory = StoredAppeals(database, PILOT)
    turn = await store(database, vector(1, 0))
    assert await ids(memory, vector(1, 0)) == [turn.id]
    await Conversations(database).delete(turn.conversation_id, owner="key:a")
    assert await ids(memory, vector(1, 0)) == []
    again = await store(database, vector(1, 0))
    assert await ids(memory, vector(1, 0)) == [again.id]


async def test_deleted_appeals_do_not_hide_the_ones_behind_them(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.store.appeals.NEAREST", 2)
    memory = StoredAppeals(database, PILOT)
    *gone, stays = [await store(database, vector(1, 0)) for _ in range(6)]
    assert len(await ids(memory, vector(1, 0))) == 2
    for turn in gone:
        await Conversations(database).delete(turn.conversation_id, owner="key:a")
    assert await ids(memory, vector(1, 0)) == [stays.id]


async def test_an_expired_conversation_takes_its_appeal_along(database: Database) -> None:
    memory = StoredAppeals(database, PILOT)
    turn = await store(database, vector(1, 0))
    async with database.writing() as connection:
        old = now() - timedelta(days=31)
        await connection.execute(update(ConversationRow).where(ConversationRow.id == turn.conversation_id).values(last_at=old))
    await Conversations(database).expire(PILOT, retention_days=30)
    assert await ids(memory, vector(1, 0)) == []
