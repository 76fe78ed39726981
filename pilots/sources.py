"""What a pilot needs of rag: passages for a question."""

from datetime import date
from typing import Protocol

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
