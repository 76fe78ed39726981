"""The JSON of a pilot's stage."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints

from gateway.contract import Document
from gateway.store.stage_records import StageRecord
from pilots.registry import Pilot
from pilots.stages import Stage, StageAction


def without_controls(text: str) -> str:
    """Raises ValueError for control characters, some of which PostgreSQL cannot store."""
    if any(not char.isprintable() and char not in "\n\t" for char in text):
        raise ValueError("control characters")
    return text


Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(without_controls)]


class StageChange(Document):
    """A promotion is not among the actions: it needs an evaluation, which the command line runs."""

    action: Literal[StageAction.STOP, StageAction.RESUME, StageAction.ROLLBACK]
    reason: Reason


class StageRecordDocument(Document):
    action: StageAction
    stage_from: Stage
    stage_to: Stage
    recorded_by: str = Field(description="the id of a key, or who used the command line")
    note: str
    digest: str | None = Field(description="SHA-256 of manifest and corpus as they were promoted")
    evaluation: dict[str, Any] | None = Field(description="what the pilot's cases gave when it was promoted")
    recorded_at: datetime

    @classmethod
    def of(cls, record: StageRecord) -> Self:
        return cls(
            action=record.action,
            stage_from=record.stage_from,
            stage_to=record.stage_to,
            recorded_by=record.recorded_by,
            note=record.note,
            digest=record.digest,
            evaluation=record.evaluation,
            recorded_at=record.recorded_at,
        )


class StageDocument(Document):
    pilot: str
    stage: Stage
    manifest_stage: Stage = Field(description="what pilot.yaml says; it holds until something was decided")
    changed_since_promotion: bool | None = Field(description="manifest or corpus differ from what was promoted; null: never promoted")
    history: tuple[StageRecordDocument, ...] = Field(description="oldest first")

    @classmethod
    def of(cls, pilot: Pilot, history: list[StageRecord], *, digest: str) -> Self:
        return cls(
            pilot=pilot.name,
            stage=pilot.stage,
            manifest_stage=pilot.manifest.stage,
            changed_since_promotion=changed_since_promotion(history, digest=digest),
            history=tuple(map(StageRecordDocument.of, history)),
        )


def changed_since_promotion(history: list[StageRecord], *, digest: str) -> bool | None:
    """Tell whether the files differ from those of the newest promotion; None without one."""
    promoted = next((record.digest for record in reversed(history) if record.action is StageAction.PROMOTE), None)
    return None if promoted is None else promoted != digest
