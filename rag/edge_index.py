"""The embedded index: Qdrant's engine inside this process, for one machine and one gateway.

The engine keeps Python's interpreter lock for as long as a call lasts (measured with version 0.9 over 8,000 passages: a
search 5-8 ms, writing a batch 6 ms, a flush 12-60 ms on an idle disk and 300 ms on a busy one, rebuilding a segment with
its graph 3-4 s). Writes therefore come in small batches, are flushed only where a crash could tell, and segments are
rebuilt only while the index opens, before anyone is served.
"""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar, cast

import qdrant_edge as edge

from rag.edge_shard import open_shard
from rag.errors import CollectionMissing, IndexUnavailable
from rag.index import Hit, Hits, IndexPoint, SearchScope, SparseVector, Vector
from rag.passages import Passage
from rag.points import (
    BATCH,
    DENSE,
    HNSW_EF,
    LEXICAL,
    RRF_K,
    Bound,
    Condition,
    batches,
    passage_payload,
    payload_passage,
    point_id,
    pointer_id,
    pointer_payload,
    population_conditions,
    reading_order,
    release_conditions,
    scope_conditions,
)

T = TypeVar("T")


class EdgePassageIndex:
    """A `PassageIndex` in a folder that one process may hold at a time; the engine's calls run in a thread of its own."""

    def __init__(self, shard: edge.EdgeShard, lock: int, thread: ThreadPoolExecutor) -> None:
        self._shard = shard
        self._lock = lock
        self._thread = thread

    @classmethod
    async def open(cls, path: Path, *, dimension: int = 384) -> Self:
        """Open the folder, creating it when it is new, and rebuild the segments that earlier writes left in disorder.

        Raises:
            IndexLocked: another process holds the folder.
            IndexUnavailable: the folder cannot be read, or holds vectors of another dimension.
        """
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="edge-index")
        try:
            shard, lock = await asyncio.get_running_loop().run_in_executor(thread, open_shard, path, dimension)
        except BaseException:
            thread.shutdown(wait=False)
            raise
        return cls(shard, lock, thread)

    async def upsert(self, release: str, points: Sequence[IndexPoint]) -> None:
        for batch in batches(points, BATCH):
            await self._write(edge.UpdateOperation.upsert_points([_point(release, point) for point in batch]))

    async def set_dense(self, release: str, vectors: Mapping[str, Vector]) -> None:
        for batch in batches(list(vectors), BATCH):
            ids = {point_id(release, passage_id): vectors[passage_id] for passage_id in batch}
            await self._run(lambda shard, ids=ids: _attach(shard, ids))
        await self._run(edge.EdgeShard.flush)

    async def search(self, scope: SearchScope, *, dense: Vector | None, sparse: SparseVector | None, depth: int, lexical_weight: float = 2.0) -> Hits:
        def run(shard: edge.EdgeShard) -> Hits:
            release = scope.release or _require_live(shard, scope.pilot)
            return _search(shard, scope, release, dense=dense, sparse=sparse, depth=depth, lexical_weight=lexical_weight)

        return await self._run(run)

    async def lookup(self, scope: SearchScope, *, limit: int) -> list[Passage]:
        def run(shard: edge.EdgeShard) -> list[Passage]:
            release = scope.release or _require_live(shard, scope.pilot)
            # All matches are read before the cut: the engine returns them by point id, which is not reading order.
            return _scroll(shard, _filter(scope_conditions(scope, release)))[:limit]

        return await self._run(run)

    async def passages(self, pilot: str, *, missing_dense: bool = False) -> list[Passage]:
        def run(shard: edge.EdgeShard) -> list[Passage]:
            conditions = release_conditions(pilot, _require_live(shard, pilot))
            return _scroll(shard, _filter(conditions, without_dense=missing_dense))

        return await self._run(run)

    async def count(self, pilot: str, release: str) -> int:
        request = edge.CountRequest(exact=True, filter=_filter(release_conditions(pilot, release)))
        return await self._run(lambda shard: shard.count(request))

    async def live_release(self, pilot: str) -> str | None:
        return await self._run(lambda shard: _live(shard, pilot))

    async def switch(self, pilot: str, release: str) -> None:
        pointer = edge.Point(pointer_id(pilot), {}, pointer_payload(pilot, release))
        # Flushed on both sides: after a power cut the pointer must never be on the disk without what it points to.
        await self._run(edge.EdgeShard.flush)
        await self._write(edge.UpdateOperation.upsert_points([pointer]))
        await self._run(edge.EdgeShard.flush)

    async def drop(self, pilot: str, *, keep: str) -> None:
        old = edge.Filter(
            must=[_condition(("kind", ["passage"])), _condition(("pilot", [pilot]))],
            must_not=[_condition(("release", [keep]))],
        )
        while ids := await self._run(lambda shard: _ids(shard, old)):
            await self._write(edge.UpdateOperation.delete_points([*ids]))

    async def close(self) -> None:
        """Flush and give up the folder. Later calls raise IndexUnavailable; closing twice does nothing."""
        if self._lock < 0:
            return
        lock, self._lock = self._lock, -1
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._shard.close)
        finally:
            os.close(lock)
            self._thread.shutdown(wait=False)

    async def _write(self, operation: edge.UpdateOperation) -> None:
        await self._run(lambda shard: shard.update(operation))

    async def _run(self, call: Callable[[edge.EdgeShard], T]) -> T:
        if self._lock < 0:
            raise IndexUnavailable("the embedded index is closed")
        return await asyncio.get_running_loop().run_in_executor(self._thread, _guarded, call, self._shard)


def _guarded(call: Callable[[edge.EdgeShard], T], shard: edge.EdgeShard) -> T:
    try:
        return call(shard)
    except CollectionMissing:
        raise
    except Exception as fault:  # the engine raises nothing more specific
        raise IndexUnavailable(f"the embedded index failed: {fault}") from fault


def _condition(condition: Condition | Bound) -> edge.FieldCondition:
    if isinstance(condition, Bound):
        return edge.FieldCondition(condition.field, range=edge.RangeFloat(lte=condition.at_most, gt=condition.more_than))
    key, values = condition
    return edge.FieldCondition(key, match=edge.MatchAny(values))


def _filter(conditions: Iterable[Condition | Bound], *, without_dense: bool = False) -> edge.Filter:
    return edge.Filter(
        must=[_condition(condition) for condition in conditions],
        must_not=[edge.HasVectorCondition(DENSE)] if without_dense else None,
    )


def _point(release: str, point: IndexPoint) -> edge.Point:
    vectors: dict[str, edge.NamedVector] = {}
    if point.sparse.indices:
        vectors[LEXICAL] = edge.SparseVector(list(point.sparse.indices), list(point.sparse.values))
    if point.dense is not None:
        vectors[DENSE] = point.dense.tolist()
    return edge.Point(point_id(release, point.passage.id), vectors, passage_payload(release, point.passage))


def _attach(shard: edge.EdgeShard, vectors: Mapping[str, Vector]) -> None:
    stored = {str(record.id) for record in shard.retrieve(list(vectors), with_payload=False, with_vector=False)}
    if not stored:
        return
    shard.update(edge.UpdateOperation.update_vectors([edge.PointVectors(key, {DENSE: vectors[key].tolist()}) for key in vectors if key in stored]))


def _live(shard: edge.EdgeShard, pilot: str) -> str | None:
    found = shard.retrieve([pointer_id(pilot)], with_payload=True, with_vector=False)
    return str((found[0].payload or {})["release"]) if found else None


def _require_live(shard: edge.EdgeShard, pilot: str) -> str:
    release = _live(shard, pilot)
    if release is None:
        raise CollectionMissing(f"pilot {pilot} has no corpus in the index")
    return release


def _ids(shard: edge.EdgeShard, filter: edge.Filter) -> list[str]:
    records, _ = shard.scroll(edge.ScrollRequest(limit=BATCH, filter=filter, with_payload=False, with_vector=False))
    return [str(record.id) for record in records]


def _scroll(shard: edge.EdgeShard, filter: edge.Filter) -> list[Passage]:
    found: list[Passage] = []
    offset: edge.PointId | None = None
    while True:
        records, offset = shard.scroll(edge.ScrollRequest(offset=offset, limit=BATCH, filter=filter, with_payload=True, with_vector=False))
        found.extend(payload_passage(record.payload or {}) for record in records)
        if offset is None:
            return reading_order(found)


def _search(
    shard: edge.EdgeShard,
    scope: SearchScope,
    release: str,
    *,
    dense: Vector | None,
    sparse: SparseVector | None,
    depth: int,
    lexical_weight: float,
) -> Hits:
    visible = _filter(scope_conditions(scope, release))
    population = edge.SearchParams(idf=edge.IdfParams(corpus=_filter(population_conditions(scope, release))))
    channels: dict[str, tuple[edge.Query, edge.SearchParams, float]] = {}
    if dense is not None:
        channels[DENSE] = (edge.Query.Nearest(dense.tolist(), using=DENSE), edge.SearchParams(hnsw_ef=HNSW_EF), 1.0)
    if sparse is not None and sparse.indices:
        terms = edge.SparseVector(list(sparse.indices), list(sparse.values))
        channels[LEXICAL] = (edge.Query.Nearest(terms, using=LEXICAL), population, lexical_weight)
    if not channels:
        return Hits()
    requests = [
        edge.QueryRequest(limit=depth, query=query, filter=visible, params=params, with_payload=True) for query, params, _ in channels.values()
    ]
    prefetches = [edge.Prefetch(limit=depth, query=query, filter=visible, params=params) for query, params, _ in channels.values()]
    # The stub declares Rrf inside Fusion, but not as one of its kinds.
    fusion = cast("edge.Fusion", edge.Fusion.Rrf(k=RRF_K, weights=[weight for *_, weight in channels.values()]))
    requests.append(edge.QueryRequest(limit=depth, query=fusion, prefetches=prefetches, filter=visible, with_payload=True))
    *lists, fused = shard.query_batch(edge.QueryBatchRequest(requests))
    found = dict(zip(channels, lists, strict=True))
    return Hits(dense=_hits(found.get(DENSE, [])), lexical=_hits(found.get(LEXICAL, [])), fused=_hits(fused))


def _hits(points: Sequence[edge.ScoredPoint]) -> list[Hit]:
    return [Hit(passage=payload_passage(point.payload or {}), score=point.score) for point in points]
