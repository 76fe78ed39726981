"""Service cards as passages: one for each section that a question can be about, and one that carries all names of the service."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

from rag.cards import Benefit, Contact, Fact, Fee, ServiceCard
from rag.chunking import MAX_TOKENS, TokenCount, chunk_text, estimate_tokens, number_passages
from rag.passages import Passage, TrustTier

OVERVIEW = "overview"

SECTION_HEADINGS: dict[str, str] = {
    OVERVIEW: "Ümumi məlumat",
    "who": "Kim müraciət edə bilər",
    "documents": "Tələb olunan sənədlər",
    "steps": "Müraciət qaydası",
    "fees": "Dövlət rüsumu",
    "benefits": "Ödənişin məbləği",
    "rates": "Dərəcələr və faizlər",
    "duration": "Xidmətin müddəti",
    "deadlines": "Müraciət müddəti",
    "validity": "Etibarlılıq müddəti",
    "where": "Hara müraciət etməli",
    "hours": "İş saatları",
    "channels": "Onlayn müraciət",
    "contacts": "Əlaqə",
    "legal_basis": "Hüquqi əsas",
    "notes": "Qeydlər",
}
"""Section name → the heading that a person cites. Keys are the card's own field names, in the order of the card."""

FEE_HEADINGS: dict[str, str] = {"state_fee": "Dövlət rüsumu", "service_charge": "Xidmət haqqı", "fine": "Cərimə", "price": "Qiymət"}

PLACES_PER_PASSAGE = 5
"""Lists of places are cut this short: a passage of 28 addresses matches every district a little and none well."""

_PERIODS = {"once": "birdəfəlik", "monthly": "aylıq", "yearly": "illik"}
_LAW_TITLE = re.compile(r"^[^:]*\b(Qanun|Məcəllə|Konstitusiya)")

Item = Fact | Fee | Benefit | Contact


def card_passages(card: ServiceCard, *, pilot: str, count_tokens: TokenCount = estimate_tokens, max_tokens: int = MAX_TOKENS) -> list[Passage]:
    """Return the card's passages in the order of the card: an overview with all its names, then one for each section with content.

    Rival values stay out: a passage holds only what the card states. `url` and `as_of` are those of the section's first source.
    """
    passages = [
        _passage(card, pilot, OVERVIEW, SECTION_HEADINGS[OVERVIEW], chunk, _first_item(card))
        for chunk in chunk_text(_overview(card), count_tokens=count_tokens, max_tokens=max_tokens)
    ]
    for section in list(SECTION_HEADINGS)[1:]:
        items: tuple[Item, ...] = getattr(card, section)
        for group in _groups(section, items):
            text = "\n".join(item_sentence(item) for item in group)
            heading = section_heading(section, group)
            passages += [
                _passage(card, pilot, section, heading, chunk, group[0])
                for chunk in chunk_text(text, count_tokens=count_tokens, max_tokens=max_tokens)
            ]
    return number_passages(passages)


def section_heading(section: str, items: Sequence[Item]) -> str:
    """Return the Azerbaijani heading of a section; a fee table is named by what its rows are."""
    if section != "fees":
        return SECTION_HEADINGS[section]
    kinds = dict.fromkeys(item.kind for item in items if isinstance(item, Fee))
    return " və ".join(heading if place == 0 else heading.lower() for place, heading in enumerate(FEE_HEADINGS[kind] for kind in kinds))


def item_sentence(item: Item) -> str:
    """Return one value of a card as a plain sentence, money with its case, term, amount and legal basis."""
    match item:
        case Fact():
            return item.text
        case Contact():
            return f"{item.label}: {item.value}"
        case Fee():
            subject = ", ".join(part for part in (item.case, item.term) if part)
            amount = " ".join(part for part in (format_azn(item.amount_azn), item.unit) if part)
            return _money(FEE_HEADINGS[item.kind], subject, amount, item.legal_basis)
        case Benefit():
            amount = " ".join(part for part in (_PERIODS.get(item.period or ""), format_azn(item.amount_azn)) if part)
            return _money("Ödəniş", item.case, amount, item.legal_basis)


def format_azn(amount: Decimal) -> str:
    """Return an amount as cards and answers show it: `30 AZN`, `0,50 AZN`; nothing to pay is said in words too."""
    if amount == 0:
        return "pulsuz (0 AZN)"
    number = str(int(amount)) if amount == amount.to_integral_value() else f"{amount:.2f}".replace(".", ",")
    return f"{number} AZN"


def _money(name: str, subject: str, amount: str, legal_basis: str | None) -> str:
    basis = f" ({legal_basis})" if legal_basis else ""
    return f"{name}: {subject} – {amount}{basis}." if subject else f"{name}: {amount}{basis}."


def _overview(card: ServiceCard) -> str:
    lines = [f"{card.title}."]
    if card.aliases:
        lines.append(f"Digər adları: {', '.join(card.aliases)}.")
    if card.agency:
        lines.append(f"Məsul qurum: {card.agency.text}")
    headings = [section_heading(section, getattr(card, section)) for section in list(SECTION_HEADINGS)[1:] if getattr(card, section)]
    if headings:
        lines.append(f"Məlumat verilir: {', '.join(headings)}.")
    return "\n".join(lines)


def _first_item(card: ServiceCard) -> Item | None:
    return next(iter(card.items()), None)


def _groups(section: str, items: tuple[Item, ...]) -> Iterator[tuple[Item, ...]]:
    size = PLACES_PER_PASSAGE if section == "where" else len(items)
    rest = iter(items)
    while group := tuple(islice(rest, size)):
        yield group


def _passage(card: ServiceCard, pilot: str, section: str, heading: str, text: str, item: Item | None) -> Passage:
    source = card.sources[item.source] if item else None
    return Passage(
        id="",
        pilot=pilot,
        source_id=card.id,
        title=card.title,
        text=text,
        locator=heading,
        section=section,
        url=source.url if source else None,
        as_of=source.date if source else None,
        trust=TrustTier.LAW if source and _LAW_TITLE.match(source.title) else TrustTier.OFFICIAL,
    )
