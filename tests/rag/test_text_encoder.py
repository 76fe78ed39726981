from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.text_encoder import MAX_CHUNKS, VectorEncoder
from serving.protocols import EmbeddingKind


class CountingEmbedder:
    """A vector of (words, 1); a token is a word."""

    model_id = "counting"
    dimension = 2
    max_tokens = 5

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def embed(self, texts: Sequence[str], *, kind: EmbeddingKind) -> NDArray[np.float32]:
        self.asked = list(texts)
        return np.array([[len(text.split()), 1.0] for text in texts], dtype=np.float32)

    def count_tokens(self, text: str, *, kind: EmbeddingKind) -> int:
        return len(text.split())

    async def close(self) -> None:
        return None


async def test_a_short_text_is_one_vector_of_unit_length():
    embedder = CountingEmbedder()
    vector = await VectorEncoder(embedder).encode("üç söz var")

    assert embedder.asked == ["üç söz var"]
    assert vector == pytest.approx(np.array([3.0, 1.0]) / np.sqrt(10), abs=1e-6)


async def test_a_long_text_is_the_mean_of_its_first_pieces():
    embedder = CountingEmbedder()
    vector = await VectorEncoder(embedder).encode(" ".join(f"Bu {number} cümlə dörd sözdür." for number in range(9)))

    assert len(embedder.asked) == MAX_CHUNKS
    assert all(len(piece.split()) <= embedder.max_tokens for piece in embedder.asked)
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-6)
