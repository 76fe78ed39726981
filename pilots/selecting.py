"""Which lines of a card answer the question: the asked sections, narrowed to the person's case and words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pilots.aspects import HARD_ASPECTS, Item, items_of, sections_for, speaks_of
from pilots.evidence import WordWeights, contains
from pilots.lexemes import skeletons
from pilots.matching import overlap
from pilots.reading import ASPECT_WEIGHT, UNITS, Conditions, Reading
from rag.card_passages import item_sentence
from rag.cards import Benefit, Fact, Fee, ServiceCard

SECTIONS = (
    "agency",
    "who",
    "documents",
    "steps",
    "fees",
    "benefits",
    "rates",
    "duration",
    "deadlines",
    "validity",
    "where",
    "hours",
    "channels",
    "contacts",
    "legal_basis",
    "notes",
)
OVERVIEW_SECTIONS = ("who", "steps", "documents", "fees", "benefits", "duration", "where")
# A list of documents or steps is only right as a whole; tables and lists of places are narrowed to what was asked.
NARROWED_BY_WORDS = frozenset({"fees", "benefits", "rates", "where", "contacts", "hours"})
# Shares of the question's telling words: for a line outside the asked sections, how much more it must say than the lines
# inside, and for narrowing a table to some of its rows.
TELLING_SHARE = 0.5
TELLING_GAIN = 0.2
LONE_TELLING_SHARE = 0.3
NARROWING_SHARE = 0.2
MAX_OVERVIEW_ITEMS = 12
# Aspects that are looked for in other sections when their own is empty; «necə», «kim» or «elektron» are too vague for that.
TOLD_ELSEWHERE = HARD_ASPECTS | {"where", "money"}
MAX_WORD_FACTS = 3
# Who did not ask for money is not told a sum from another section.
FIGURE_ASPECTS = frozenset({"amount", "money", "quantity", "penalty"})


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
    texts = {id(item): item_sentence(item) for _, item in _all_items(card)}
    words, narrowing = _telling_words(card, reading, texts.values())
    asked = list(reading.aspects)
    sections = sections_for(card, asked)
    lines: list[tuple[str, tuple[Item, ...]]] = []
    term_unknown = False
    for section in sections:
        kept, unknown = _narrow(section, items_of(card, section), reading.conditions, narrowing)
        term_unknown = term_unknown or unknown
        lines.append((section, kept))
    shown = {id(item) for _, items in lines for item in items}
    missing: list[str] = []
    for aspect in asked:
        if aspect not in TOLD_ELSEWHERE or sections_for(card, [aspect]):
            continue
        spoken = sorted(
            ((section, item) for section, item in _all_items(card) if section not in sections and speaks_of(item, aspect)),
            key=lambda pair: -words.coverage(texts[id(pair[1])]),
        )
        fresh = [(section, item) for section, item in spoken[:MAX_WORD_FACTS] if id(item) not in shown]
        if fresh:
            lines += [(section, (item,)) for section, item in fresh]
            shown |= {id(item) for _, item in fresh}
        elif aspect in HARD_ASPECTS and not any(speaks_of(item, aspect) for _, items in lines for item in items) and not spoken:
            missing.append(aspect)
    best_shown = max((words.coverage(texts[key]) for key in shown), default=0.0)
    told = sorted(
        ((words.coverage(texts[id(item)]), section, item) for section, item in _all_items(card) if id(item) not in shown), key=lambda told: -told[0]
    )
    asks_figures = not asked or bool(FIGURE_ASPECTS & set(asked))
    telling = [
        (section, (item,))
        for share, section, item in told
        if share >= max(TELLING_SHARE if lines else LONE_TELLING_SHARE, best_shown + TELLING_GAIN) and (asks_figures or not speaks_of(item, "amount"))
    ]
    # Beside the asked lines a further one comes last, and only for a word that the service's title does not say.
    if not lines:
        lines = telling[:MAX_WORD_FACTS]
    elif telling and _says_more(card, reading, telling[0][1][0]):
        lines = [*lines, telling[0]]
    if not lines and not (set(asked) & HARD_ASPECTS) and "where" not in asked:
        lines = _overview(card, reading.conditions)
    return Selection(_joined(lines), tuple(missing), term_unknown)


def _says_more(card: ServiceCard, reading: Reading, item: Item) -> bool:
    """Tell whether a line has a word of the question that the service's title does not say."""
    names = frozenset(skeletons(card.title))
    own = frozenset(skeletons(item_sentence(item)))
    return any(weight > ASPECT_WEIGHT and not contains(names, word) and contains(own, word) for word, weight in reading.topic.items())


def _all_items(card: ServiceCard) -> list[tuple[str, Item]]:
    return [(section, item) for section in SECTIONS for item in items_of(card, section)]


def _telling_words(card: ServiceCard, reading: Reading, texts: Iterable[str]) -> tuple[WordWeights, WordWeights]:
    """Weigh the question's words by how well they tell the card's own lines apart, for finding lines and for narrowing a table.

    Words that no line has tell nothing. Words of the service's name tell only when there are no others («staj» in «əlilliyə görə
    pensiya üçün staj»), and they never narrow: every row of the table is about them.
    """
    lines = list(texts)
    spoken = [frozenset(skeletons(line)) for line in lines]
    names = frozenset(skeletons(card.title))
    present = {word: weight for word, weight in reading.topic.items() if any(contains(own, word) for own in spoken)}
    beyond = {word: weight for word, weight in present.items() if weight > ASPECT_WEIGHT and not contains(names, word)}
    return WordWeights.among(beyond or present, lines), WordWeights.among(beyond, lines)


def _narrow(section: str, items: Sequence[Item], conditions: Conditions, words: WordWeights) -> tuple[tuple[Item, ...], bool]:
    """Keep the lines of a section that fit the case; all of them rather than none."""
    kept = [item for item in items if applies(item, conditions)] or list(items)
    unknown = False
    if conditions.term and any(isinstance(item, Fee) and item.term for item in kept):
        in_time = [item for item in kept if isinstance(item, Fee) and item.term and _same_term(item.term, conditions)]
        # «1 illik icazə»: the length that was named may be what the fee is for rather than how soon the service is done.
        in_time = in_time or [item for item in kept if isinstance(item, Fee) and _same_term(item.case, conditions, exact=True)]
        unknown = not in_time
        # What is due whatever the term is due here too.
        kept = [item for item in kept if item in in_time or not (isinstance(item, Fee) and item.term)] if in_time else kept
    if section in NARROWED_BY_WORDS and len(kept) > 1:
        shares = [words.coverage(_label(item)) for item in kept]
        best = max(shares)
        if best >= NARROWING_SHARE:
            kept = [item for item, share in zip(kept, shares, strict=True) if share >= best - 0.01]
    return tuple(kept), unknown


def _label(item: Item) -> str:
    """Return the words by which a line is told from its neighbours: the case of a fee, the whole of a sentence."""
    return item.case if isinstance(item, Fee | Benefit) else item_sentence(item)


def applies(item: Item, conditions: Conditions) -> bool:
    """Tell whether a line's conditions leave room for what the person has said; a line without conditions always applies."""
    if not isinstance(item, Fact | Fee | Benefit):
        return True
    when = item.when
    if conditions.event and when.event and when.event.value != conditions.event:
        return False
    if when.person and conditions.person and when.person.value != conditions.person:
        return False
    if when.place and when.place.value != (conditions.place or when.place.value):
        return False
    if conditions.age and (when.age_from is not None or when.age_to is not None):
        return overlap(conditions.age, when.age_from, when.age_to) > 0
    return True


def _same_term(written: str, conditions: Conditions, *, exact: bool = False) -> bool:
    """Tell whether a text names the term; `exact` wants the number right before its unit."""
    term = conditions.term
    if term is None:
        return True
    tokens = skeletons(written)
    units = [(place, unit) for place, token in enumerate(tokens) for beginning, unit in UNITS.items() if token.startswith(beginning)]
    if exact:
        return any(place and unit == term.unit and tokens[place - 1] == str(term.count) for place, unit in units)
    return str(term.count) in tokens and (not units or any(unit == term.unit for _, unit in units))


def _overview(card: ServiceCard, conditions: Conditions) -> list[tuple[str, tuple[Item, ...]]]:
    lines: list[tuple[str, tuple[Item, ...]]] = []
    count = 0
    for section in OVERVIEW_SECTIONS:
        kept, _ = _narrow(section, items_of(card, section), conditions, WordWeights({}))
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
