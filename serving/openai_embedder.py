"""Embeddings from any OpenAI-compatible endpoint: vLLM, Ray Serve, TEI."""

from collections.abc import Callable, Sequence

import httpx
import numpy as np
from numpy.typing import NDArray
from opentelemetry import trace
from pydantic import BaseModel

from serving import semconv
from serving.errors import ModelReplyInvalid, TextTooLong
from serving.http import bearer, post_json
from serving.protocols import EmbeddingKind

E5_PREFIXES = {EmbeddingKind.QUERY: "query: ", EmbeddingKind.PASSAGE: "passage: "}


class _Embedding(BaseModel):
    index: int
    embedding: list[float]


class _EmbeddingReply(BaseModel):
    data: list[_Embedding]


class OpenAIEmbedder:
    """An E5 model behind POST {base_url}/embeddings. The prefixes are added here, since the endpoint knows nothing of them."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        base_url: str,
        model: str,
        count_tokens: Callable[[str, EmbeddingKind], int],
        dimension: int = 384,
        max_tokens: int = 512,
        api_key: str | None = None,
        timeout_s: float = 10.0,
        batch_size: int = 32,
    ) -> None:
        """`base_url` ends in /v1. `count_tokens` must be the model's own count, prefix included; an endpoint is never asked
        for it, because chunking counts millions of times. `timeout_s` bounds one batch. The caller closes `http`."""
        self._http = http
        self._url = f"{base_url.rstrip('/')}/embeddings"
        self._model = model
        self._count_tokens = count_tokens
        self._dimension = dimension
        self._max_tokens = max_tokens
        self._headers = bearer(api_key)
        self._timeout_s = timeout_s
        self._batch_size = batch_size

    @property
    def model_id(self) -> str:
        return self._model

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    def count_tokens(self, text: str, *, kind: EmbeddingKind) -> int:
        return self._count_tokens(text, kind)

    async def embed(self, texts: Sequence[str], *, kind: EmbeddingKind) -> NDArray[np.float32]:
        """See `Embedder.embed`. Batches follow one another; the endpoint batches across callers by itself."""
        counts = [self.count_tokens(text, kind=kind) for text in texts]
        if kind is EmbeddingKind.QUERY:
            trace.get_current_span().set_attribute(semconv.USAGE_INPUT_TOKENS, sum(counts))
        for position, tokens in enumerate(counts):
            if tokens > self._max_tokens:
                raise TextTooLong(f"{self._model}: text {position} has {tokens} tokens, at most {self._max_tokens} are read")
        rows = np.empty((len(texts), self._dimension), dtype=np.float32)
        for start in range(0, len(texts), self._batch_size):
            batch = [E5_PREFIXES[kind] + text for text in texts[start : start + self._batch_size]]
            rows[start : start + len(batch)] = await self._embed_batch(batch)
        return rows

    async def _embed_batch(self, inputs: list[str]) -> NDArray[np.float32]:
        payload = {"model": self._model, "input": inputs, "encoding_format": "float"}
        reply = await post_json(
            self._http, self._url, payload, _EmbeddingReply, headers=self._headers, timeout_s=self._timeout_s, model_id=self._model
        )
        vectors = {item.index: item.embedding for item in reply.data}
        if sorted(vectors) != list(range(len(inputs))):
            raise ModelReplyInvalid(f"{self._model}: {len(reply.data)} vectors for {len(inputs)} texts")
        if any(len(vector) != self._dimension for vector in vectors.values()):
            raise ModelReplyInvalid(f"{self._model}: a vector has not {self._dimension} numbers")
        rows = np.array([vectors[position] for position in range(len(inputs))], dtype=np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not (np.isfinite(lengths) & (lengths > 0)).all():
            raise ModelReplyInvalid(f"{self._model}: a vector has no length")
        return rows / lengths

    async def close(self) -> None:
        """Nothing to release: the client is shared, and whoever built it closes it."""
