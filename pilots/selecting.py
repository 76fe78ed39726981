"""Which lines of a card answer the question: the asked sections, narrowed to the person's case and words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pilots.aspects import HARD_ASPECTS, Item, sections_for, speaks_of
from pilots.lexemes import skeletons
from pilots.matching import overlap, similarity
from pilots.reading import UNITS, Conditions, Reading
from rag.card_passages import item_sentence
from rag.cards import Benefit, Fact, Fee, ServiceCard

SECTIONS = (
    "who", "documents", "steps", "fees", "benefits", "rates", "duration", "deadlines", "validity", "where", "hours", "channels", "contacts",
    "legal_basis", "notes",
)
OVERVIEW_SECTIONS = ("who", "steps", "documents", "fees", "benefits", "duration", "where")
LONG_SECTION = 5
MAX_OVERVIEW_ITEMS = 12
MAX_WORD_FACTS = 3
WORD_FACT_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Selection:
    """Lines by section in the order to show them; `missing` are asked aspects that the card does not tell.

    `term_unknown` tells that the person named a term which the fee table does not have.
    """

    lines: tuple[tuple[str, tuple[Item, ...]], ...]
    missing: tuple[str, ...] = ()
    term_unknown: bool = False


def select(card: ServiceCard, reading: Reading) -> Selection:
    """Choose the lines of a card that answer a question. Nothing chosen means: this card does not tell."""
    extra = _extra_words(card, reading)
    asked = list(reading.aspects)
    sections = sections_for(card, asked)
    lines: list[tuple[str, tuple[Item, ...]]] = []
    term_unknown = False
    for section in sections:
        items: tuple[Item, ...] = getattr(card, section)
        kept, unknown = _narrow(items, reading.conditions, extra)
        term_unknown = term_unknown or unknown
        lines.append((section, kept))
    shown = {id(item) for _, items in lines for item in items}
    missing: list[str] = []
    for aspect in asked:
        if aspect == "quantity" or sections_for(card, [aspect]):
            continue
        spoken = [(section, item) for section, item in _all_items(card) if speaks_of(item, aspect)]
        fitting = _best_by_words(spoken, extra) if extra and len(spoken) > 1 else spoken
        fresh = [(section, item) for section, item in fitting[:MAX_WORD_FACTS] if id(item) not in shown]
        if fresh:
            lines += [(section, (item,)) for section, item in fresh]
            shown |= {id(item) for _, item in fresh}
        elif not fitting and aspect in HARD_ASPECTS:
            missing.append(aspect)
    if extra:
        told = [(section, item) for section, item in _telling(card, extra) if id(item) not in shown]
        lines += [(section, (item,)) for section, item in told[: MAX_WORD_FACTS if not lines else 1]]
    if not lines and not missing and not (set(asked) & HARD_ASPECTS):
        lines = _overview(card, reading.conditions)
    return Selection(_joined(lines), tuple(missing), term_unknown)


def _all_items(card: ServiceCard) -> list[tuple[str, Item]]:
    return [(section, item) for section in SECTIONS for item in getattr(card, section)]


def _extra_words(card: ServiceCard, reading: Reading) -> list[str]:
    """Return the topic words that the card's names do not say: they narrow the answer («motosiklet», «Gəncə»)."""
    names = [word for written in (card.title, *card.aliases) for word in skeletons(written)]
    return [
        word
        for word, weight in reading.topic.items()
        if weight >= 1 and word not in reading.conditions.words and not any(similarity(word, own) >= 0.8 for own in names)
    ]


def _share(item: Item, extra: Sequence[str]) -> float:
    """Return the share of the extra words that a line contains."""
    own = skeletons(item_sentence(item))
    return sum(max((similarity(word, token) for token in own), default=0.0) for word in extra) / len(extra)


def _best_by_words(found: list[tuple[str, Item]], extra: Sequence[str]) -> list[tuple[str, Item]]:
    shares = [_share(item, extra) for _, item in found]
    best = max(shares, default=0.0)
    return [pair for pair, share in zip(found, shares, strict=True) if share >= best - 0.01] if best > 0 else found


def _telling(card: ServiceCard, extra: Sequence[str]) -> list[tuple[str, Item]]:
    """Return lines that contain most of the extra words, best first."""
    scored = [(_share(item, extra), section, item) for section, item in _all_items(card)]
    return [(section, item) for share, section, item in sorted(scored, key=lambda s: -s[0]) if share >= WORD_FACT_SHARE]


def _narrow(items: Sequence[Item], conditions: Conditions, extra: Sequence[str]) -> tuple[tuple[Item, ...], bool]:
    """Keep the lines of a section that fit the case; all of them rather than none."""
    kept = [item for item in items if _applies(item, conditions)] or list(items)
    unknown = False
    if conditions.term and any(isinstance(item, Fee) and item.term for item in kept):
        in_time = [item for item in kept if isinstance(item, Fee) and item.term and _same_term(item.term, conditions)]
        unknown = not in_time
        kept = in_time or kept
    if extra and (len(kept) > LONG_SECTION or all(isinstance(item, Fee | Benefit) for item in kept)):
        shares = [_share(item, extra) for item in kept]
        best = max(shares, default=0.0)
        if best >= 0.5 / len(extra):
            kept = [item for item, share in zip(kept, shares, strict=True) if share >= best - 0.01]
    return tuple(kept), unknown


def _applies(item: Item, conditions: Conditions) -> bool:
    if not isinstance(item, Fact | Fee | Benefit):
        return True
    when = item.when
    if conditions.event and when.event and when.event.value != conditions.event:
        return False
    if when.person and when.person.value != (conditions.person or when.person.value):
        return False
    if when.place and when.place.value != (conditions.place or when.place.value):
        return False
    if conditions.age and (when.age_from is not None or when.age_to is not None):
        return overlap(conditions.age, when.age_from, when.age_to) > 0
    return True


def _same_term(written: str, conditions: Conditions) -> bool:
    term = conditions.term
    if term is None:
        return True
    tokens = skeletons(written)
    units = [unit for token in tokens for beginning, unit in UNITS.items() if token.startswith(beginning)]
    return str(term.count) in tokens and (not units or term.unit in units)


def _overview(card: ServiceCard, conditions: Conditions) -> list[tuple[str, tuple[Item, ...]]]:
    lines: list[tuple[str, tuple[Item, ...]]] = []
    count = 0
    for section in OVERVIEW_SECTIONS:
        items: tuple[Item, ...] = getattr(card, section)
        kept, _ = _narrow(items, conditions, ())
        if kept and count + len(kept) <= MAX_OVERVIEW_ITEMS:
            lines.append((section, kept))
            count += len(kept)
    return lines or [(section, (item,)) for section, item in _all_items(card)[:MAX_WORD_FACTS]]


def _joined(lines: Iterable[tuple[str, tuple[Item, ...]]]) -> tuple[tuple[str, tuple[Item, ...]], ...]:
    """Return the lines with each section once, in the order of first appearance, without empty ones."""
    merged: dict[str, list[Item]] = {}
    for section, items in lines:
        merged.setdefault(section, []).extend(item for item in items if item not in merged.get(section, []))
    return tuple((section, tuple(items)) for section, items in merged.items() if items)
