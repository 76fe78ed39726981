"""Appeals with the topic that a person gave them: what the classifier learns from and what it is measured on."""

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pilots.answer import Language
from pilots.errors import ManifestInvalid
from pilots.personal_data import PersonalKind, redact

TRAINING_FILES = ("appeals.jsonl", "topics.yaml", "cues.yaml")
"""What the classifier depends on; the held-out appeals are not among them."""
EXAMPLE_CHARS = 140


class PersonalMark(BaseModel):
    """A piece of personal data as it stands in the text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: PersonalKind
    text: str = Field(min_length=1)


class LabelledAppeal(BaseModel):
    """One line of appeals.jsonl: an invented appeal, its topic, and every piece of personal data in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    topic: str
    language: Language
    text: str = Field(min_length=1)
    personal: tuple[PersonalMark, ...] = ()


def load_appeals(path: Path) -> list[LabelledAppeal]:
    """Read labelled appeals, one JSON object a line. Raises ManifestInvalid, which names file and line."""
    appeals: list[LabelledAppeal] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            appeals.append(LabelledAppeal.model_validate_json(line))
        except ValidationError as error:
            raise ManifestInvalid(f"{path.name}:{number}: {error.error_count()} faults") from None
    return appeals


def digest_training(folder: Path) -> str:
    """Return the digest of everything that the classifier is trained on."""
    digest = hashlib.sha256()
    for name in TRAINING_FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def load_examples(folder: Path) -> dict[str, str]:
    """Return the texts of the labelled appeals by id, without personal data, cut to what an answer shows of an example."""
    texts = {appeal.id: redact(appeal.text).text for appeal in load_appeals(folder / "appeals.jsonl")}
    return {name: text if len(text) <= EXAMPLE_CHARS else text[: EXAMPLE_CHARS - 1].rstrip() + "…" for name, text in texts.items()}
