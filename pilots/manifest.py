"""The model of pilot.yaml: what a policy officer reviews and what the pipeline obeys."""

from pathlib import Path
from typing import Annotated, Literal, Self, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from pilots.answer import AnswerStatus
from pilots.aspects import ASPECT_SECTIONS
from pilots.errors import ManifestInvalid
from pilots.routing.decision import RESERVED_NAMES
from rag.card_passages import SECTION_HEADINGS
from rag.cards import ServiceCard
from rag.passages import TrustTier

PilotName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,39}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
CATEGORIES: tuple[str, ...] = get_args(ServiceCard.model_fields["category"].annotation)


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


class Review(ManifestModel):
    """Which answers a supervisor has to look at. The answer never waits: it goes out marked as not yet approved.

    With `when: risk` an answer is risky that shows a section of `sections`, answers a question about an aspect of `aspects`, or comes from
    a card of `categories`; a step of the pipeline may ask for a review of its own whatever stands here.
    """

    when: Literal["never", "risk", "always"] = "never"
    sections: tuple[Text, ...] = Field(default=(), description="card sections: fees, benefits, deadlines …")
    aspects: tuple[Text, ...] = Field(default=(), description="what is asked: amount, penalty, deadline …")
    categories: tuple[Text, ...] = Field(default=(), description="card categories: pension, benefits …")

    @model_validator(mode="after")
    def check_tiers(self) -> Self:
        known = {"sections": {*SECTION_HEADINGS, "agency"}, "aspects": {*ASPECT_SECTIONS}, "categories": {*CATEGORIES}}
        for key, names in known.items():
            if unknown := set(getattr(self, key)) - names:
                raise ValueError(f"{key}: unknown {', '.join(sorted(unknown))}; known are {', '.join(sorted(names))}")
        tiers = bool(self.sections or self.aspects or self.categories)
        if tiers != (self.when == "risk"):
            raise ValueError("sections, aspects or categories belong to `when: risk`, which needs at least one of them")
        return self


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
    understanding: Literal["cards", "documents", "guided", "counter", "appeals"] = Field(
        description="answer from service cards, from passages of documents, by a guided dialogue over service cards, "
        "from cards for counter staff with the law beside them, or sort the appeals of citizens"
    )
    composer: Literal["extractive"] = "extractive"
    retrieval: Retrieval = Retrieval()
    deadline_s: float = Field(default=8.0, gt=0, le=60)
    retention_days: int = Field(default=30, ge=1, le=365)
    quotas: Quotas = Quotas()
    thresholds: Thresholds = Thresholds()
    review: Review = Review()
    not_covered: tuple[Text, ...] = Field(
        default=(), description="topics that sound like the pilot's own and are not: words that, all said in one question, end it without an answer"
    )
    examples: tuple[Text, ...] = Field(default=(), description="what people ask this pilot: `POST /v1/answers` learns from them, 40 or more are good")
    messages: dict[AnswerStatus, Messages] = Field(default_factory=dict[AnswerStatus, Messages], description="overrides of pilots/messages.yaml")

    @property
    def redacts_questions(self) -> bool:
        """Whether personal data belongs to the pilot's questions: it is masked before anything reads or stores them."""
        return self.understanding == "appeals"


def load_manifest(folder: Path) -> Manifest:
    """Read `pilot.yaml` of a pilot folder.

    Raises:
        ManifestInvalid: not YAML, unknown or missing keys, or a name that differs from the folder's; names file and key.
    """
    path = folder / "pilot.yaml"
    label = f"{folder.name}/pilot.yaml"
    try:
        manifest = Manifest.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ManifestInvalid(f"{label}: no such file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ManifestInvalid(f"{label}: not YAML: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ManifestInvalid(f"{label}: {faults}") from error
    if manifest.name in RESERVED_NAMES:
        raise ManifestInvalid(f"{label}: name {manifest.name} is the service's own")
    if manifest.name != folder.name:
        raise ManifestInvalid(f"{label}: name {manifest.name} must equal the folder's name")
    return manifest
