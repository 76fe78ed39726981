"""A BEIR corpus in an index of its own, built by the ingester that builds the pilots' corpora."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from evaluation.dataset import BeirDataset
from rag.chunking import chunk_text, number_passages
from rag.edge_index import EdgePassageIndex
from rag.embedding_cache import EmbeddingCache
from rag.ingest import Ingester, Progress
from rag.passages import Passage
from rag.retriever import Retriever
from rag.sparse import SparseEncoder
from serving.client import Embedder, EmbeddingKind

BEIR_PILOT = "beir"


@asynccontextmanager
async def open_beir_retriever(
    dataset: BeirDataset, *, embedder: Embedder, cache_path: Path, progress: Progress | None = None
) -> AsyncGenerator[Retriever]:
    """Ingest the documents into a temporary embedded index and open a retriever over it; passages carry the document's id.

    Vectors come from the cache where it has them and stay there for the next run. The index is deleted at the end.
    """
    encoder = SparseEncoder()
    cache = EmbeddingCache(cache_path)
    try:
        with TemporaryDirectory(prefix="korpu-beir-") as folder:
            index = await EdgePassageIndex.open(Path(folder), dimension=embedder.dimension)
            try:
                ingester = Ingester(index, embedder, cache, encoder)
                await ingester.build(BEIR_PILOT, beir_passages(dataset, embedder), progress=progress)
                await ingester.fill_dense(BEIR_PILOT, progress=progress)
                yield Retriever(index, embedder, encoder)
            finally:
                await index.close()
    finally:
        cache.close()


def beir_passages(dataset: BeirDataset, embedder: Embedder) -> list[Passage]:
    """Cut the documents as a loader would; one that the model reads whole stays whole, because its grade is for all of it."""

    def count_tokens(text: str) -> int:
        return embedder.count_tokens(text, kind=EmbeddingKind.PASSAGE)

    passages: list[Passage] = []
    for document in dataset.documents:
        room = embedder.max_tokens - count_tokens(document.title)
        chunks = chunk_text(document.text, count_tokens=count_tokens, max_tokens=max(room, embedder.max_tokens // 2))
        passages += number_passages([Passage(id="", pilot=BEIR_PILOT, source_id=document.id, title=document.title, text=chunk) for chunk in chunks])
    return passages
