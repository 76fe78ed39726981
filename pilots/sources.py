"""What a pilot needs of rag: passages for a question, and vectors for whole texts."""

from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.passages import ScoredPassage


class PassageSource(Protocol):
    """`rag.retriever.Retriever`, or anything that finds passages as it does."""

    async def retrieve(self, query: str, *, pilot: str, top_k: int = 10, as_of: date | None = None) -> list[ScoredPassage]:
        """Return the passages most similar to `query`, best first; empty when nothing shares a word or a meaning with it.

        Of a document with several editions only what was in force on `as_of` is found; None means today.

        Raises:
            CollectionMissing: the pilot's corpus was never ingested.
            RetrievalFailed: the search did not finish.
            IndexUnavailable: the engine cannot be reached.
        """
        ...


class TextEncoder(Protocol):
    """`rag.text_encoder.VectorEncoder`, or anything that places texts in one space as it does."""

    @property
    def model_id(self) -> str:
        """Changes whenever the same text would get another vector."""
        ...

    async def encode(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a text of any length, of unit length.

        Raises:
            ModelUnavailable, ModelTimeout, ModelRejected, ModelReplyInvalid: the model did not serve the request.
        """
        ...
