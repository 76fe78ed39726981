"""Understands a follow-up over documents: it is read together with the question before it."""

from dataclasses import replace

from pilots.answer import AnswerStatus
from pilots.context import Context, Draft
from pilots.glossary import gloss
from pilots.reading import Reading, read
from pilots.vocabulary import Vocabulary

# What a word of the question before counts beside a word of the question itself (at least 0.5): a new topic outweighs the old one.
EARLIER_WEIGHT = 0.3
# A question with more words of its own stands by itself, unless it opens like a follow-up.
FOLLOW_UP_WORDS = 3
LEANING_WORDS = 6
FOLLOW_UP_OPENINGS = frozenset(
    [
        "bes",
        "be",
        "hem",
        "emme",
        "onde",
        "bu",
        "bunu",
        "bunun",
        "buna",
        "bunde",
        "onu",
        "onun",
        "ona",
        "onden",
        "onler",
        "orde",
        "ore",
        "ordan",
        "burede",
        "bure",
        "belke",
        "ve",
    ]
)

# A question that found no source still says what the person talks about; one that was turned away does not.
TELLING = frozenset({AnswerStatus.ANSWERED, AnswerStatus.CLARIFICATION, AnswerStatus.UNANSWERABLE_NO_SOURCE})


class RecallDocuments:
    """Joins a follow-up to the question before it, for the search and for the choice of sentences."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    async def __call__(self, context: Context) -> Context | Draft:
        turn = next((turn for turn in reversed(context.question.history) if turn.status in TELLING), None)
        if turn is None or not is_follow_up(context.reading):
            return context
        earlier = read(gloss(turn.question).text, self._vocabulary)
        return replace(
            context,
            search_text=f"{earlier.written} {context.search_text}",
            reading=join(earlier, context.reading),
            earlier=turn.focus,
        )


def join(earlier: Reading, reading: Reading) -> Reading:
    """Return a follow-up's reading with the earlier question's words at a low weight and, when it asks nothing itself, its aspects."""
    return replace(
        reading,
        aspects=reading.aspects or earlier.aspects,
        conditions=earlier.conditions.merged(reading.conditions),
        topic={**{word: EARLIER_WEIGHT * weight for word, weight in earlier.topic.items()}, **reading.topic},
        is_public_service=earlier.is_public_service or reading.is_public_service,
    )


def is_follow_up(reading: Reading) -> bool:
    """Tell whether a question may lean on the one before: it opens so, or it is short."""
    named = sum(1 for weight in reading.topic.values() if weight >= 1)
    opens = bool(reading.tokens) and reading.tokens[0] in FOLLOW_UP_OPENINGS
    return named <= (LEANING_WORDS if opens else FOLLOW_UP_WORDS)
