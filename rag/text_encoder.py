"""Whole texts as one vector, for what compares texts instead of searching passages."""

import numpy as np
from numpy.typing import NDArray

from rag.chunking import chunk_text
from serving.protocols import Embedder, EmbeddingKind

MAX_CHUNKS = 4
"""The beginning of a long letter says what it is about; reading on costs a quarter of a second a piece."""


class VectorEncoder:
    """The mean of the vectors of a text's pieces, of unit length."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def model_id(self) -> str:
        return self._embedder.model_id

    async def encode(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a text of any length.

        Raises:
            ModelUnavailable, ModelTimeout, ModelRejected, ModelReplyInvalid: the model did not serve the request.
        """
        rows = await self._embedder.embed(self._pieces(text), kind=EmbeddingKind.QUERY)
        mean = rows.mean(axis=0)
        return (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)

    def _pieces(self, text: str) -> list[str]:
        if self._count(text) <= self._embedder.max_tokens:
            return [text]
        return chunk_text(text, count_tokens=self._count, max_tokens=self._embedder.max_tokens)[:MAX_CHUNKS]

    def _count(self, text: str) -> int:
        return self._embedder.count_tokens(text, kind=EmbeddingKind.QUERY)
