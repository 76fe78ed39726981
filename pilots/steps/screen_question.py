"""Stops what is no question to the service before any source is read."""

import re
from collections.abc import Iterable

from pilots.answer import AnswerStatus
from pilots.context import Context, Draft
from pilots.lexemes import Lexicon, begins, skeletons
from rag.azerbaijani import normalise

# Formats of identifiers in any case, with the suffixes that Azerbaijani hangs on them («FİN-im 5ABC12D-dir», «finim 5abc12d»),
# so no word boundary on the right.
FIN = re.compile(
    r"\b(?:f[iİıI]n(?:[iİıI][^\W\d]*|kod[^\W\d]*)?|пин)\b\D{0,25}?"
    r"(?<![A-Za-z0-9])(?=[A-HJ-NP-Za-hj-np-z0-9]*\d)[A-HJ-NP-Za-hj-np-z0-9]{7}(?![A-Za-z0-9])",
    re.IGNORECASE,
)
DOCUMENT_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?:AZE\s?\d{8}|AA\s?\d{7,8}|[CP]\d{8})(?!\d)", re.IGNORECASE)
IBAN = re.compile(r"(?<![A-Za-z0-9])AZ\d{2}\s?[A-Z]{4}(?:\s?[A-Z0-9]{4}){5}", re.IGNORECASE)
CARD_NUMBER = re.compile(r"(?<!\d)(?:\d[ -]?){15}\d(?!\d)")


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


def holds_identifier(text: str) -> bool:
    """Tell whether a text holds a FIN, a document number, an IBAN or a payment card's number."""
    if FIN.search(text) or DOCUMENT_NUMBER.search(text) or IBAN.search(text):
        return True
    return any(passes_luhn(re.sub(r"\D", "", match.group())) for match in CARD_NUMBER.finditer(text))


def passes_luhn(digits: str) -> bool:
    """Check a payment card's number by its check digit (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
