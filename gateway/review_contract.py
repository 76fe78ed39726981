"""The JSON of the supervisors' queue."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from gateway.contract import AnswerDocument, Document, ReviewState
from gateway.store.reviews import StoredReview, Verdict

LONGEST_TEXT = 20_000
LONGEST_REASON = 1_000

Written = Annotated[str, StringConstraints(strip_whitespace=True)]

VERDICTS = {"approve": Verdict.APPROVED, "edit": Verdict.EDITED, "reject": Verdict.REJECTED}


class DecisionDocument(Document):
    """What a supervisor decides: `edit` needs `text`, the whole answer as it should read; `reject` needs `reason`."""

    decision: Literal["approve", "edit", "reject"]
    text: Written | None = Field(default=None, max_length=LONGEST_TEXT)
    reason: Written | None = Field(default=None, max_length=LONGEST_REASON)

    @field_validator("text", "reason")
    @classmethod
    def check_visible(cls, value: str | None) -> str | None:
        if value is not None and not any(char.isalnum() for char in value):
            raise ValueError("nothing is written there")
        if value is not None and any(not char.isprintable() and char not in "\n\t" for char in value):
            raise ValueError("control characters")
        return value

    @model_validator(mode="after")
    def check_parts(self) -> Self:
        if self.decision == "edit" and self.text is None:
            raise ValueError("edit needs text")
        if self.decision == "reject" and self.reason is None:
            raise ValueError("reject needs reason")
        if self.decision != "edit" and self.text is not None:
            raise ValueError("only edit takes text")
        return self

    @property
    def verdict(self) -> Verdict:
        return VERDICTS[self.decision]


class ReviewDecisionDocument(Document):
    decision: ReviewState
    decided_by: str = Field(description="the key's id")
    decided_at: datetime
    text: str | None
    reason: str | None


class ReviewDocument(Document):
    id: str = Field(description="the answer's id")
    pilot: str
    state: ReviewState
    reason: str = Field(description="why a supervisor has to look at it")
    asked_at: datetime
    question: str = Field(description="empty when it held personal data")
    answer: AnswerDocument
    decision: ReviewDecisionDocument | None

    @classmethod
    def of(cls, review: StoredReview) -> Self:
        decision = review.decision
        shown: dict[str, Any] | None = None
        if decision is not None:
            shown = {
                "decision": decision.verdict.value,
                "decided_by": decision.by,
                "decided_at": decision.at,
                "text": decision.text,
                "reason": decision.note,
            }
        return cls.model_validate(
            {
                "id": review.id,
                "pilot": review.pilot,
                "state": review.state,
                "reason": review.reason,
                "asked_at": review.asked_at,
                "question": review.question,
                "answer": review.answer,
                "decision": shown,
            }
        )


class ReviewList(Document):
    reviews: tuple[ReviewDocument, ...]
