"""An embedder that a person never waits for: questions have a time budget and a circuit breaker."""

import asyncio
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from serving.circuit import Circuit
from serving.deadline import remaining_s
from serving.embedder_wrapper import EmbedderWrapper
from serving.errors import ModelTimeout
from serving.protocols import Embedder, EmbeddingKind

SHARE_OF_DEADLINE = 0.4
"""What embedding may take of the time that a question has left: search by words and composing need the rest."""

LEAST_S = 0.1
"""With less to spend the model is not asked: no answer in so little time would say nothing of it."""


class ResilientEmbedder(EmbedderWrapper):
    """Passes passages on as they are: an ingest may wait, and its long batches say nothing of how fast a question is."""

    def __init__(self, embedder: Embedder, *, budget_s: float, circuit: Circuit) -> None:
        """`budget_s` is for one query text."""
        super().__init__(embedder)
        self._budget_s = budget_s
        self._circuit = circuit

    async def embed(self, texts: Sequence[str], *, kind: EmbeddingKind) -> NDArray[np.float32]:
        """See `Embedder.embed`.

        Raises:
            CircuitOpen: the model has failed on the questions before this one and is left alone for a while.
            ModelTimeout: the budget is used up.
        """
        if kind is not EmbeddingKind.QUERY or not texts:
            return await self._embedder.embed(texts, kind=kind)
        budget_s = self._budget(len(texts))
        if budget_s < min(LEAST_S, self._budget_s):
            raise ModelTimeout(f"{self.model_id}: no time is left for embedding")
        with self._circuit.call():
            try:
                async with asyncio.timeout(budget_s):
                    return await self._embedder.embed(texts, kind=kind)
            except TimeoutError as error:
                raise ModelTimeout(f"{self.model_id}: the budget for embedding is used up") from error

    def _budget(self, texts: int) -> float:
        budget, left = self._budget_s * texts, remaining_s()
        return budget if left is None else min(budget, SHARE_OF_DEADLINE * left)
