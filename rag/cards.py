"""Service cards: one YAML file a public service, every value with its own source and date."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from rag.azerbaijani import Language
from rag.errors import CardInvalid
from rag.yaml_documents import YamlFault, YamlFaults, YamlLines, read_yaml

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
PartialDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
"""A date with the precision that the source gives: year, month or day."""

KEPT_CARDS = 1000
"""Some 4 KB each."""

BILINGUAL = " / "
"""Between a title in the reader's language and the Azerbaijani one."""

Confidence = Literal["high", "medium", "low"]


class Event(StrEnum):
    """What happened to the document or right; it changes which card or fee row applies."""

    FIRST = "first"
    REPLACE = "replace"
    LOST = "lost"
    EXTEND = "extend"
    CORRECT = "correct"
    CANCEL = "cancel"


class Person(StrEnum):
    """Who asks, where the law tells them apart."""

    CITIZEN = "citizen"
    FOREIGNER = "foreigner"
    INDIVIDUAL = "individual"
    ENTREPRENEUR = "entrepreneur"
    LEGAL_ENTITY = "legal_entity"


class Place(StrEnum):
    """Where the service is asked for."""

    HOME = "azerbaijan"
    ABROAD = "abroad"


class CardModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(CardModel):
    """When a row or fact applies. An empty condition applies always.

    Ages are whole years: `age_from` is included, `age_to` is not (`age_from: 1, age_to: 3` is one and two years old).
    """

    age_from: int | None = Field(default=None, ge=0)
    age_to: int | None = Field(default=None, gt=0)
    event: Event | None = None
    person: Person | None = None
    place: Place | None = None

    @model_validator(mode="after")
    def check_ages(self) -> Self:
        if self.age_from is not None and self.age_to is not None and self.age_from >= self.age_to:
            raise ValueError("age_from must be below age_to")
        return self


class Source(CardModel):
    """Where a value comes from. `date` is the source's own date; an undated page has none."""

    title: Text
    url: str | None = None
    date: PartialDate | None = None
    confidence: Confidence


class Rival(CardModel):
    """A value that another source gives for the same thing, kept and shown, never mixed in."""

    text: Text
    source: Text
    url: str | None = None
    date: PartialDate | None = None
    newer: bool | None = Field(default=None, description="true: newer than the card's value; null: the order is not known")


class Fact(CardModel):
    """One sentence of the card in our own words, with the key of its source."""

    text: Text
    source: Slug
    when: Condition = Condition()
    rivals: tuple[Rival, ...] = ()


class Fee(CardModel):
    """One row of the fee table: one case, one term, one amount.

    `case` says for whom or what («18 yaşdan yuxarı», «təkrar imtahan»), empty when the card has a single case.
    `term` is the time in which the service is done for this amount («10 iş günü»), if the amount depends on it.
    `unit` says per what the amount is due («hər səhifə üçün»), if not per service.
    `in_addition` tells that the row is due beside the other rows of the table («təkrar imtahan»), not in their place.
    """

    case: str = ""
    term: Text | None = None
    amount_azn: Decimal = Field(ge=0)
    unit: Text | None = None
    kind: Literal["state_fee", "service_charge", "fine", "price"] = "state_fee"
    legal_basis: Text | None = None
    in_addition: bool = False
    source: Slug
    when: Condition = Condition()
    rivals: tuple[Rival, ...] = ()


class Benefit(CardModel):
    """Money that the state pays: a pension, an allowance, a grant. The same shape as a fee, in the other direction."""

    case: str = ""
    amount_azn: Decimal = Field(ge=0)
    period: Literal["once", "monthly", "yearly"] | None = None
    legal_basis: Text | None = None
    in_addition: bool = False
    source: Slug
    when: Condition = Condition()
    rivals: tuple[Rival, ...] = ()


class Contact(CardModel):
    """A hot line, a page or a mailbox. `value` is the number or address exactly as it is dialled or typed."""

    label: Text
    value: Text
    kind: Literal["phone", "web", "email", "address", "app"]
    source: Slug
    rivals: tuple[Rival, ...] = ()


class ForeignNames(CardModel):
    """What people call a service in other languages, its title first. Names are no facts and need no source."""

    ru: tuple[Text, ...] = ()
    en: tuple[Text, ...] = ()


class ServiceCard(CardModel):
    """One public service. Order of the fields below is the order in which a card is shown."""

    id: Slug
    title: Text
    category: Literal[
        "identity",
        "passport",
        "driving",
        "civil_status",
        "residence",
        "migration",
        "certificates",
        "notary",
        "military",
        "property",
        "business",
        "tax",
        "pension",
        "benefits",
        "work",
        "health",
        "education",
        "utilities",
        "appeals",
        "digital",
        "centres",
        "consumer",
    ]
    family: Slug = Field(description="cards that a citizen calls by one word («pasport») share a family")
    when: Condition = Condition()
    aliases: tuple[Text, ...] = Field(default=(), description="how people call it, in correct spelling")
    names: ForeignNames = ForeignNames()
    agency: Fact | None = None
    who: tuple[Fact, ...] = ()
    documents: tuple[Fact, ...] = ()
    steps: tuple[Fact, ...] = ()
    fees: tuple[Fee, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    rates: tuple[Fact, ...] = Field(default=(), description="percentages, formulas and amounts in other currencies")
    duration: tuple[Fact, ...] = Field(default=(), description="how long the service takes")
    deadlines: tuple[Fact, ...] = Field(default=(), description="by when a person must act")
    validity: tuple[Fact, ...] = Field(default=(), description="how long the result is valid")
    where: tuple[Fact, ...] = ()
    hours: tuple[Fact, ...] = ()
    channels: tuple[Fact, ...] = Field(default=(), description="online, mobile and by post")
    contacts: tuple[Contact, ...] = ()
    legal_basis: tuple[Fact, ...] = ()
    notes: tuple[Fact, ...] = ()
    sources: dict[Slug, Source]
    as_of: date = Field(description="when this card was last checked against its sources")
    review_by: date = Field(description="after this day the answer says that the card is due for review")

    @model_validator(mode="after")
    def check_sources(self) -> Self:
        used = {item.source for item in self.items()}
        if unknown := used - self.sources.keys():
            raise ValueError(f"unknown sources: {', '.join(sorted(unknown))}")
        if unused := self.sources.keys() - used:
            raise ValueError(f"sources that nothing uses: {', '.join(sorted(unused))}")
        for money in (*self.fees, *self.benefits):
            if self.sources[money.source].confidence == "low":
                raise ValueError(f"{money.amount_azn} AZN rests on a low-confidence source only")
        return self

    def names_in(self, language: Language) -> tuple[str, ...]:
        """Return the names in a language, the title first; empty where the card has none."""
        match language:
            case "az":
                return (self.title, *self.aliases)
            case "ru":
                return self.names.ru
            case "en":
                return self.names.en

    def title_in(self, language: Language) -> str:
        """Return the title for a reader of a language, the Azerbaijani one behind it: under that one the service is asked for."""
        own = self.names_in(language)
        return f"{own[0]}{BILINGUAL}{self.title}" if own and language != "az" else self.title

    def items(self) -> list[Fact | Fee | Benefit | Contact]:
        """Every sourced value of the card, in the order in which it is shown."""
        agency = [self.agency] if self.agency else []
        return [
            *agency,
            *self.who,
            *self.documents,
            *self.steps,
            *self.fees,
            *self.benefits,
            *self.rates,
            *self.duration,
            *self.deadlines,
            *self.validity,
            *self.where,
            *self.hours,
            *self.channels,
            *self.contacts,
            *self.legal_basis,
            *self.notes,
        ]


def load_card(path: Path) -> ServiceCard:
    """Read one card. A file that has not changed since is not parsed again: several pilots answer from the same cards.

    Raises:
        CardInvalid: not YAML, or not this schema; the message names the file and each wrong key.
    """
    state = path.stat()
    return _parse_card(path.resolve(), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=KEPT_CARDS)
def _parse_card(path: Path, changed_ns: int, size: int) -> ServiceCard:
    """`changed_ns` and `size` make a changed file another entry."""
    del changed_ns, size
    card = read_yaml(path, ServiceCard)
    if isinstance(card, YamlFaults):
        raise CardInvalid(f"{path.name}: {card}", card.faults)
    if card.id != path.stem:
        fault = YamlFault(YamlLines(path.read_text(encoding="utf-8")).of(["id"]), "id", f"{card.id} must equal the file's name")
        raise CardInvalid(f"{path.name}: {fault}", (fault,))
    return card


def load_deck(path: Path) -> dict[str, ServiceCard]:
    """Read every `*.yaml` card of a folder, by id, in the order of their names, or the one card of a file.

    Raises:
        CardInvalid: see `load_card`.
    """
    return {card.id: card for card in map(load_card, sorted(path.glob("*.yaml")) if path.is_dir() else [path])}
