"""What an appeal can be about, read from a pilot's topics.yaml and cues.yaml; agencies stand in the cards that they name."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from pilots.errors import ManifestInvalid
from pilots.lexemes import Lexicon
from pilots.manifest import Messages, Text
from rag.cards import Fact, ServiceCard

TopicName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]
OTHER = "other"
"""The label of appeals that belong to none of the topics."""


class TaxonomyModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Topic(TaxonomyModel):
    card: Text
    title: Messages


class RuleQuote(TaxonomyModel):
    """`quotes` is the beginning of the card's sentence that says the rule."""

    quotes: Text


class TermQuote(RuleQuote):
    working_days: int = Field(ge=1, le=60)


class WrittenDeadlines(TaxonomyModel):
    card: Text
    answer: TermQuote
    studied: TermQuote
    forward: TermQuote
    anonymous: RuleQuote


class DuplicateLimits(TaxonomyModel):
    """`min_cosine` of the vectors and `min_overlap`, the share of the shorter appeal's words that the other one has; both must hold."""

    min_cosine: float = Field(ge=0, le=1)
    min_overlap: float = Field(ge=0, le=1)


class WrittenTaxonomy(TaxonomyModel):
    min_confidence: float = Field(ge=0, le=1)
    duplicates: DuplicateLimits
    deadlines: WrittenDeadlines
    topics: dict[TopicName, Topic]
    other: Messages


@dataclass(frozen=True, slots=True)
class Rule:
    """A sentence of the law's card. `working_days` is 0 for a rule without a term."""

    card: ServiceCard
    fact: Fact
    working_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """`answer`: the ordinary term; `studied`: when more study is needed; `forward`: to hand it to the right agency."""

    answer: Rule
    studied: Rule
    forward: Rule
    anonymous: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    min_confidence: float
    duplicates: DuplicateLimits
    topics: Mapping[str, Topic]
    cards: Mapping[str, ServiceCard]
    deadlines: Deadlines
    other: Messages
    cues: Lexicon

    def title(self, topic: str) -> Messages:
        return self.topics[topic].title if topic in self.topics else self.other


def load_taxonomy(folder: Path, deck: Mapping[str, ServiceCard]) -> Taxonomy:
    """Read topics.yaml and cues.yaml of a pilot's folder.

    Raises:
        ManifestInvalid: unknown keys, a card that the deck lacks, a card without an agency, a rule that its card does not say, or cues
            of no topic; names file and key.
    """
    written = _read(folder / "topics.yaml")
    for name, topic in written.topics.items():
        card = deck.get(topic.card)
        if card is None or card.agency is None:
            raise ManifestInvalid(f"{folder.name}/topics.yaml: topics.{name}.card: no card {topic.card} with an agency")
    terms = written.deadlines
    if terms.card not in deck:
        raise ManifestInvalid(f"{folder.name}/topics.yaml: deadlines.card: no card {terms.card}")
    law = deck[terms.card]
    return Taxonomy(
        min_confidence=written.min_confidence,
        duplicates=written.duplicates,
        topics=written.topics,
        cards=deck,
        deadlines=Deadlines(
            answer=_term(law, terms.answer),
            studied=_term(law, terms.studied),
            forward=_term(law, terms.forward),
            anonymous=Rule(law, _fact(law, terms.anonymous.quotes)),
        ),
        other=written.other,
        cues=load_cues(folder, set(written.topics)),
    )


def load_cues(folder: Path, topics: set[str]) -> Lexicon:
    """Read cues.yaml: the words that speak for a topic. Raises ManifestInvalid when it names another topic."""
    path = folder / "cues.yaml"
    try:
        written: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ManifestInvalid(f"{folder.name}/cues.yaml: {error}") from error
    if unknown := written.keys() - topics:
        raise ManifestInvalid(f"{folder.name}/cues.yaml: {min(unknown)} is no topic")
    return Lexicon(written)


def topic_names(folder: Path) -> list[str]:
    """Return the topics of a pilot in their written order, OTHER last."""
    return [*_read(folder / "topics.yaml").topics, OTHER]


def _read(path: Path) -> WrittenTaxonomy:
    label = f"{path.parent.name}/{path.name}"
    try:
        return WrittenTaxonomy.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise ManifestInvalid(f"{label}: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ManifestInvalid(f"{label}: {faults}") from error


def _term(card: ServiceCard, written: TermQuote) -> Rule:
    fact = _fact(card, written.quotes)
    if f"{written.working_days} iş gün" not in fact.text:
        raise ManifestInvalid(f"topics.yaml: deadlines: the card {card.id} does not say {written.working_days} working days")
    return Rule(card, fact, written.working_days)


def _fact(card: ServiceCard, beginning: str) -> Fact:
    for item in card.items():
        if isinstance(item, Fact) and item.text.startswith(beginning):
            return item
    raise ManifestInvalid(f"topics.yaml: deadlines: the card {card.id} has no sentence that begins «{beginning}»")
