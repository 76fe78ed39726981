"""Reads the question: what is asked, of which case, about what."""

from dataclasses import replace

from pilots.context import Context, Draft
from pilots.reading import read
from pilots.spelling import Speller
from pilots.vocabulary import Vocabulary


class ReadQuestion:
    """Fills `reading` and the text to search by, with short and colloquial names written out."""

    def __init__(self, vocabulary: Vocabulary, speller: Speller | None = None) -> None:
        self._vocabulary = vocabulary
        self._speller = speller

    async def __call__(self, context: Context) -> Context | Draft:
        reading = read(context.question.text, self._vocabulary, self._speller)
        return replace(context, reading=reading, search_text=reading.written or context.question.text)
