"""Understands a follow-up over documents: a question with hardly a topic of its own goes on with the one before."""

from dataclasses import replace

from pilots.context import Context, Draft
from pilots.reading import Reading, read
from pilots.steps.recall_conversation import last_focused
from pilots.vocabulary import Vocabulary

# «Bəs işəgötürən üçün?» has one or two words of content; a new question has more.
FOLLOW_UP_WORDS = 2
FOLLOW_UP_OPENINGS = ("bes", "be", "hem", "emme", "onde", "bu", "onun", "orde", "burede")


class RecallDocuments:
    """Joins a follow-up to the question before it, for the search and for the choice of sentences."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    async def __call__(self, context: Context) -> Context | Draft:
        turn = last_focused(context.question.history)
        if turn is None or not is_follow_up(context.reading):
            return context
        joined = f"{turn.question} {context.question.text}"
        return replace(context, search_text=joined, reading=read(joined, self._vocabulary), earlier=turn.focus)


def is_follow_up(reading: Reading) -> bool:
    """Tell whether a question leans on the one before: it opens so, or it names hardly anything."""
    named = sum(1 for weight in reading.topic.values() if weight >= 1)
    opens = bool(reading.tokens) and reading.tokens[0] in FOLLOW_UP_OPENINGS
    return named <= FOLLOW_UP_WORDS - 1 or (opens and named <= FOLLOW_UP_WORDS + 1)
