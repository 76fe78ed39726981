"""What is known of a run before its first question: what was asked of what, from which state of the code and the data."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class RunKind(StrEnum):
    ANSWERS = "answers"
    ROUTING = "routing"
    TRIAGE = "triage"
    SAFETY = "safety"
    RETRIEVAL = "retrieval"
    EXTRACTIVE = "extractive"


class Provenance(BaseModel):
    """`commit` is None outside of a repository; `dirty` tells whether its files differed from it. Hashes are SHA-256 in hex by name:
    `cases`, `pilot` (manifest and corpus in one), `manifest`, `prompts` (messages, word lists and prompts that all pilots share), and of a
    dirty one `changes`: two states of uncommitted code are not the same service."""

    model_config = ConfigDict(frozen=True)

    commit: str | None
    dirty: bool
    version: str
    python: str
    packages: dict[str, str]
    hashes: dict[str, str]
    models: dict[str, str]
    seeds: dict[str, int]


class RunRecord(BaseModel):
    """run.json. `subject` is the pilot or the data set; `target` is `pipeline` or the URL of a gateway; `questions` how many are asked, each
    typing of one counted (None: a run from before that was written down).

    `config` holds whatever else decides what is asked and what is needed: variants, thresholds, settings. Two runs with the same kind,
    subject, target, config and provenance ask the same questions of the same service.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    kind: RunKind
    subject: str
    target: str = "pipeline"
    label: str = ""
    created_at: datetime
    questions: int | None = None
    config: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])
    provenance: Provenance

    @property
    def identity(self) -> dict[str, JsonValue]:
        """Everything but the id, the label and the time."""
        return self.model_dump(mode="json", exclude={"id", "label", "created_at"})
