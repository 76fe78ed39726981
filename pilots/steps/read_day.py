"""Understands for which day the law is asked, when the words say it and the request does not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from pilots.context import Context, Draft
from pilots.dating import NOW, names_law, read_day


class ReadDay:
    """Sets the question's `as_of` from its words, or from the question that it follows («bəs 99-cu maddə?»).

    A request's own `as_of` goes before the words; «indi» ends what the conversation said of another day.
    """

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today

    async def __call__(self, context: Context) -> Context | Draft:
        today = self._today()
        own = read_day(context.question.text, today=today)
        searched, words, told = context.search_text, frozenset[str](), None
        while found := read_day(searched, today=today):
            searched, words, told = found.text, words | found.words, found.day
        if own:
            told = own.day
        elif NOW & set(context.reading.tokens):
            told = None
        return replace(
            context,
            question=replace(context.question, as_of=context.question.as_of or told),
            # Beside an article's number a year would be read as one more number, or as a word of the law's name.
            search_text=searched if words and names_law(searched) else context.search_text,
            day_words=words,
        )
