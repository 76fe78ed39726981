"""Stops what is no question to the service before any source is read."""

from collections.abc import Iterable

from pilots.answer import AnswerStatus
from pilots.context import Context, Draft
from pilots.lexemes import Lexicon, begins, skeletons
from pilots.personal_data import holds_identifier
from rag.azerbaijani import normalise


class ScreenQuestion:
    """Ends the run for attempts to steer the service, other people's data, identifiers, bare complaints and topics known to be missing."""

    def __init__(self, screening: Lexicon, *, not_covered: Iterable[str] = ()) -> None:
        self._screening = screening
        self._not_covered = [topic for topic in map(skeletons, not_covered) if topic]

    async def __call__(self, context: Context) -> Context | Draft:
        # As typed and as meant: a slip must not open somebody else's data, and a repair must not hide what was said.
        labels = {label for tokens in (skeletons(context.question.text), context.reading.tokens) for label in self._screening.labels(tokens)}
        if "injection" in labels:
            return Draft(status=AnswerStatus.GUARDRAIL_INJECTION)
        if {"others", "wants"} <= labels:
            return Draft(status=AnswerStatus.DECLINED_THIRD_PARTY)
        if holds_identifier(normalise(context.question.text)):
            return Draft(status=AnswerStatus.GUARDRAIL_PERSONAL_DATA)
        if "complaint" in labels and "?" not in context.question.text:
            return Draft(status=AnswerStatus.DECLINED_COMPLAINT)
        if any(all(any(begins(token, word) for token in context.reading.tokens) for word in topic) for topic in self._not_covered):
            return Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE)
        return context
