"""An embedder whose every question is a span. Passages leave none: a corpus is embedded once, and its progress is told elsewhere."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from opentelemetry import trace
from opentelemetry.trace import SpanKind
from opentelemetry.util.types import AttributeValue

from serving import semconv
from serving.protocols import Embedder, EmbeddingKind
from serving.spans import open_span, server_attributes

tracer = trace.get_tracer("korpu.serving", schema_url=semconv.SCHEMA_URL)


class TracedEmbedder:
    """Passes texts on unchanged. The embedder below counts the tokens as it reads them and adds them to the span."""

    def __init__(self, embedder: Embedder, *, base_url: str | None = None) -> None:
        """`base_url` None: the model runs in this process."""
        self._embedder = embedder
        self._provider = semconv.Provider.ENDPOINT if base_url else semconv.Provider.IN_PROCESS
        self._server = server_attributes(base_url) if base_url else {}

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

    async def embed(self, texts: Sequence[str], *, kind: EmbeddingKind) -> NDArray[np.float32]:
        """See `Embedder.embed`."""
        if kind is EmbeddingKind.PASSAGE:
            return await self._embedder.embed(texts, kind=kind)
        attributes: dict[str, AttributeValue] = {
            semconv.OPERATION_NAME: semconv.Operation.EMBEDDINGS.value,
            semconv.PROVIDER_NAME: self._provider.value,
            semconv.REQUEST_MODEL: self.model_id,
            semconv.EMBEDDINGS_DIMENSION_COUNT: self.dimension,
            **self._server,
        }
        with open_span(tracer, f"{semconv.Operation.EMBEDDINGS} {self.model_id}", attributes=attributes, kind=SpanKind.CLIENT):
            return await self._embedder.embed(texts, kind=kind)

    async def close(self) -> None:
        await self._embedder.close()
