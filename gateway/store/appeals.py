"""The memory of appeals: vectors are read once and compared in this process, the table says which of them still exist."""

import asyncio
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert, select

from gateway.store.database import Database
from gateway.store.schema import AppealRow
from pilots.triage.duplicates import Imprint, KnownAppeal

LATE_PLACES = 100
"""Places are given before they are committed: a neighbour's appeal may appear a little behind the last one that was read."""

NEAREST = 20
"""So many close appeals are looked at: a flood of the same appeal is flagged by its closest ones."""

_VECTOR = np.dtype("<f4")
_WORD = np.dtype("<u4")


class StoredAppeals:
    """The appeals of one pilot in the database. Deleted and expired ones are found no more, whatever this process still holds of them."""

    def __init__(self, database: Database, pilot: str) -> None:
        self._database = database
        self._pilot = pilot
        self._reading = asyncio.Lock()
        self._known: list[KnownAppeal] = []
        self._vectors: list[NDArray[np.float32]] = []
        self._last_place = 0

    async def nearest(self, vector: NDArray[np.float32], *, min_cosine: float) -> Sequence[KnownAppeal]:
        """See `AppealMemory.nearest`; at most NEAREST. Raises DatabaseUnavailable."""
        async with self._reading:
            await self._read_new()
        while close := self._closest(vector, min_cosine):
            async with self._database.reading() as connection:
                statement = select(AppealRow.turn_id).where(AppealRow.turn_id.in_([known.answer_id for known in close]))
                kept = set((await connection.execute(statement)).scalars())
            gone = {known.answer_id for known in close} - kept
            if not gone:
                return close
            # Those behind them move up.
            self._forget(gone)
        return ()

    def _closest(self, vector: NDArray[np.float32], min_cosine: float) -> list[KnownAppeal]:
        if not self._known:
            return []
        closeness = np.stack(self._vectors) @ vector
        places: list[int] = np.argsort(-closeness, kind="stable")[:NEAREST].tolist()
        return [self._known[place] for place in places if closeness[place] >= min_cosine]

    async def remember(self, appeal: KnownAppeal) -> None:
        """Store an appeal whose turn is stored. Raises DatabaseUnavailable."""
        values = {
            "turn_id": appeal.answer_id,
            "pilot": self._pilot,
            "received_on": appeal.received_on,
            "vector": appeal.imprint.vector.astype(_VECTOR).tobytes(),
            "words": np.array(sorted(appeal.imprint.words), dtype=_WORD).tobytes(),
        }
        async with self._database.writing() as connection:
            await connection.execute(insert(AppealRow).values(values))

    async def _read_new(self) -> None:
        """Read what this process has not read yet: its own appeals and those of its neighbours."""
        unread = AppealRow.place > self._last_place - LATE_PLACES
        statement = select(AppealRow).where(AppealRow.pilot == self._pilot, unread).order_by(AppealRow.place)
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement)).all()
        held = {known.answer_id for known in self._known[-2 * LATE_PLACES :]}
        for row in rows:
            if row.turn_id in held:
                continue
            words = frozenset(map(int, np.frombuffer(row.words, dtype=_WORD)))
            imprint = Imprint(np.frombuffer(row.vector, dtype=_VECTOR).astype(np.float32), words)
            self._known.append(KnownAppeal(row.turn_id, row.received_on, imprint))
            self._vectors.append(imprint.vector)
            self._last_place = max(self._last_place, row.place)

    def _forget(self, gone: set[str]) -> None:
        self._known = [known for known in self._known if known.answer_id not in gone]
        self._vectors = [known.imprint.vector for known in self._known]
