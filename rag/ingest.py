"""A pilot's passages become its live release: searchable by words at once, by meaning as the vectors arrive."""

import asyncio
import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from rag.embedding_cache import EmbeddingCache
from rag.errors import CollectionMissing, ReleaseRejected
from rag.index import IndexPoint, PassageIndex, SearchScope, Vector
from rag.passages import Passage
from rag.points import BATCH, batches, passage_payload
from rag.sparse import SparseEncoder
from serving.protocols import Embedder, EmbeddingKind

logger = logging.getLogger(__name__)

DEFAULT_CANARIES: Final = 5
_DEFAULT_CANARY_DEPTH: Final = 200
_OPENING_WORDS: Final = 12


class IngestStage(StrEnum):
    WRITE = "write"
    EMBED = "embed"


class Progress(Protocol):
    def __call__(self, done: int, total: int, stage: IngestStage) -> None: ...


class IngestOutcome(StrEnum):
    BUILT = "built"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Canary:
    """A question whose source must be among the first `depth` passages found by words before a release may go live."""

    query: str
    source_id: str
    depth: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """`passages` counts each passage once; `without_vector` of them wait for `fill_dense`."""

    pilot: str
    release: str
    outcome: IngestOutcome
    passages: int
    without_vector: int


class Ingester:
    """Builds releases, one at a time for each pilot."""

    def __init__(self, index: PassageIndex, embedder: Embedder, cache: EmbeddingCache, encoder: SparseEncoder) -> None:
        self._index = index
        self._embedder = embedder
        self._cache = cache
        self._encoder = encoder
        self._building: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._filling: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def build(
        self,
        pilot: str,
        passages: Sequence[Passage],
        *,
        canaries: Sequence[Canary] | None = None,
        progress: Progress | None = None,
        allow_empty: bool = False,
    ) -> IngestReport:
        """Make the passages the pilot's live release, with the vectors that the cache has; the rest is left to `fill_dense`.

        The same passages under the same encoder and model are left as they are. Without `canaries` a few passages must be
        found by their own first words. An empty corpus needs `allow_empty`: it is more often a loader's mishap than a wish.

        Raises:
            ReleaseRejected: the release is incomplete or a canary does not find its source; the old one stays live.
        """
        async with self._building[pilot]:
            distinct = list({passage.id: passage for passage in passages}.values())
            if not distinct and not allow_empty:
                raise ReleaseRejected(f"pilot {pilot}: there is no passage to publish")
            if foreign := {passage.pilot for passage in distinct} - {pilot}:
                raise ReleaseRejected(f"pilot {pilot}: passages of {', '.join(sorted(foreign))} are among them")
            release = await asyncio.to_thread(self._release_id, pilot, distinct)
            live = await self._index.live_release(pilot)
            outcome = IngestOutcome.UNCHANGED
            if live != release or await self._index.count(pilot, release) != len(distinct):
                outcome = IngestOutcome.BUILT
                questions = self._default_canaries(distinct) if canaries is None else canaries
                await self._write(release, distinct, progress)
                await self._check(pilot, release, len(distinct), questions, live)
                await self._index.switch(pilot, release)
            await self._index.drop(pilot, keep=release)
            missing = await self._index.passages(pilot, missing_dense=True)
            return IngestReport(pilot=pilot, release=release, outcome=outcome, passages=len(distinct), without_vector=len(missing))

    async def fill_dense(self, pilot: str, *, progress: Progress | None = None, batch: int = 16) -> int:
        """Embed what the live release still lacks and return how many passages were embedded rather than taken from the cache.

        May be cancelled and called again at any time: what was embedded is kept. A release that goes live meanwhile is
        filled in place of the one it replaces.

        Raises:
            CollectionMissing: the pilot has no live release.
            ServingError: the embedding model failed; vectors attached so far stay.
        """
        embedded, shortened = 0, 0
        async with self._filling[pilot]:
            filled = False
            while not filled:
                release = await self._index.live_release(pilot)
                if release is None:
                    raise CollectionMissing(f"pilot {pilot} has no corpus in the index")
                missing = await self._index.passages(pilot, missing_dense=True)
                done, filled = 0, True
                for some in batches(missing, batch):
                    vectors, fresh, cut = await self._embed(some)
                    embedded, shortened = embedded + fresh, shortened + cut
                    async with self._building[pilot]:
                        filled = await self._index.live_release(pilot) == release
                        if not filled:
                            break
                        await self._index.set_dense(release, vectors)
                    done += len(some)
                    if progress:
                        progress(done, len(missing), IngestStage.EMBED)
        if shortened:
            logger.warning("pilot %s: %d passages are longer than the model reads and were embedded by their beginning", pilot, shortened)
        return embedded

    def _release_id(self, pilot: str, passages: Iterable[Passage]) -> str:
        # The embedding model counts: vectors of two models in one release would be compared with each other.
        digest = hashlib.sha256(json.dumps([pilot, self._encoder.version, self._embedder.model_id]).encode())
        for passage in sorted(passages, key=lambda passage: passage.id):
            digest.update(json.dumps(passage_payload("", passage), sort_keys=True).encode())
        return digest.hexdigest()[:16]

    async def _write(self, release: str, passages: Sequence[Passage], progress: Progress | None) -> None:
        done = 0
        for some in batches(passages, BATCH):
            await self._index.upsert(release, await asyncio.to_thread(self._points, some))
            done += len(some)
            if progress:
                progress(done, len(passages), IngestStage.WRITE)

    def _points(self, passages: Sequence[Passage]) -> list[IndexPoint]:
        known = self._known([embedding_text(passage) for passage in passages])
        return [
            IndexPoint(passage=passage, sparse=self._encoder.encode_passage(passage), dense=known.get(embedding_text(passage)))
            for passage in passages
        ]

    def _known(self, texts: Sequence[str]) -> dict[str, Vector]:
        found = self._cache.get(self._embedder.model_id, EmbeddingKind.PASSAGE, texts)
        return {text: vector for text, vector in found.items() if vector.shape == (self._embedder.dimension,)}

    async def _check(self, pilot: str, release: str, expected: int, canaries: Iterable[Canary], live: str | None) -> None:
        try:
            if (stored := await self._index.count(pilot, release)) != expected:
                raise ReleaseRejected(f"pilot {pilot}: release {release} holds {stored} passages of {expected}")
            for canary in canaries:
                scope = SearchScope(pilot=pilot, release=release)
                hits = await self._index.search(scope, dense=None, sparse=self._encoder.encode_query(canary.query), depth=canary.depth)
                if canary.source_id not in {hit.passage.source_id for hit in hits.lexical}:
                    raise ReleaseRejected(f"pilot {pilot}: release {release} does not find source {canary.source_id} by its canary")
        except ReleaseRejected:
            if release != live:
                await self._index.drop(pilot, keep=live or "")
            raise

    def _default_canaries(self, passages: Sequence[Passage]) -> list[Canary]:
        """Choose passages of different sources, spread over the corpus, that have a term to be found by.

        Their first words join the title, and the depth is generous: many sources may share the words of a short title and
        crowd each other out, which is no reason to keep a release back.
        """
        first = list({passage.source_id: passage for passage in reversed(passages)}.values())
        queries = {passage.source_id: f"{passage.title} {' '.join(passage.text.split()[:_OPENING_WORDS])}" for passage in first}
        usable = [
            Canary(query, source_id, _DEFAULT_CANARY_DEPTH) for source_id, query in queries.items() if self._encoder.encode_query(query).indices
        ]
        if passages and not usable:
            raise ReleaseRejected("no passage has a term to be found by")
        return usable[:: max(1, len(usable) // DEFAULT_CANARIES)][:DEFAULT_CANARIES]

    async def _embed(self, passages: Sequence[Passage]) -> tuple[dict[str, Vector], int, int]:
        """Return a vector a passage id, how many texts the model had to embed and how many of these had to be shortened."""
        texts = {passage.id: embedding_text(passage) for passage in passages}
        vectors = await asyncio.to_thread(self._known, list(texts.values()))
        unknown = [text for text in dict.fromkeys(texts.values()) if text not in vectors]
        fitting: list[str] = []
        if unknown:
            fitting = await asyncio.to_thread(lambda: [self._fitting(text) for text in unknown])
            fresh = dict(zip(unknown, await self._embedder.embed(fitting, kind=EmbeddingKind.PASSAGE), strict=True))
            await asyncio.to_thread(self._cache.put, self._embedder.model_id, EmbeddingKind.PASSAGE, fresh)
            vectors.update(fresh)
        return {passage_id: vectors[text] for passage_id, text in texts.items()}, len(unknown), len(set(unknown) - set(fitting))

    def _fitting(self, text: str) -> str:
        """Cut what the model cannot read off the end: one long passage must not keep all others from getting their vectors."""
        limit = self._embedder.max_tokens
        while (tokens := self._embedder.count_tokens(text, kind=EmbeddingKind.PASSAGE)) > limit:
            # Its share of the tokens, less one part in ten: tokens are not spread evenly over the characters.
            text = text[: len(text) * limit * 9 // (tokens * 10)]
        return text


def embedding_text(passage: Passage) -> str:
    """Return what is embedded for a passage: where it stands and what it says. An article often names its subject only in the title."""
    return "\n".join(part for part in (passage.title, passage.locator, passage.text) if part)
