"""The index on a Qdrant server, shared by any number of gateways.

Needs Qdrant 1.19: earlier servers take inverse document frequencies over the whole collection, so that one pilot's corpus
would move another pilot's scores without a word; `connect` refuses them.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Self, TypeVar

from qdrant_client import AsyncQdrantClient, models
from qdrant_client.conversions.common_types import PointId
from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

from rag.errors import CollectionMissing, IndexUnavailable
from rag.index import Hit, Hits, IndexPoint, SearchScope, SparseVector, Vector
from rag.passages import Passage
from rag.points import (
    BATCH,
    DAY_FIELDS,
    DENSE,
    HNSW_EF,
    KEYWORD_FIELDS,
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

MINIMUM_VERSION = (1, 19)


class ServerPassageIndex:
    """A `PassageIndex` in one collection of a Qdrant server."""

    def __init__(self, client: AsyncQdrantClient, collection: str) -> None:
        self._client = client
        self._collection = collection

    @classmethod
    async def connect(
        cls, location: str, *, api_key: str | None = None, collection: str = "passages", dimension: int = 384, timeout_s: int = 10
    ) -> Self:
        """Connect to a server's URL and create the collection when it is not there. `:memory:` is a server inside this process.

        Raises:
            IndexUnavailable: the server does not answer, is too old, or its collection holds vectors of another dimension.
        """
        client = AsyncQdrantClient(location=location, api_key=api_key, timeout=timeout_s, check_compatibility=False)
        try:
            async with _translated():
                await _require_version(client)
                await _ensure_collection(client, collection, dimension)
        except BaseException:
            await client.close()
            raise
        return cls(client, collection)

    async def upsert(self, release: str, points: Sequence[IndexPoint]) -> None:
        for batch in batches(points, BATCH):
            async with _translated():
                await self._client.upsert(self._collection, [_point(release, point) for point in batch], wait=True)

    async def set_dense(self, release: str, vectors: Mapping[str, Vector]) -> None:
        for batch in batches(list(vectors), BATCH):
            ids = {point_id(release, passage_id): vectors[passage_id] for passage_id in batch}
            async with _translated():
                # The server refuses a whole batch for one unknown point.
                stored = await self._client.retrieve(self._collection, list(ids), with_payload=False)
                updates = [models.PointVectors(id=record.id, vector={DENSE: ids[str(record.id)].tolist()}) for record in stored]
                if updates:
                    await self._client.update_vectors(self._collection, updates, wait=True)

    async def search(self, scope: SearchScope, *, dense: Vector | None, sparse: SparseVector | None, depth: int, lexical_weight: float = 2.0) -> Hits:
        async def read(release: str) -> Hits:
            requests = _search_requests(scope, release, dense=dense, sparse=sparse, depth=depth, lexical_weight=lexical_weight)
            if not requests:
                return Hits()
            async with _translated():
                responses = await self._client.query_batch_points(self._collection, list(requests.values()))
            return Hits(**{name: _hits(response.points) for name, response in zip(requests, responses, strict=True)})

        return await self._settled(scope.pilot, scope.release, read)

    async def lookup(self, scope: SearchScope, *, limit: int) -> list[Passage]:
        async def read(release: str) -> list[Passage]:
            # All matches are read before the cut: the server returns them by point id, which is not reading order.
            return (await self._scroll(_filter(scope_conditions(scope, release))))[:limit]

        return await self._settled(scope.pilot, scope.release, read)

    async def passages(self, pilot: str, *, missing_dense: bool = False) -> list[Passage]:
        async def read(release: str) -> list[Passage]:
            return await self._scroll(_filter(release_conditions(pilot, release), without_dense=missing_dense))

        return await self._settled(pilot, None, read)

    async def count(self, pilot: str, release: str) -> int:
        async with _translated():
            counted = await self._client.count(self._collection, _filter(release_conditions(pilot, release)), exact=True)
        return counted.count

    async def live_release(self, pilot: str) -> str | None:
        async with _translated():
            # A replica that lags behind would still point to a release that is already dropped.
            found = await self._client.retrieve(self._collection, [pointer_id(pilot)], consistency=models.ReadConsistencyType.MAJORITY)
        return str((found[0].payload or {})["release"]) if found else None

    async def switch(self, pilot: str, release: str) -> None:
        pointer = models.PointStruct(id=pointer_id(pilot), vector={}, payload=pointer_payload(pilot, release))
        async with _translated():
            await self._client.upsert(self._collection, [pointer], wait=True, ordering=models.WriteOrdering.STRONG)

    async def drop(self, pilot: str, *, keep: str) -> None:
        old = _filter([("kind", ["passage"]), ("pilot", [pilot])])
        old.must_not = [_condition(("release", [keep]))]
        async with _translated():
            await self._client.delete(self._collection, models.FilterSelector(filter=old), wait=True)

    async def close(self) -> None:
        await self._client.close()

    async def _settled(self, pilot: str, release: str | None, read: Callable[[str], Awaitable[T]]) -> T:
        """Read the given release, or the live one, and read again when another gateway switched it meanwhile.

        It may have dropped the old release halfway through the first reading.
        """
        while True:
            current = release or await self._require_live(pilot)
            found = await read(current)
            if release or await self._require_live(pilot) == current:
                return found

    async def _require_live(self, pilot: str) -> str:
        release = await self.live_release(pilot)
        if release is None:
            raise CollectionMissing(f"pilot {pilot} has no corpus in the index")
        return release

    async def _scroll(self, visible: models.Filter) -> list[Passage]:
        found: list[Passage] = []
        offset: PointId | None = None
        while True:
            async with _translated():
                records, offset = await self._client.scroll(self._collection, visible, limit=BATCH, offset=offset)
            found.extend(payload_passage(record.payload or {}) for record in records)
            if offset is None:
                return reading_order(found)


@asynccontextmanager
async def _translated() -> AsyncGenerator[None]:
    try:
        yield
    except (ApiException, ValueError) as fault:  # ValueError: the in-process server's word for a refusal
        # The reply's body is left out: it may repeat what was asked.
        reason = f"status {fault.status_code}" if isinstance(fault, UnexpectedResponse) else type(fault).__name__
        raise IndexUnavailable(f"the Qdrant server failed ({reason})") from fault


async def _require_version(client: AsyncQdrantClient) -> None:
    version = (await client.info()).version
    if tuple(int(part) for part in version.split("-")[0].split(".")[:2]) < MINIMUM_VERSION:
        raise IndexUnavailable(f"the Qdrant server is version {version}; inverse document frequencies per pilot need 1.19")


async def _ensure_collection(client: AsyncQdrantClient, collection: str, dimension: int) -> None:
    if not await client.collection_exists(collection):
        try:
            await client.create_collection(
                collection,
                vectors_config={DENSE: models.VectorParams(size=dimension, distance=models.Distance.COSINE)},
                sparse_vectors_config={LEXICAL: models.SparseVectorParams(modifier=models.Modifier.IDF)},
            )
        except UnexpectedResponse as fault:
            if fault.status_code != 409:  # another gateway that starts at the same time was first
                raise
    vectors = (await client.get_collection(collection)).config.params.vectors
    stored = vectors[DENSE].size if isinstance(vectors, dict) and DENSE in vectors else None
    if stored != dimension:
        raise IndexUnavailable(f"the collection {collection} holds vectors of dimension {stored}, the embedding model has {dimension}")
    for field in KEYWORD_FIELDS:
        schema = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=field == "pilot")
        await client.create_payload_index(collection, field, schema, wait=True)
    for field in DAY_FIELDS:
        await client.create_payload_index(collection, field, models.PayloadSchemaType.INTEGER, wait=True)


def _condition(condition: Condition | Bound) -> models.FieldCondition:
    if isinstance(condition, Bound):
        return models.FieldCondition(key=condition.field, range=models.Range(lte=condition.at_most, gt=condition.more_than))
    key, values = condition
    return models.FieldCondition(key=key, match=models.MatchAny(any=values))


def _filter(conditions: Iterable[Condition | Bound], *, without_dense: bool = False) -> models.Filter:
    return models.Filter(
        must=[_condition(condition) for condition in conditions],
        must_not=[models.HasVectorCondition(has_vector=DENSE)] if without_dense else None,
    )


def _point(release: str, point: IndexPoint) -> models.PointStruct:
    vectors: dict[str, models.Vector] = {}
    if point.sparse.indices:
        vectors[LEXICAL] = models.SparseVector(indices=list(point.sparse.indices), values=list(point.sparse.values))
    if point.dense is not None:
        vectors[DENSE] = point.dense.tolist()
    return models.PointStruct(id=point_id(release, point.passage.id), vector=vectors, payload=passage_payload(release, point.passage))


def _search_requests(
    scope: SearchScope, release: str, *, dense: Vector | None, sparse: SparseVector | None, depth: int, lexical_weight: float
) -> dict[str, models.QueryRequest]:
    """Return one request a channel that has a query, and the fused one; none at all when no channel has."""
    visible = _filter(scope_conditions(scope, release))
    population = models.IdfCorpusParams(corpus=_filter(population_conditions(scope, release)))
    prefetches: dict[str, models.Prefetch] = {}
    weights: list[float] = []
    if dense is not None:
        prefetches[DENSE] = models.Prefetch(
            query=dense.tolist(), using=DENSE, filter=visible, params=models.SearchParams(hnsw_ef=HNSW_EF), limit=depth
        )
        weights.append(1.0)
    if sparse is not None and sparse.indices:
        terms = models.SparseVector(indices=list(sparse.indices), values=list(sparse.values))
        prefetches[LEXICAL] = models.Prefetch(query=terms, using=LEXICAL, filter=visible, params=models.SearchParams(idf=population), limit=depth)
        weights.append(lexical_weight)
    if not prefetches:
        return {}
    requests = {
        name: models.QueryRequest(query=one.query, using=one.using, filter=one.filter, params=one.params, limit=depth, with_payload=True)
        for name, one in prefetches.items()
    }
    fusion = models.RrfQuery(rrf=models.Rrf(k=RRF_K, weights=weights))
    requests["fused"] = models.QueryRequest(prefetch=list(prefetches.values()), query=fusion, limit=depth, with_payload=True)
    return requests


def _hits(points: Sequence[models.ScoredPoint]) -> list[Hit]:
    return [Hit(passage=payload_passage(point.payload or {}), score=point.score) for point in points]
