"""The model of pilot.yaml: what a policy officer reviews and what the pipeline obeys."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pilots.answer import AnswerStatus
from pilots.errors import ManifestInvalid
from rag.passages import TrustTier
from rag.yaml_documents import YamlFault, YamlFaults, YamlLines, read_yaml

PilotName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,39}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class ManifestModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Messages(ManifestModel):
    """One text in the three languages of the service."""

    az: Text
    en: Text
    ru: Text


class Owner(ManifestModel):
    agency: Text
    contact: Text


class Corpus(ManifestModel):
    """What the pilot answers from. `path` is relative to the pilot's folder."""

    path: Text = "corpus"
    trust: TrustTier = TrustTier.OFFICIAL


class Retrieval(ManifestModel):
    """`min_coverage` is the share in [0, 1] of the question's content words, weighted by their rarity, that a source must
    contain before the pilot answers from it; below it the pilot declines."""

    top_k: int = Field(default=10, ge=1, le=50)
    min_coverage: float = Field(default=0.5, ge=0, le=1)


class Quotas(ManifestModel):
    """Limits for one session (or one service key)."""

    questions_per_minute: int = Field(default=20, ge=1)
    max_question_chars: int = Field(default=2000, ge=10, le=20000)


class Thresholds(ManifestModel):
    """What an evaluation of the pilot's own cases must reach before it may go live; shares in [0, 1].

    `status_accuracy`: questions that ended as they should. `fact_exactness`: answers that say every expected fact and no wrong one.
    `cited_rate`: fact sentences with a source. `wrong_facts`: how many wrong amounts and telephone numbers may be shown at most.
    """

    status_accuracy: float = Field(default=0.95, ge=0, le=1)
    fact_exactness: float = Field(default=0.93, ge=0, le=1)
    cited_rate: float = Field(default=1.0, ge=0, le=1)
    wrong_facts: int = Field(default=0, ge=0)


class Manifest(ManifestModel):
    """pilot.yaml. Unknown keys are refused."""

    name: PilotName
    title: Messages
    purpose: Text
    stage: Literal["draft", "live"]
    owner: Owner
    audience: Literal["citizens", "staff", "service_teams"]
    languages: tuple[Literal["az", "en", "ru"], ...] = ("az", "en", "ru")
    corpus: tuple[Corpus, ...] = (Corpus(),)
    understanding: Literal["cards", "documents"] = Field(description="answer from service cards or from passages of documents")
    composer: Literal["extractive"] = "extractive"
    retrieval: Retrieval = Retrieval()
    deadline_s: float = Field(default=8.0, gt=0, le=60)
    retention_days: int = Field(default=30, ge=1, le=365)
    quotas: Quotas = Quotas()
    thresholds: Thresholds = Thresholds()
    not_covered: tuple[Text, ...] = Field(
        default=(), description="topics that sound like the pilot's own and are not: words that, all said in one question, end it without an answer"
    )
    examples: tuple[Text, ...] = Field(default=(), description="questions that belong to this pilot")
    messages: dict[AnswerStatus, Messages] = Field(default_factory=dict[AnswerStatus, Messages], description="overrides of pilots/messages.yaml")


def load_manifest(folder: Path) -> Manifest:
    """Read `pilot.yaml` of a pilot folder.

    Raises:
        ManifestInvalid: not YAML, unknown or missing keys, or a name that differs from the folder's; names file and key.
    """
    path = folder / "pilot.yaml"
    label = f"{folder.name}/pilot.yaml"
    try:
        manifest = read_yaml(path, Manifest)
    except OSError as error:
        raise ManifestInvalid(f"{label}: no such file") from error
    if isinstance(manifest, YamlFaults):
        raise ManifestInvalid(f"{label}: {manifest}", manifest.faults)
    if manifest.name != folder.name:
        fault = YamlFault(YamlLines(path.read_text(encoding="utf-8")).of(["name"]), "name", f"{manifest.name} must equal the folder's name")
        raise ManifestInvalid(f"{label}: {fault}", (fault,))
    return manifest
