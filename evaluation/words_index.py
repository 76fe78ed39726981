"""Passages in an index of their own, found by words alone: what looks articles up needs no meaning, and embedding laws takes long."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from rag.chunking import estimate_tokens
from rag.edge_index import EdgePassageIndex
from rag.embedding_cache import EmbeddingCache
from rag.ingest import Ingester
from rag.passages import Passage
from rag.retriever import Retriever
from rag.sparse import SparseEncoder
from serving.errors import ModelUnavailable
from serving.protocols import EmbeddingKind


class WordsOnly:
    """An embedder that is never there."""

    model_id = "none"
    dimension = 4
    max_tokens = 512

    async def embed(self, texts: Sequence[str], *, kind: EmbeddingKind) -> NDArray[np.float32]:
        raise ModelUnavailable("this is measured without a model")

    def count_tokens(self, text: str, *, kind: EmbeddingKind) -> int:
        return estimate_tokens(text)

    async def close(self) -> None:
        return


@asynccontextmanager
async def open_words_retriever(pilot: str, passages: Sequence[Passage]) -> AsyncGenerator[Retriever]:
    """Ingest the passages as a pilot's into a temporary index and open a retriever over it; the index is deleted at the end."""
    with TemporaryDirectory(prefix="korpu-words-") as work:
        index = await EdgePassageIndex.open(Path(work) / "index", dimension=WordsOnly.dimension)
        cache = EmbeddingCache(Path(work) / "cache.sqlite")
        encoder = SparseEncoder()
        try:
            await Ingester(index, WordsOnly(), cache, encoder).build(pilot, passages)
            retriever = Retriever(index, WordsOnly(), encoder)
            await retriever.prepare(pilot)
            yield retriever
        finally:
            cache.close()
            await index.close()
