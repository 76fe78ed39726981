"""Reads the question: what is asked, of which case, about what."""

from collections.abc import Mapping
from dataclasses import replace

from pilots.context import Context, Draft
from pilots.glossary import Glossary, OtherLanguage, gloss
from pilots.reading import read
from pilots.spelling import Speller
from pilots.vocabulary import Vocabulary


class ReadQuestion:
    """Fills `reading` and the text to search by, with short and colloquial names written out.

    A question in Russian or English is read in Azerbaijani words; no slip is repaired in it, a repair would turn its words into
    Azerbaijani ones.
    """

    def __init__(self, vocabulary: Vocabulary, speller: Speller | None = None, named: Mapping[OtherLanguage, Glossary] | None = None) -> None:
        """`named` are glossaries that know the names of the pilot's services too."""
        self._vocabulary = vocabulary
        self._speller = speller
        self._named = named

    async def __call__(self, context: Context) -> Context | Draft:
        glossed = gloss(context.question.text, hint=context.language, named=self._named)
        if glossed.language == "az":
            reading = read(glossed.text, self._vocabulary, self._speller)
            return replace(context, reading=reading, search_text=reading.written or context.question.text)
        reading = replace(read(glossed.text, self._vocabulary), language=glossed.language, unknown=glossed.unknown)
        return replace(context, reading=reading, glossed=glossed.text, search_text=reading.written or context.question.text)
