"""The JSON by which a page introduces a pilot."""

from collections.abc import Iterable
from typing import Self

from pydantic import Field

from gateway.contract import Document, PilotDocument
from pilots.person import PersonKind, PersonLine
from pilots.registry import Pilot


class PersonLineDocument(Document):
    """A line of the card that tells how a person is reached, word for word, with its source."""

    kind: PersonKind
    label: str = Field(description="whose number it is; empty for hours and steps")
    text: str
    source: str
    as_of: str | None
    url: str | None

    @classmethod
    def of(cls, line: PersonLine) -> Self:
        return cls(kind=line.kind, label=line.label, text=line.text, source=line.source, as_of=line.as_of, url=line.url)


class PilotProfile(PilotDocument):
    max_question_chars: int
    retention_days: int = Field(description="days after which a conversation is deleted")
    is_stopped: bool = Field(description="questions are not answered for the time being")
    is_degraded: bool = Field(description="search goes by words only for the time being")
    person: tuple[PersonLineDocument, ...] = Field(description="how a person is reached; empty when the manifest names no card for it")

    @classmethod
    def of_page(cls, pilot: Pilot, *, person: Iterable[PersonLine], is_stopped: bool, is_degraded: bool, max_question_chars: int) -> Self:
        return cls.model_validate(
            PilotDocument.of(pilot).model_dump()
            | {
                "max_question_chars": max_question_chars,
                "retention_days": pilot.manifest.retention_days,
                "is_stopped": is_stopped,
                "is_degraded": is_degraded,
                "person": tuple(map(PersonLineDocument.of, person)),
            }
        )
