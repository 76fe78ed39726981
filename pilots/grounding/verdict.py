"""The verdict on one sentence of a model: shown, or withheld with the reason."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pilots.grounding.characters import strange_characters
from pilots.grounding.claims import Claims, read_claims, stem_of
from pilots.grounding.crossing import crosses
from pilots.grounding.listing import is_list_of_needed
from pilots.grounding.numerals import Quantity
from pilots.grounding.rows import Evidence, Row, all_rows, bounds_of, content_stems, is_form, is_negative, join_stems
from rag.azerbaijani import words

CLAUSES = re.compile(r",\s+|\s+(?:və|isə|amma|lakin|а|и|and|but)\s+", re.IGNORECASE)
MARKUP = re.compile(r"<[^>]*>?|[<>]|[*_`#|~]{1,}|!?\[[^\]]*\]\([^)]*\)|\{[^}]*\}|&[a-z]+;|javascript:", re.IGNORECASE)
AMOUNTS = ("azn", "qepik", "usd", "eur")
MONEY = (*AMOUNTS, "%")
LEAST_COVERAGE = 1.0
"""Share of a number-free sentence's content words that its source must say. With .75 a long true sentence had room for an invented
condition, document or date («…, və diplomun əsli»), and a lying model found it."""


class Reason(StrEnum):
    """Why a sentence is withheld."""

    UNCITED = "uncited"
    MARKUP = "markup"
    CHARACTERS = "characters"
    CROSSED = "crossed"
    QUANTITY = "quantity"
    ADDRESS = "address"
    PHONE = "phone"
    NAME = "name"
    DENIAL = "denial"
    BOUND = "bound"
    WORDS = "words"
    AMBIGUOUS = "ambiguous"
    PERSONAL_DATA = "personal_data"
    FORBIDDEN = "forbidden"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` is None for a sentence that its sources say."""

    reason: Reason | None = None

    @property
    def is_supported(self) -> bool:
        return self.reason is None


SUPPORTED = Verdict()


def judge(sentence: str, evidence: Sequence[Evidence], *, connectives: frozenset[str], least_coverage: float = LEAST_COVERAGE) -> Verdict:
    """Tell whether cited passages say what a sentence says.

    `connectives` are stems that add nothing of their own («ödənilir», «təşkil edir», «lazımdır»). Each part of the sentence that has
    numbers must stand in one row of one passage, numbers, units, bounds and words: what two rows say apart, no sentence may join.
    Of the content words of a part without numbers one row must say at least the share `least_coverage`, in [0, 1].
    """
    if not evidence:
        return Verdict(Reason.UNCITED)
    if MARKUP.search(sentence):
        return Verdict(Reason.MARKUP)
    rows = all_rows(evidence)
    if strange_characters(sentence) - {char for row in rows for char in row.text}:
        return Verdict(Reason.CHARACTERS)
    claims = read_claims(sentence)
    if reason := _lookups(claims, evidence):
        return Verdict(reason)
    for part in filter(None, map(str.strip, sentence.split(";"))):
        if read_claims(part).quantities:
            verdict = _judge_clauses(part, rows, evidence, connectives)
        else:
            verdict = _judge_words(part, content_stems(part) - connectives or content_stems(part), rows, least_coverage)
            if verdict.reason is Reason.WORDS and any(is_list_of_needed(part, passage, connectives=connectives) for passage in evidence):
                continue
        if not verdict.is_supported:
            return verdict
    return SUPPORTED


def _lookups(claims: Claims, evidence: Sequence[Evidence]) -> Reason | None:
    rows = all_rows(evidence)
    urls = {url for row in rows for url in row.claims.urls} | {passage.url for passage in evidence if passage.url}
    emails = {email for row in rows for email in row.claims.emails}
    if not claims.urls <= urls or not claims.emails <= emails:
        return Reason.ADDRESS
    phones = {phone for row in rows for phone in row.claims.phones}
    if not claims.phones <= phones:
        return Reason.PHONE
    known = join_stems(rows) | {stem for passage in evidence for stem in passage.heading_stems}
    # «Kiçik və Orta Biznesin …»: a word that bounds figures elsewhere may open a name.
    if (unknown := claims.names - known) and not unknown <= {stem_of(word) for row in rows for word in words(row.text)}:
        return Reason.NAME
    return None


def _judge_clauses(sentence: str, rows: Sequence[Row], evidence: Sequence[Evidence], connectives: frozenset[str]) -> Verdict:
    """The whole stands in one row, or each of its amounts does with the case that is named before it."""
    heading = [quantity for passage in evidence for quantity in passage.heading.quantities]
    whole = _judge_clause(sentence, sentence, rows, heading, connectives)
    if whole.is_supported or len(clauses := split_by_amounts(sentence, connectives=connectives)) < 2:
        return whole
    verdicts = (_judge_clause(clause, sentence, rows, heading, connectives) for clause in clauses)
    return next((verdict for verdict in verdicts if not verdict.is_supported), SUPPORTED)


def _judge_clause(clause: str, sentence: str, rows: Sequence[Row], heading: Sequence[Quantity], connectives: frozenset[str]) -> Verdict:
    quantities = read_claims(clause).quantities
    content = content_stems(clause) - connectives
    fitting = [row for row in rows if says_all(row, heading, quantities)]
    if not fitting:
        return Verdict(Reason.QUANTITY)
    covering = [row for row in rows if covers(row, content)]
    told = [row for row in covering if row in fitting]
    if not told:
        return Verdict(Reason.WORDS)
    told = [row for row in told if not crosses(clause, row.text, connectives=connectives)]
    if not told:
        return Verdict(Reason.CROSSED)
    # «İmtahan 20 manatdır», where the row says so of the second exam only: a row that is nearer to the words says another number.
    nearest = min(len(row.stems) for row in told)
    circumstances = [quantity for quantity in quantities if quantity.unit not in MONEY]
    if any(len(row.stems) < nearest and row not in fitting and row.claims.quantities and says_all(row, heading, circumstances) for row in covering):
        return Verdict(Reason.WORDS)
    bounded = [row for row in told if row.bounds in (bounds_of(clause), bounds_of(sentence))]
    if not bounded:
        return Verdict(Reason.BOUND)
    if not any(is_negative(clause) == row.is_negative for row in bounded):
        return Verdict(Reason.DENIAL)
    return SUPPORTED


def split_by_amounts(sentence: str, *, connectives: frozenset[str]) -> list[str]:
    """Return the parts of a sentence that each end with an amount of money and name its case before it; else the whole sentence.

    «1 ilədək, 15 iş günü – 1200 AZN, 1 il 6 ayadək, 15 iş günü – 1400 AZN»: the case itself has commas. It is never cut from its
    amount: «31–60% əlillik, iyulun 1-dən 250 manat» would pass by two rows of which one gives the case and the other the amount.
    """
    parts: list[str] = []
    pending = ""
    for part in CLAUSES.split(sentence):
        pending = f"{pending}, {part}" if pending else part
        quantities = read_claims(pending).quantities
        if quantities and quantities[-1].unit in AMOUNTS:
            names_case = any(quantity.unit and quantity.unit not in AMOUNTS for quantity in quantities) or content_stems(pending) - connectives
            if not names_case:
                return [sentence]
            parts.append(pending)
            pending = ""
    return parts if parts and not pending else [sentence]


def says_all(row: Row, heading: Sequence[Quantity], asked: Sequence[Quantity]) -> bool:
    """Tell whether a row has all numbers with their units, each as often and, of one unit, in the same order.

    What is no money may stand in the passage's heading instead: its article, the age that it is for.
    """
    own = list(row.claims.quantities)
    left = list(own)
    for quantity in asked:
        found = next((candidate for candidate in left if is_same(candidate, quantity)), None)
        if found is not None:
            left.remove(found)
        elif quantity.unit in MONEY or not any(is_same(told, quantity) for told in heading):
            return False
    return all(_in_order([q for q in asked if q.unit == unit], [q for q in own if q.unit == unit]) for unit in {q.unit for q in asked if q.unit})


def _in_order(asked: Sequence[Quantity], own: Sequence[Quantity]) -> bool:
    rest = iter(own)
    return len(asked) < 2 or all(any(is_same(candidate, quantity) for candidate in rest) for quantity in asked)


def is_same(own: Quantity, asked: Quantity) -> bool:
    same = own.value == asked.value if own.value is not None and asked.value is not None else own.text == asked.text
    return same and (asked.unit is None or own.unit == asked.unit)


def covers(row: Row, content: frozenset[str]) -> bool:
    return all(stem in row.stems or is_form(stem, row.stems) for stem in content)


def _judge_words(sentence: str, content: frozenset[str], rows: Sequence[Row], least_coverage: float) -> Verdict:
    """A sentence without numbers: one row says nearly all of it, and denies when it denies."""
    if not content:
        return Verdict(Reason.WORDS)
    denies, bounds = is_negative(sentence), bounds_of(sentence)
    told = [row for row in rows if sum(stem in row.stems or is_form(stem, row.stems) for stem in content) >= least_coverage * len(content)]
    if not told:
        return Verdict(Reason.WORDS)
    if not any(row.is_negative == denies for row in told):
        return Verdict(Reason.DENIAL)
    return SUPPORTED if any(bounds <= row.bounds for row in told if row.is_negative == denies) else Verdict(Reason.BOUND)
