"""Passages for a question: looked up when it names an article, searched by words and by meaning otherwise."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import Any, Final, Self

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from opentelemetry import trace
from pydantic import ConfigDict

from rag.azerbaijani import words
from rag.baku_time import today_in_baku
from rag.editions import Versions
from rag.errors import CollectionMissing, RetrievalFailed
from rag.fusion import fuse
from rag.index import PassageIndex, SearchScope, Vector
from rag.legal import ArticleLookup, LawDirectory
from rag.lexicon import Lexicon
from rag.passages import Passage, ScoredPassage
from rag.proximity import reorder
from rag.rarity import Rarity
from rag.sparse import SparseEncoder
from serving import semconv
from serving.errors import ServingError
from serving.protocols import Embedder, EmbeddingKind
from serving.spans import open_span

logger = logging.getLogger(__name__)
tracer = trace.get_tracer("korpu.rag", schema_url=semconv.SCHEMA_URL)

DEPTH: Final = 50
"""How deep each channel is searched before fusion; 100 gained nothing that 50 did not have."""

LONGEST_ARTICLE: Final = 200
"""Passages read for a look-up, over all laws that have the article."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a release's passages teach about its queries."""

    release: str
    lexicon: Lexicon
    laws: LawDirectory
    versions: Versions
    rarity: Rarity

    @classmethod
    def of(cls, release: str, passages: list[Passage]) -> Self:
        return cls(release, Lexicon.build(passages), LawDirectory.of_passages(passages), Versions.of(passages), Rarity.of(passages))


class Retriever:
    """Searches the live releases of an index. One instance serves every pilot and any number of calls at once."""

    def __init__(self, index: PassageIndex, embedder: Embedder, encoder: SparseEncoder, *, today: Callable[[], date] = today_in_baku) -> None:
        self._index = index
        self._today = today
        self._embedder = embedder
        self._encoder = encoder
        self._knowledge: dict[str, Knowledge] = {}
        self._reading: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def retrieve(
        self, query: str, *, pilot: str, top_k: int = 10, as_of: date | None = None, scope: SearchScope | None = None
    ) -> list[ScoredPassage]:
        """Return at most `top_k` passages, best first; empty when nothing shares a word or a meaning with the query.

        An article that the query names («Əmək Məcəlləsinin 98-ci maddəsi») comes before everything found by search and takes
        at most half of the places. While the embedding model fails, passages are found by their words alone: `by_words_alone`
        is true and `dense` None throughout. `scope` narrows the search within the pilot. Of a document with editions only the texts that were in
        force on `as_of` (today when None) are found; on a day before the oldest edition these are the oldest edition's.

        Raises:
            CollectionMissing: the pilot's corpus was never ingested.
            RetrievalFailed: the embedding model failed, and by words nothing can be searched or nothing was found: what the other
                half of the search would have found is not known.
            IndexUnavailable: the engine cannot be reached.
        """
        scope = replace(scope, pilot=pilot) if scope else SearchScope(pilot=pilot)
        attributes = {semconv.OPERATION_NAME: semconv.Operation.RETRIEVAL.value, semconv.DATA_SOURCE_ID: pilot, semconv.REQUEST_TOP_K: top_k}
        with open_span(
            tracer, f"{semconv.Operation.RETRIEVAL} {pilot}", attributes=attributes | {semconv.PILOT: pilot, semconv.TOP_K: top_k}
        ) as span:
            knowledge = await self.prepare(pilot)
            span.set_attribute(semconv.RELEASE, knowledge.release)
            if not words(query):
                return []
            restored = knowledge.lexicon.restore(query)
            vector = await self._embed(restored)
            sparse = self._encoder.encode_query(f"{query}\n{restored}")
            if vector is None and not sparse.indices:
                raise RetrievalFailed(f"pilot {pilot}: the embedding model failed and the query has no search term")
            if knowledge.versions.has_editions:
                scope = replace(scope, in_force_on=as_of or self._today())
            hits = await self._index.search(scope, dense=vector, sparse=sparse, depth=max(DEPTH, top_k))
            found = reorder(restored, fuse(hits))
            lookup = knowledge.laws.resolve(query) or knowledge.laws.resolve(restored)
            named = await self._look_up(lookup, scope, found) if lookup else []
            span.set_attributes(
                {
                    semconv.TERMS: len(sparse.indices),
                    semconv.HITS_LEXICAL: len(hits.lexical),
                    semconv.HITS_DENSE: len(hits.dense),
                    semconv.HITS_LOOKED_UP: len(named),
                    semconv.DEGRADED: vector is None,
                }
            )
            if vector is None and not found and not named:
                raise RetrievalFailed(f"pilot {pilot}: the embedding model failed and nothing was found by words alone")
            best = _first_named(named, found, top_k)
            span.set_attribute(semconv.RETRIEVAL_DOCUMENTS, [_describe(scored) for scored in best])
            rarities = knowledge.rarity.weigh(restored)
            best = [_with_versions(replace(scored, rarities=rarities), knowledge.versions) for scored in best]
            return best if vector is not None else [replace(scored, by_words_alone=True) for scored in best]

    async def prepare(self, pilot: str) -> Knowledge:
        """Read the live release's vocabulary and laws if that has not been done; later calls return what was read.

        Raises:
            CollectionMissing: the pilot's corpus was never ingested.
        """
        release = await self._index.live_release(pilot)
        if release is None:
            raise CollectionMissing(f"pilot {pilot} has no corpus in the index")
        async with self._reading[pilot]:
            known = self._knowledge.get(pilot)
            if known is None or known.release != release:
                passages = await self._index.passages(pilot)
                known = await asyncio.to_thread(Knowledge.of, release, passages)
                self._knowledge[pilot] = known
            return known

    async def _embed(self, text: str) -> Vector | None:
        """Return the query's vector, None when the model fails."""
        try:
            return (await self._embedder.embed([text], kind=EmbeddingKind.QUERY))[0]
        except ServingError as error:
            logger.warning("searching by words alone: model %s failed with %s", self._embedder.model_id, type(error).__name__)
            return None

    async def _look_up(self, lookup: ArticleLookup, scope: SearchScope, found: list[ScoredPassage]) -> list[Passage]:
        """Return the passages of the article that the scope lets through.

        Laws that hold it take turns, the one that search found first leads: a reader sees that several are meant.
        """
        sources = lookup.source_ids if scope.source_ids is None else lookup.source_ids & scope.source_ids
        sections = frozenset({lookup.section}) if scope.sections is None else scope.sections & {lookup.section}
        if not sources or not sections:
            return []
        passages = await self._index.lookup(replace(scope, source_ids=sources, sections=sections), limit=LONGEST_ARTICLE)
        ordered = lookup.order(passages, laws=[scored.passage.source_id for scored in found])
        by_law: dict[str, list[Passage]] = {}
        for passage in ordered:
            by_law.setdefault(passage.source_id, []).append(passage)
        return [passage for row in zip_longest(*by_law.values()) for passage in row if passage is not None]


def _first_named(named: list[Passage], found: list[ScoredPassage], top_k: int) -> list[ScoredPassage]:
    """Put looked-up passages before the others, with scores above theirs, so that the list still descends."""
    scored = {item.passage.id: item for item in found}
    best = found[0].score if found else 0.0
    first = [
        replace(scored.get(passage.id) or ScoredPassage(passage=passage, score=0.0), score=best + rank, is_lookup=True)
        for rank, passage in zip(range(len(named), 0, -1), named[: max(1, top_k // 2)], strict=False)
    ]
    chosen = {item.passage.id for item in first}
    return [*first, *(item for item in found if item.passage.id not in chosen)][:top_k]


def _describe(scored: ScoredPassage) -> dict[str, str | float]:
    """Return what a trace says of a passage: where it is from and how well it fits, not what it says."""
    passage = scored.passage
    return {"id": passage.id, "score": round(scored.score, 4), "source": passage.source_id, "section": passage.section}


def _with_versions(scored: ScoredPassage, versions: Versions) -> ScoredPassage:
    known = versions.by_work.get(scored.passage.work) if scored.passage.editions else None
    return replace(scored, versions=known) if known else scored


class PassageRetriever(BaseRetriever):
    """The retriever as a step of a LangChain chain. Documents carry the passage's id and, in their metadata, its fields and score."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever
    pilot: str
    top_k: int = 10
    as_of: date | None = None

    async def _aget_relevant_documents(self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun) -> list[Document]:
        found = await self.retriever.retrieve(query, pilot=self.pilot, top_k=self.top_k, as_of=self.as_of)
        return [Document(id=scored.passage.id, page_content=scored.passage.text, metadata=_metadata(scored)) for scored in found]

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        """Raises NotImplementedError: the index belongs to one event loop, which a synchronous call would have to block."""
        raise NotImplementedError("use ainvoke")


def _metadata(scored: ScoredPassage) -> dict[str, Any]:
    passage = scored.passage
    return {
        "source_id": passage.source_id,
        "title": passage.title,
        "locator": passage.locator,
        "section": passage.section,
        "url": passage.url,
        "as_of": passage.as_of,
        "editions": list(passage.editions),
        "trust": passage.trust.value,
        "score": scored.score,
    }
