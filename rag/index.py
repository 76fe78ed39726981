"""The index behind one Protocol: embedded (`edge_index.py`) and server (`server_index.py`) share a contract suite.

One collection holds every pilot. A point belongs to one release of one pilot's corpus; searches see only the live
release, so that a new one can be built beside it and switched by writing a single point.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.passages import Passage, TrustTier

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Term ids (uint32, ascending, unique) and their weights (> 0), of equal length. Empty when a text has no term."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPoint:
    """A passage ready to be stored. `dense` may be filled in later; until then the passage is found by its terms only."""

    passage: Passage
    sparse: SparseVector
    dense: Vector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchScope:
    """What a search may see: one pilot's live release, narrowed by trust tier, source or section when these are given.

    `release` names another release than the live one: a build checks what it has built before anyone sees it.
    `in_force_on` leaves out every version of a text that did not hold on that day; None: all versions are seen.
    """

    pilot: str
    release: str | None = None
    trust: frozenset[TrustTier] = frozenset(TrustTier)
    source_ids: frozenset[str] | None = None
    sections: frozenset[str] | None = None
    in_force_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage and its raw score in one channel: cosine for dense, BM25 for lexical, the engine's fusion for fused."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """Results of one search, best first in each channel. A channel without a query vector is empty."""

    dense: list[Hit] = field(default_factory=list[Hit])
    lexical: list[Hit] = field(default_factory=list[Hit])
    fused: list[Hit] = field(default_factory=list[Hit])


class PassageIndex(Protocol):
    """Storage and search. All methods are coroutines that never block the event loop.

    Raises, everywhere: IndexUnavailable when the engine fails or cannot be reached (IndexLocked when another process
    holds the embedded files).
    """

    async def upsert(self, release: str, points: Sequence[IndexPoint]) -> None:
        """Store points under a release that may not be live yet; the same point twice is stored once."""
        ...

    async def set_dense(self, release: str, vectors: Mapping[str, Vector]) -> None:
        """Attach vectors (unit length) to stored passages, by passage id. Ids that the release does not have are skipped."""
        ...

    async def search(self, scope: SearchScope, *, dense: Vector | None, sparse: SparseVector | None, depth: int, lexical_weight: float = 2.0) -> Hits:
        """Search both channels to `depth` and fuse them by weighted reciprocal rank (k=2) inside the engine.

        A channel whose query is None, or has no term, stays empty, and the other one alone is fused.
        Inverse document frequencies are taken over the scope's pilot, release and day alone, so that neither another pilot's
        corpus nor a version that was not in force moves the scores.

        Raises:
            CollectionMissing: the pilot has no live release.
        """
        ...

    async def lookup(self, scope: SearchScope, *, limit: int) -> list[Passage]:
        """Return passages of a source and section in reading order (source, then `ordinal`), without any scoring.

        Raises:
            CollectionMissing: the pilot has no live release.
        """
        ...

    async def passages(self, pilot: str, *, missing_dense: bool = False) -> list[Passage]:
        """Return all passages of the pilot's live release in reading order; with `missing_dense` those without a vector.

        Raises:
            CollectionMissing: the pilot has no live release.
        """
        ...

    async def count(self, pilot: str, release: str) -> int: ...

    async def live_release(self, pilot: str) -> str | None:
        """Return the release that searches see, None before the first ingest."""
        ...

    async def switch(self, pilot: str, release: str) -> None:
        """Make a release live, atomically and durably: after a crash either the old or the new one is live."""
        ...

    async def drop(self, pilot: str, *, keep: str) -> None:
        """Delete every release of the pilot but one."""
        ...

    async def close(self) -> None: ...
