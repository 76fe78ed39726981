"""An embedder whose every question is a span. Passages leave none: a corpus is embedded once, and its progress is told elsewhere."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from opentelemetry import trace
from opentelemetry.trace import SpanKind
from opentelemetry.util.types import AttributeValue

from serving import semconv
from serving.embedder_wrapper import EmbedderWrapper
from serving.protocols import Embedder, EmbeddingKind
from serving.spans import model_attributes, open_span

tracer = trace.get_tracer("korpu.serving", schema_url=semconv.SCHEMA_URL)


class TracedEmbedder(EmbedderWrapper):
    """Passes texts on unchanged. The embedder below counts the tokens as it reads them and adds them to the span."""

    def __init__(self, embedder: Embedder, *, base_url: str | None = None) -> None:
        """`base_url` None: the model runs in this process."""
        super().__init__(embedder)
        self._where = model_attributes(base_url)

    async def embed(self, texts: Sequence[str], *, kind: EmbeddingKind) -> NDArray[np.float32]:
        """See `Embedder.embed`."""
        if kind is EmbeddingKind.PASSAGE:
            return await self._embedder.embed(texts, kind=kind)
        attributes: dict[str, AttributeValue] = {
            semconv.OPERATION_NAME: semconv.Operation.EMBEDDINGS.value,
            semconv.REQUEST_MODEL: self.model_id,
            semconv.EMBEDDINGS_DIMENSION_COUNT: self.dimension,
            **self._where,
        }
        with open_span(tracer, f"{semconv.Operation.EMBEDDINGS} {self.model_id}", attributes=attributes, kind=SpanKind.CLIENT):
            return await self._embedder.embed(texts, kind=kind)
