"""The model of pilot.yaml: what a policy officer reviews and what the pipeline obeys."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from pilots.answer import AnswerStatus
from pilots.aspects import ASPECT_SECTIONS
from pilots.errors import ManifestInvalid
from pilots.routing.decision import RESERVED_NAMES
from rag.card_passages import SECTION_HEADINGS
from rag.cards import ServiceCard
from rag.passages import TrustTier
from rag.yaml_documents import YamlFault, YamlFaults, YamlLines, read_yaml

PilotName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,39}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Origin = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$")]
CATEGORIES: tuple[str, ...] = get_args(ServiceCard.model_fields["category"].annotation)


GENERATIVE_UNDERSTANDINGS = ("cards", "documents")
"""A guided dialogue, a counter's layout and a draft to a citizen have a form of their own, which a model would only blur."""

MOVED_KEYS = {"web.person": "moved to `hand_over`, at the top level, with the card's path: `hand_over: corpus/CARD.yaml`"}
"""Keys of earlier manifests, and where what they said stands now."""


class ManifestModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Messages(ManifestModel):
    """One text in the three languages of the service."""

    az: Text = Field(description="in Azerbaijani")
    en: Text = Field(description="in English")
    ru: Text = Field(description="in Russian")


class Owner(ManifestModel):
    agency: Text = Field(description="who answers for the content")
    contact: Text = Field(description="telephone or address for questions about the content")


class Corpus(ManifestModel):
    """What the pilot answers from."""

    path: Text = Field(
        default="corpus", description="folder or file, relative to the pilot's folder; another pilot's corpus may be borrowed by `../`"
    )
    trust: TrustTier = Field(default=TrustTier.OFFICIAL, description="how far the documents may be relied on; cards name their own sources")


class Retrieval(ManifestModel):
    """How sources are searched."""

    top_k: int = Field(default=10, ge=1, le=50, description="passages that search hands to the pilot")
    min_coverage: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="share of the question's words, weighted by rarity, that a document must contain; below it the pilot declines",
    )
    min_certainty: float = Field(
        default=0.0, ge=0, lt=1, description="estimated chance that the documents answer, trained; below it the pilot declines; 0: not asked for"
    )


class Generation(ManifestModel):
    """How a model writes, where `composer` is generative and the deployment has a model."""

    max_output_tokens: int = Field(default=300, ge=16, le=4000, description="tokens of one reply; an Azerbaijani word takes about four")
    deadline_s: float = Field(default=10.0, gt=0, le=60, description="seconds for writing, after which the sources' own words follow")
    min_coverage: float = Field(
        default=1.0, ge=0.5, le=1, description="share of a sentence's words that its source must say; one with figures must stand in it whole"
    )
    forbidden_terms: tuple[Text, ...] = Field(
        default=(), description="words and phrases that a model may not say; by their beginnings, a leading = for a whole word"
    )


class Quotas(ManifestModel):
    """Limits for one session (or one service key)."""

    questions_per_minute: int = Field(default=20, ge=1, description="for one session; a key may have its own")
    max_question_chars: int = Field(default=2000, ge=10, le=20000, description="longer questions are refused")


class Thresholds(ManifestModel):
    """What an evaluation of the pilot's own cases must reach before it may go live; shares in [0, 1]."""

    status_accuracy: float = Field(default=0.95, ge=0, le=1, description="share of cases that end as they should, at least")
    answered_rate: float = Field(default=0.9, ge=0, le=1, description="share of the cases that should be answered that are, at least")
    accuracy_when_answered: float = Field(
        default=0.97, ge=0, le=1, description="share of those answers that are right: every expected fact, none wrong, an expected source, at least"
    )
    correct_refusal_rate: float = Field(
        default=0.95, ge=0, le=1, description="share of the cases that should be refused that are, at least; 0 for a pilot that refuses nothing"
    )
    fact_exactness: float = Field(
        default=1.0, ge=0, le=1, description="share of answers whose every stated amount, telephone number, term and article is right, at least"
    )
    completeness: float = Field(default=0.93, ge=0, le=1, description="share of answers that state every expected fact, at least")
    cited_rate: float = Field(default=1.0, ge=0, le=1, description="share of fact sentences that cite a source, at least")
    wrong_facts: int = Field(default=0, ge=0, description="wrong amounts, telephone numbers, terms and articles, at most")


class Review(ManifestModel):
    """Which answers a supervisor has to look at. The answer never waits: it goes out marked as not yet approved.

    With `when: risk` an answer is risky that shows a section of `sections`, answers a question about an aspect of `aspects`, or comes from
    a card of `categories`; a step of the pipeline may ask for a review of its own whatever stands here.
    """

    when: Literal["never", "risk", "always"] = Field(default="never", description="`risk`: answers that match one of the tiers below")
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


class Web(ManifestModel):
    """The pilot on web pages."""

    origins: tuple[Origin, ...] = Field(
        default=(), description="pages' origins that may show the widget and call the gateway from a browser, beside the gateway's own"
    )


def _listed(value: object) -> object:
    """One text may stand where a list of texts is meant."""
    return (value,) if isinstance(value, str) else value


class Manifest(ManifestModel):
    """pilot.yaml. Unknown keys are refused."""

    name: PilotName = Field(description="the folder's name; in addresses, keys and OpenAI's `model`")
    title: Messages = Field(description="name of the service as people see it")
    purpose: Text = Field(description="what it answers, in one sentence for a policy officer")
    stage: Literal["draft", "live"] = Field(
        description="who sees the pilot until something is decided by `korpu pilots promote`, `stop` or `rollback`"
    )
    owner: Owner = Field(description="who answers for the content")
    hand_over: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = Field(
        default=(),
        description="path of the card with the telephone and hours of people who help instead, or a list of such paths: the first card is shown "
        "under «Talk to a person»; when search or model fails, the contacts of all that fit the question; another pilot's card by `../`",
    )
    audience: Literal["citizens", "staff", "service_teams"] = Field(description="whose credentials may ask")
    languages: tuple[Literal["az", "en", "ru"], ...] = Field(default=("az", "en", "ru"), description="languages of questions and messages")
    corpus: tuple[Corpus, ...] = Field(default=(Corpus(),), description="what the pilot answers from")
    understanding: Literal["cards", "documents", "guided", "counter", "appeals"] = Field(
        description="answer from service cards, from passages of documents, by a guided dialogue over service cards, "
        "from cards for counter staff with the law beside them, or sort the appeals of citizens"
    )
    composer: Literal["extractive", "generative"] = Field(
        default="extractive",
        description="how sentences are made: taken from the sources as they stand, or written by a model and shown once the sources bear them out",
    )
    generation: Generation = Field(default=Generation(), description="how a model writes; for `composer: generative`")
    retrieval: Retrieval = Field(default=Retrieval(), description="how sources are searched")
    deadline_s: float = Field(default=8.0, gt=0, le=60, description="seconds after which a question ends as error_timeout")
    retention_days: int = Field(default=30, ge=1, le=365, description="days after which a conversation is deleted")
    quotas: Quotas = Field(default=Quotas(), description="limits for one session or key")
    thresholds: Thresholds = Field(default=Thresholds(), description="what the cases must reach before the pilot may be promoted")
    review: Review = Field(default=Review(), description="which answers a supervisor has to look at")
    web: Web = Field(default=Web(), description="the pilot on web pages: the widget and the plain page")
    not_covered: tuple[Text, ...] = Field(
        default=(), description="topics that sound like the pilot's own and are not: words that, all said in one question, end it without an answer"
    )
    examples: tuple[Text, ...] = Field(default=(), description="what people ask this pilot: `POST /v1/answers` learns from them, 40 or more are good")
    messages: dict[AnswerStatus, Messages] = Field(default_factory=dict[AnswerStatus, Messages], description="overrides of pilots/messages.yaml")

    @model_validator(mode="after")
    def check_composer(self) -> Self:
        if self.composer == "generative" and self.understanding not in GENERATIVE_UNDERSTANDINGS:
            raise ValueError(f"composer: generative goes with understanding: {' or '.join(GENERATIVE_UNDERSTANDINGS)}")
        if self.composer != "generative" and "generation" in self.model_fields_set:
            raise ValueError("generation belongs to composer: generative")
        return self

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
        manifest = read_yaml(path, Manifest)
    except OSError as error:
        raise ManifestInvalid(f"{label}: no such file") from error
    if isinstance(manifest, YamlFaults):
        faults = tuple(replace(fault, message=MOVED_KEYS.get(fault.key, fault.message)) for fault in manifest.faults)
        raise ManifestInvalid(f"{label}: {replace(manifest, faults=faults)}", faults)
    if manifest.name in RESERVED_NAMES:
        raise ManifestInvalid(f"{label}: name {manifest.name} is the service's own")
    if manifest.name != folder.name:
        fault = YamlFault(YamlLines(path.read_text(encoding="utf-8")).of(["name"]), "name", f"{manifest.name} must equal the folder's name")
        raise ManifestInvalid(f"{label}: {fault}", (fault,))
    return manifest
