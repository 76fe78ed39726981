"""The JSON of what a person does with a conversation beside asking: read it again, judge an answer, hand it over."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints

from gateway.contract import AnswerDocument, Document
from gateway.store.feedback import FeedbackReason, Helpfulness
from gateway.store.handovers import HandoverState, StoredHandover
from pilots.answer import Language
from pilots.personal_data import redact

LONGEST_NOTE = 1000


def keep_unmarked(text: str) -> str | None:
    """Return a person's own words without control characters and with identifiers, names and numbers masked; None when nothing is left."""
    visible = "".join(char for char in text if char.isprintable() or char in "\n\t").strip()
    return redact(visible).text or None


Note = Annotated[str | None, StringConstraints(max_length=LONGEST_NOTE), AfterValidator(lambda text: keep_unmarked(text) if text else None)]


class FeedbackDocument(Document):
    verdict: Helpfulness
    reasons: tuple[FeedbackReason, ...] = Field(default=(), max_length=len(FeedbackReason), description="why it did not help")
    comment: Note = Field(default=None, description="in the person's own words; personal data is masked before it is stored")


class HandoverRequest(Document):
    language: Language = Field(default="az", description="in which the person wants to be spoken to")
    note: Note = Field(default=None, description="what the person wants to say to a colleague; personal data is masked before it is stored")


class HandoverDocument(Document):
    """`code` is what the citizen says at the counter or on the telephone."""

    id: str
    code: str
    state: HandoverState
    requested_at: datetime
    reply: str | None = Field(description="what a colleague has written at the end")

    @classmethod
    def of(cls, handover: StoredHandover) -> Self:
        return cls(id=handover.id, code=handover.code, state=handover.state, requested_at=handover.requested_at, reply=handover.reply)


class TurnDocument(Document):
    id: str = Field(description="the answer's id")
    question: str = Field(description="empty when it held personal data")
    asked_at: datetime
    answer: AnswerDocument | None = Field(description="with a supervisor's decision since; null: the question was not answered")


class TranscriptDocument(Document):
    id: str
    pilot: str
    turns: tuple[TurnDocument, ...] = Field(description="oldest first")
    handover: HandoverDocument | None
