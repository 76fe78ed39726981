"""What may be asked of a service, and which sections of its card tell it."""

import re
from collections.abc import Iterable, Sequence

from rag.azerbaijani import fold
from rag.card_passages import item_sentence, section_heading
from rag.cards import Benefit, Contact, Fact, Fee, ServiceCard

Item = Fact | Fee | Benefit | Contact

ASPECT_SECTIONS: dict[str, tuple[str, ...]] = {
    "amount": ("fees", "benefits", "rates"),
    "money": ("fees", "benefits", "rates"),
    "documents": ("documents",),
    "steps": ("steps", "channels"),
    "duration": ("duration", "deadlines"),
    "where": ("where", "channels", "agency"),
    "hours": ("hours",),
    "contacts": ("contacts",),
    "who": ("who",),
    "agency": ("agency",),
    "validity": ("validity",),
    "deadline": ("deadlines", "duration"),
    "online": ("channels",),
    "legal": ("legal_basis",),
    "penalty": (),
    "quantity": (),
}

ASPECT_WORDS: dict[str, re.Pattern[str]] = {
    "amount": re.compile(r"\bazn\b|manat|pulsuz|odenissiz|rusumsuz|dollar|%|faiz"),
    "money": re.compile(r"\bazn\b|manat|pulsuz|odenis|rusum|pul\b|faiz|%"),
    "documents": re.compile(r"sened|arayis|vesiqe|ariza|erize"),
    "steps": re.compile(r"muraciet|doldur|teqdim|gonder|qeydiyyat"),
    "duration": re.compile(r"\d[^.]{0,12}\b(gun|ay|saat|deqiqe|hefte)|derhal|yerinde"),
    "where": re.compile(r"merkez|idare|orqan|sefirlik|mehkeme|notari|sayt|portal|numayendelik"),
    "hours": re.compile(r"\bsaat|is gunler|senbe|bazar|\d:\d\d"),
    "contacts": re.compile(r"\b\d{3,4}\b|zeng|qaynar|telefon|\+994"),
    "agency": re.compile(r"nazirliy|agentliy|xidmet|idare|komite|fond"),
    "who": re.compile(r"\byas|sexs|vetendas|kes\b|huquq"),
    "validity": re.compile(r"\d ?(?:il\b|illik|ile\b|ay\b|aylik)|etibarli|quvvede|muddetsiz"),
    "deadline": re.compile(r"erzinde|\bgun\b|gunedek|ayadek|muddet"),
    "online": re.compile(r"elektron|onlayn|portal|sayt|mobil|tetbiq|\.az"),
    "legal": re.compile(r"qanun|mecelle|maddesi|madde |ferman|qerar"),
    "penalty": re.compile(r"cerime|derbe|debbe|faiz|mesuliyyet"),
    "quantity": re.compile(r"\d"),
}
"""Folded words by which a sentence elsewhere on the card is known to speak of an aspect whose own section is empty."""

HARD_ASPECTS = frozenset({"amount", "documents", "duration", "hours", "contacts", "validity", "penalty"})
"""Aspects whose absence a person must be told of; the others are often only a turn of phrase («necə», «kim»)."""

MONEY_FOR_SOMEONE = ("fees", "benefits")
"""What «nə qədər» may ask beside «kimə» or «yaş»: a sum, but not a rate, which would rather be an age or a share."""

QUANTITY_ORDER = ("fees", "benefits", "rates", "duration")


def items_of(card: ServiceCard, section: str) -> tuple[Item, ...]:
    """Return the lines of a section; the agency is a section of one line."""
    if section == "agency":
        return (card.agency,) if card.agency else ()
    return getattr(card, section)


def heading_of(section: str, items: Sequence[Item]) -> str:
    """Return the Azerbaijani heading under which lines are shown and cited."""
    return "Məsul qurum" if section == "agency" else section_heading(section, items)


def sections_for(card: ServiceCard, aspects: Iterable[str]) -> list[str]:
    """Return the card's sections that tell the asked aspects, each once, without empty ones."""
    sections: list[str] = []
    asked = list(aspects)
    for aspect in asked:
        if aspect == "quantity":
            if set(asked) <= {"quantity", "steps"}:
                sections += [section for section in QUANTITY_ORDER if items_of(card, section)][:1]
            elif set(asked) <= {"quantity", "steps", "who"}:
                sections += [section for section in MONEY_FOR_SOMEONE if items_of(card, section)][:1]
            continue
        if aspect == "duration" and not card.duration and any(fee.term for fee in card.fees):
            sections.append("fees")
            continue
        sections += [section for section in ASPECT_SECTIONS[aspect] if items_of(card, section)]
    return list(dict.fromkeys(sections))


def may_tell(section: str, aspect: str) -> bool:
    """Tell whether lines of a section may be of an aspect at all: how long a service takes is not how long its document is valid."""
    return aspect != "validity" or section not in ("duration", "deadlines")


def speaks_of(item: Item, aspect: str) -> bool:
    """Tell whether a sentence of any section speaks of an aspect."""
    return ASPECT_WORDS[aspect].search(fold(item_sentence(item))) is not None
