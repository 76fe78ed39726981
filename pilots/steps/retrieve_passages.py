"""Searches the pilot's corpus."""

from collections.abc import Sequence
from dataclasses import replace

from pilots.context import Context, Draft
from pilots.evidence import searchable
from pilots.evidence_features import words_of
from pilots.lexemes import skeleton, skeletons
from pilots.reading import Reading, read
from pilots.rungs import Rung
from pilots.sources import PassageSource
from pilots.spelling import Speller
from pilots.vocabulary import Vocabulary
from rag.azerbaijani import normalise, words
from rag.passages import ScoredPassage


class RetrievePassages:
    """Fills `passages`, best first; an empty list means that nothing was found, never that the search failed.

    Raises (from the source): RetrievalFailed, CollectionMissing, IndexUnavailable.
    """

    def __init__(self, source: PassageSource, *, pilot: str, top_k: int, respelling: tuple[Vocabulary, Speller] | None = None) -> None:
        """With a `respelling` the question is read again with slips repaired, now that the corpus has told which words are its own."""
        self._source = source
        self._pilot = pilot
        self._top_k = top_k
        self._respelling = respelling

    async def __call__(self, context: Context) -> Context | Draft:
        passages = await self._source.retrieve(context.search_text, pilot=self._pilot, top_k=self._top_k, as_of=context.question.as_of)
        rungs = tuple(dict.fromkeys((*context.rungs, Rung.LEXICAL))) if any(found.by_words_alone for found in passages) else context.rungs
        return replace(context, passages=tuple(passages), reading=self._read_on(context, passages), rungs=rungs)

    def _read_on(self, context: Context, passages: Sequence[ScoredPassage]) -> Reading:
        """Return the reading without the words for a day once an edition has been chosen by it: no sentence needs to say them again.

        Of a guide without editions a year is as good a word as any.
        """
        reading = self._respelt(context, passages)
        if not context.day_words or not any(found.passage.editions for found in passages):
            return reading
        return replace(reading, topic={word: weight for word, weight in reading.topic.items() if word not in context.day_words})

    def _respelt(self, context: Context, passages: Sequence[ScoredPassage]) -> Reading:
        """Return the reading with slips repaired in words that none of the passages has; a question in another language keeps its own."""
        typed = context.reading
        if self._respelling is None or typed.language != "az" or not passages:
            return typed
        vocabulary, speller = self._respelling
        texts = [searchable(found) for found in passages]
        known, stems = (
            frozenset(token for text in texts for token in skeletons(text)),
            frozenset[str]().union(*(words_of(text).own for text in texts)),
        )
        spoken = words(normalise(context.question.text))
        meant = [word if skeleton(word) in known or words_of(word).own & stems else speller.repair(word).written for word in spoken]
        if meant == spoken:
            return typed
        own, reading = read(context.question.text, vocabulary), read(" ".join(meant), vocabulary)
        # Of a follow-up the words of the question before stay beside its own.
        before = {word: weight for word, weight in typed.topic.items() if word not in own.topic}
        return replace(
            typed,
            tokens=reading.tokens,
            aspects=reading.aspects or typed.aspects,
            topic={**before, **reading.topic},
            is_public_service=typed.is_public_service or reading.is_public_service,
        )
