"""Searches the pilot's corpus."""

from collections.abc import Sequence
from dataclasses import replace

from pilots.context import Context, Draft
from pilots.reading import Reading
from pilots.rungs import Rung
from pilots.sources import PassageSource
from rag.passages import ScoredPassage


class RetrievePassages:
    """Fills `passages`, best first; an empty list means that nothing was found, never that the search failed.

    Raises (from the source): RetrievalFailed, CollectionMissing, IndexUnavailable.
    """

    def __init__(self, source: PassageSource, *, pilot: str, top_k: int) -> None:
        self._source = source
        self._pilot = pilot
        self._top_k = top_k

    async def __call__(self, context: Context) -> Context | Draft:
        passages = await self._source.retrieve(context.search_text, pilot=self._pilot, top_k=self._top_k, as_of=context.question.as_of)
        rungs = tuple(dict.fromkeys((*context.rungs, Rung.LEXICAL))) if any(found.by_words_alone for found in passages) else context.rungs
        return replace(context, passages=tuple(passages), reading=self._read_on(context, passages), rungs=rungs)

    @staticmethod
    def _read_on(context: Context, passages: Sequence[ScoredPassage]) -> Reading:
        """Return the reading without the words for a day once an edition has been chosen by it: no sentence needs to say them again.

        Of a guide without editions a year is as good a word as any.
        """
        reading = context.reading
        if not context.day_words or not any(found.passage.editions for found in passages):
            return reading
        return replace(reading, topic={word: weight for word, weight in reading.topic.items() if word not in context.day_words})
