"""What every embedder that stands before another one says of it."""

from serving.protocols import Embedder, EmbeddingKind


class EmbedderWrapper:
    """Passes on everything but `embed`, which is what a wrapper is for. Closing it closes the embedder behind it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def model_id(self) -> str:
        return self._embedder.model_id

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    @property
    def max_tokens(self) -> int:
        return self._embedder.max_tokens

    def count_tokens(self, text: str, *, kind: EmbeddingKind) -> int:
        return self._embedder.count_tokens(text, kind=kind)

    async def close(self) -> None:
        await self._embedder.close()
