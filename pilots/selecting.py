"""Which lines of a card answer the question: the asked sections, narrowed to the person's case and words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pilots.aspects import ASPECT_SECTIONS, HARD_ASPECTS, Item, items_of, may_tell, sections_for, speaks_of
from pilots.evidence import WordWeights, contains
from pilots.lexemes import skeletons
from pilots.matching import FINITE
from pilots.quantities import Pace, lengths_in, volumes_in
from pilots.reading import ASPECT_WEIGHT, Conditions, Reading
from pilots.row_words import as_written
from pilots.rows import FINE, MONEY, NARROWING_SHARE, SAME_SHARE, applies, coverage, is_fine, is_of_unsaid_event, label_of, narrow, of_place
from pilots.vocabulary import load_vocabulary
from rag.azerbaijani import fold
from rag.card_passages import item_sentence
from rag.cards import Fee, ServiceCard

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
# Shares of the question's telling words for a line outside the asked sections: how much more it must say than the lines inside.
TELLING_SHARE = 0.5
TELLING_GAIN = 0.2
LONE_TELLING_SHARE = 0.3
FIGURE_GAIN = 0.5
MAX_OVERVIEW_ITEMS = 12
# Aspects that are looked for in other sections when their own is empty; «necə», «kim» or «elektron» are too vague for that.
TOLD_ELSEWHERE = HARD_ASPECTS | {"where", "money"}
MAX_WORD_FACTS = 3
# A table of so many cases is never shown as a whole to somebody who named a case.
LONG_TABLE = 8
# Where something is tells a row less than what it is.
TOWN_SHARE = 0.5
# «Neçə faiz» asks for a share and not for a sum.
SHARE_WORDS = re.compile(r"%|faiz")
# «Sayğacının təmiri», and not «nikahın kəsilməsi».
GENITIVE = re.compile(r"n?[iu]n$")
PART = re.compile(r"(?<!me)s?[iu]$")
EXEMPT = re.compile(r"rusum\w* odemir")
# «Nikah bağlanır»: beside another question these words ask for no opening hours.
CLOSING = ("begl", "ecil")
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
    words, narrowing, naming = _telling_words(card, reading, texts.values())
    asked = asked_of(card, reading)
    sections = sections_for(card, asked)
    if all(_is_name(card, aspect, reading) for aspect in asked) and _names_row(card, reading.conditions):
        # «2 yaşlı uşaq, xarici pasport, 10 günlük», «kartımı itirmişəm»: what a row is for is said to hear that row.
        sections = ["fees"]
        asked = []
    if reading.conditions.place and any(section in MONEY for section in sections):
        sections = [*sections, *(section for section in MONEY if section not in sections and items_of(card, section))]
    lines, term_unknown = _asked_lines(card, sections, reading, narrowing, naming)
    free = _exemptions(card, reading) if FIGURE_ASPECTS & set(asked) else []
    if free:
        lines = [*((section, items) for section, items in lines if section not in MONEY), *free]
    shown = {id(item) for _, items in lines for item in items}
    told_of = {section for section, _ in lines}
    missing: list[str] = []
    for aspect in asked:
        if aspect not in TOLD_ELSEWHERE or told_of & set(sections_for(card, [aspect])) or (free and aspect in FIGURE_ASPECTS):
            continue
        # «5 illik»: a length beyond all rows of the table is told by no other sum.
        is_ruled_out = aspect == "amount" and {"fees", "benefits"} & {*sections} and any(t.pace is Pace.PLAIN for t in reading.conditions.terms)
        if is_ruled_out and not lines:
            return Selection((), ("amount",))
        spoken = [] if is_ruled_out else _spoken_elsewhere(card, aspect, sections, reading.conditions, words, texts)
        fresh = [(section, item) for section, item in spoken if id(item) not in shown]
        if fresh:
            lines += [(section, (item,)) for section, item in fresh]
            shown |= {id(item) for _, item in fresh}
        elif aspect == "hours" and lines and all(word.startswith(CLOSING) for word in reading.asked_by.get(aspect, ())):
            continue
        elif (
            aspect in HARD_ASPECTS
            and not any(speaks_of(item, aspect) for section, items in lines if may_tell(section, aspect) for item in items)
            and not spoken
        ):
            missing.append(aspect)
    if missing and all(aspect in missing or (aspect not in HARD_ASPECTS and _is_name(card, aspect, reading)) for aspect in asked if lines):
        # What is said of another kind of thing would be no answer: a fee is none to how long.
        return Selection((), tuple(missing))
    best_shown = max((words.coverage(texts[key]) for key in shown), default=0.0)
    told = sorted(
        (
            (words.coverage(texts[id(item)]), section, item)
            for section, item in _all_items(card)
            if id(item) not in shown and applies(item, reading.conditions) and not is_of_unsaid_event(card, item, reading.conditions)
        ),
        key=lambda told: -told[0],
    )
    # Beside a table that was asked for no other sum is shown: it would be one of another case.
    asks_figures = not asked or (bool(FIGURE_ASPECTS & set(asked)) and not told_of & {*MONEY})
    telling = [
        (section, (item,))
        for share, section, item in told
        if share >= max(TELLING_SHARE if lines else LONE_TELLING_SHARE, best_shown + TELLING_GAIN) and (asks_figures or not speaks_of(item, "amount"))
    ]
    # Beside the asked lines a further one comes last, and only for a word that the service's title does not say.
    if not lines:
        # Of figures only those that say nearly as much as the best: «özəl bağça» is none of the other private schools.
        least = FIGURE_GAIN * (told[0][0] if told else 0.0)
        lines = [(section, (item,)) for section, (item,) in telling if words.coverage(texts[id(item)]) >= least or not speaks_of(item, "amount")]
        lines = lines[:MAX_WORD_FACTS]
    elif telling and _says_more(card, reading, telling[0][1][0]):
        lines = [*lines, telling[0]]
    if not lines and not (set(asked) & HARD_ASPECTS) and "where" not in asked:
        lines = _overview(card, reading.conditions)
    return Selection(_joined(lines), tuple(missing), term_unknown)


def _exemptions(card: ServiceCard, reading: Reading) -> list[tuple[str, tuple[Item, ...]]]:
    """Return the lines by which those whom the question names pay nothing: beside them the table would be of other people."""
    lines = [(section, (item,)) for section, item in _all_items(card) if section not in MONEY and EXEMPT.search(fold(item_sentence(item)))]
    if not lines or any(token.startswith("deyil") for token in reading.tokens):
        return []
    table = frozenset(
        skeletons(" ".join((card.title, *card.aliases, *(item_sentence(item) for section in MONEY for item in items_of(card, section)))))
    )
    who = [word for word, weight in reading.topic.items() if weight > ASPECT_WEIGHT and not contains(table, word)]
    return [(section, items) for section, items in lines if any(contains(frozenset(skeletons(item_sentence(items[0]))), word) for word in who)]


def _names_row(card: ServiceCard, conditions: Conditions) -> bool:
    """Tell whether the case is that of a row: how soon the service is done, or what happened where the card as a whole is for something else."""
    if any(term.length in lengths_in(fee.term or "") for term in conditions.terms for fee in card.fees):
        return True
    return any(fee.when.event and fee.when.event != card.when.event and fee.when.event.value == conditions.event for fee in card.fees)


def asked_of(card: ServiceCard, reading: Reading) -> list[str]:
    """Return what a question asks of a card: an aspect that it does not tell and that only words of its own name ask for is none («nömrə nişanı»)."""
    asked = [
        aspect for aspect in reading.aspects if sections_for(card, [aspect]) or not ASPECT_SECTIONS[aspect] or not _is_name(card, aspect, reading)
    ]
    if len(asked) > 1 and card.benefits and _is_nickname(card, reading):
        asked.remove("money")
    if {"money", "quantity"} <= {*asked} and "amount" not in asked and "duration" not in asked:
        asked = ["amount" if aspect == "money" else aspect for aspect in asked]
    return asked or [*reading.aspects]


def _is_nickname(card: ServiceCard, reading: Reading) -> bool:
    """Tell whether the only money that was spoken of is the service itself: «əlillik pulu üçün müraciət etmişəm, neçə günə baxırlar»."""
    asking = reading.asked_by.get("money", frozenset())
    if "money" not in reading.aspects or not asking or not all(word.startswith("pul") for word in asking):
        return False
    names = [tuple(skeletons(alias)) for alias in card.aliases]
    return any(
        len(name) > 1 and name[-1].startswith("pul") and name in [reading.tokens[at : at + len(name)] for at in range(len(reading.tokens))]
        for name in names
    )


def _is_name(card: ServiceCard, aspect: str, reading: Reading) -> bool:
    """Tell whether just words of the card's name ask for an aspect."""
    named = frozenset(word for name in (card.title, *card.aliases) for word in skeletons(name))
    words = reading.asked_by.get(aspect)
    return words is not None and all(contains(named, word) for word in words)


def _asked_lines(
    card: ServiceCard, sections: Sequence[str], reading: Reading, words: WordWeights, names: WordWeights
) -> tuple[list[tuple[str, tuple[Item, ...]]], bool]:
    """Return the lines of the asked sections that the case selects, without empty sections, and whether a term was named that none has."""
    lines: list[tuple[str, tuple[Item, ...]]] = []
    is_unknown = False
    asked_money = [section for section in sections if section in MONEY]
    local = {id(item) for item in of_place([item for section in asked_money for item in items_of(card, section)], reading.conditions, words)}
    best = 0.0
    asking = reading.asked_by.get("money", frozenset())
    asks_share = "amount" not in reading.aspects and bool(asking) and any(word.startswith("feiz") for word in asking)
    for section in sections:
        items = items_of(card, section)
        if section in MONEY:
            items = tuple(item for item in items if id(item) in local and (_asks_fines(card, reading) or not is_fine(item)))
            if asks_share:
                items = tuple(item for item in items if SHARE_WORDS.search(fold(item_sentence(item))))
        if section == "fees" and reading.conditions.volume and any(volumes_in(label_of(rate)) for rate in card.rates):
            # What goes by the engine's volume stands among the rates; of the table only what comes on top.
            items = tuple(item for item in items if isinstance(item, Fee) and item.in_addition)
        narrowed = narrow(section, items, reading.conditions, words, names, frozenset(reading.tokens))
        is_unknown = is_unknown or narrowed.unknown
        kept = narrowed.items
        is_whole = len({label_of(item) for item in kept}) == len({label_of(item) for item in items}) > 1
        if section in MONEY and (
            (len({label_of(item) for item in kept}) > LONG_TABLE and _names_unknown_case(card, reading))
            or (is_whole and _asks_of_unknown_part(card, reading))
        ):
            kept = ()
        if section == "rates" and best >= NARROWING_SHARE:
            # Once a row of the table is selected, a rate says something of the case only when it has as many of the question's words.
            kept = tuple(item for item in kept if coverage(item, words) >= best - SAME_SHARE)
        elif section in MONEY and len(kept) < len(items):
            best = max([NARROWING_SHARE, best, *(coverage(item, words) for item in kept)])
        if kept:
            lines.append((section, kept))
    if reading.conditions.place:
        # A consulate's fee and a row for use abroad are both of the place; the words tell which was meant.
        least = max((coverage(item, words) for section, kept in lines if section in MONEY for item in kept), default=0.0) - SAME_SHARE
        told = [(section, kept if section not in MONEY else tuple(i for i in kept if coverage(i, words) >= least)) for section, kept in lines]
        lines = [(section, kept) for section, kept in told if kept]
    return lines, is_unknown


def _names_unknown_case(card: ServiceCard, reading: Reading) -> bool:
    """Tell whether the question is about something that the card never names: of a long table all rows would be of other things."""
    own = frozenset(skeletons(" ".join((card.title, *card.aliases, *(item_sentence(item) for _, item in _all_items(card))))))
    return any(weight == 1.0 and not FINITE.search(word) and not contains(own, word) for word, weight in reading.topic.items())


def _asks_of_unknown_part(card: ServiceCard, reading: Reading) -> bool:
    """Tell whether the question is about something of a thing that the card never names: «sayğacının təmiri»."""
    own: frozenset[str] | None = None
    for whole, part in pairwise(reading.tokens):
        if not (GENITIVE.search(whole) and PART.search(part) and reading.topic.get(part) == 1.0 and whole in reading.topic):
            continue
        own = own or frozenset(skeletons(" ".join((card.title, *card.aliases, *(item_sentence(item) for _, item in _all_items(card))))))
        if not contains(own, part):
            return True
    return False


def _asks_fines(card: ServiceCard, reading: Reading) -> bool:
    return "penalty" in reading.aspects or FINE.search(fold(card.title)) is not None


def _spoken_elsewhere(
    card: ServiceCard, aspect: str, sections: Sequence[str], conditions: Conditions, words: WordWeights, texts: Mapping[int, str]
) -> list[tuple[str, Item]]:
    """Return the lines of other sections that speak of an aspect and fit the case, most telling first; of figures only the most telling ones."""
    spoken = [
        (words.coverage(texts[id(item)]), section, item)
        for section, item in _all_items(card)
        if section not in sections
        and may_tell(section, aspect)
        and speaks_of(item, aspect)
        and applies(item, conditions)
        and (aspect != "amount" or not is_fine(item))
    ]
    best = max((share for share, _, _ in spoken), default=0.0)
    least = best - SAME_SHARE if aspect in FIGURE_ASPECTS else 0.0
    return [(section, item) for share, section, item in sorted(spoken, key=lambda told: -told[0]) if share >= least or not speaks_of(item, "amount")][
        :MAX_WORD_FACTS
    ]


def _says_more(card: ServiceCard, reading: Reading, item: Item) -> bool:
    """Tell whether a line has a word of the question that the service's title does not say."""
    names = frozenset(skeletons(card.title))
    own = frozenset(skeletons(item_sentence(item)))
    return any(weight > ASPECT_WEIGHT and not contains(names, word) and contains(own, word) for word, weight in reading.topic.items())


def _all_items(card: ServiceCard) -> list[tuple[str, Item]]:
    return [(section, item) for section in SECTIONS for item in items_of(card, section)]


def _telling_words(card: ServiceCard, reading: Reading, texts: Iterable[str]) -> tuple[WordWeights, WordWeights, WordWeights]:
    """Weigh the question's words by how well they tell the card's own lines apart, for finding lines and for narrowing a table.

    Words that no line has tell nothing. Words of the service's name tell only when there are no others («staj» in «əlilliyə görə
    pensiya üçün staj»), and they never narrow: every row of the table is about them.
    """
    lines = list(texts)
    spoken = [frozenset(skeletons(line)) for line in lines]
    names = frozenset(skeletons(card.title))
    own_words = frozenset[str]().union(*spoken)
    towns = load_vocabulary().towns
    topic = {as_written(word, own_words): TOWN_SHARE * weight if towns.labels([word]) else weight for word, weight in reading.topic.items()}
    present = {word: weight for word, weight in topic.items() if any(contains(own, word) for own in spoken)}
    beyond = {word: weight for word, weight in present.items() if weight > ASPECT_WEIGHT and not contains(names, word)}
    within = {word: weight for word, weight in present.items() if weight > ASPECT_WEIGHT and word not in beyond}
    return WordWeights.among(beyond or present, lines), WordWeights.among(beyond, lines), WordWeights.among(within, lines)


def _overview(card: ServiceCard, conditions: Conditions) -> list[tuple[str, tuple[Item, ...]]]:
    lines: list[tuple[str, tuple[Item, ...]]] = []
    count = 0
    for section in OVERVIEW_SECTIONS:
        kept = narrow(section, items_of(card, section), conditions, WordWeights({})).items
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
