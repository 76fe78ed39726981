"""Searches the pilot's corpus."""

from dataclasses import replace

from pilots.context import Context, Draft
from pilots.sources import PassageSource


class RetrievePassages:
    """Fills `passages`, best first; an empty list means that nothing was found, never that the search failed.

    Raises (from the source): RetrievalFailed, CollectionMissing, IndexUnavailable.
    """

    def __init__(self, source: PassageSource, *, pilot: str, top_k: int) -> None:
        self._source = source
        self._pilot = pilot
        self._top_k = top_k

    async def __call__(self, context: Context) -> Context | Draft:
        passages = await self._source.retrieve(context.search_text, pilot=self._pilot, top_k=self._top_k)
        return replace(context, passages=tuple(passages))
