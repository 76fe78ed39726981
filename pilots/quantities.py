"""Quantities that a text names and that rows of a table differ in: lengths of time, percentages, sums of money."""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from pilots.lexemes import skeletons
from rag.azerbaijani import fold

# All of them skeletons, as the tokens they are compared with: «doqquz» is "doguz", «altı» is "elti".
UNITS = {"gun": "day", "ey": "month", "il": "year", "seet": "hour", "hefte": "week", "dey": "day"}
NUMBER_WORDS = {"bir": 1, "iki": 2, "uc": 3, "dord": 4, "bes": 5, "elti": 6, "yedi": 7, "sekiz": 8, "doguz": 9, "on": 10, "iyirmi": 20, "otuz": 30}
# «ilə» (with), «ilk» (first), «aylıq» (a monthly amount), «ailə», «eyni» (the same), «dəyişmə» (a change) and «dəyər» (a value) are no units.
NOT_UNITS = ("ile", "ilk", "eylig", "eyri", "eyil", "eyni", "ilig", "deyi", "deye", "deym")
# Behind a count they are: «1 ilədək», «6 aylıq icazə»; but «1 ilə» is with one unless «qədər» follows.
NEVER_UNITS = tuple(beginning for beginning in NOT_UNITS if beginning not in ("ile", "eylig"))
# «2-ci» is "2" as a skeleton; «2 dəfə» (twice) is a count, yet asks for the second time too.
OCCASIONS = {"ilk": 1, "birinci": 1, "ikinci": 2, "2": 2, "tekrer": 2, "ucuncu": 3, "3": 3, "dorduncu": 4, "4": 4}
# «3 cü dəfə»
ORDINAL_ENDINGS = ("ci", "cu", "inci", "uncu")
WORKING = ("is", "tegvim")
UNTIL = ("geder", "kimi")
# «3 günə», «5 iş gününə»: how soon. «3 ildir», «2 ay qabaq»: what has passed, which chooses nothing.
SOON = re.compile(r"(?:gun(?:un)?e|eye|hefteye|seete)$")
PASSED = re.compile(r"d[iu]r?$")
PAST = ("gebeg", "evel", "once", "gelib", "gelmis", "kecib", "kecmis", "olub")
BOUND = "dek"
DAYS_OF_MONTH = 30
FIRST_YEAR = 1900
"""«2025-ci il» is a date."""

NUMBER = r"\d{1,3}(?:[ .]\d{3})+|\d+(?:[.,]\d+)?"
DASH = r"\s*[-–—]\s*"
SHARE = re.compile(rf"({NUMBER})(?:{DASH}({NUMBER}))?\s*(?:%|faiz)(\w*(?:\s+(?:yuxari|cox|artiq))?)")
SUM = re.compile(rf"(?:({NUMBER})\s*(min|milyon)?{DASH})?(?<![\d.,])({NUMBER})\s*(min|milyon)?\s*(?:manat|azn|₼)(\w*)")
TIMES = {"min": 1_000.0, "milyon": 1_000_000.0}
FIGURE_UNITS = ("menet", "azn", "feiz")
UP_TO = ("adek", "dek")

ENGINE = ("motor", "muherik", "litr", "kub", "sm3")
CAR = ("mesin", "evtomobil", "cip")
VOLUME = re.compile(r"\d[.,]\d|\d{3,4}|\d")
LITRES, CUBIC = (0.6, 9.0), 500
VOLUME_REACH = re.compile(r"(\d{4}) ?sm(?:³|3)-d(ek|en)")

Interval = tuple[float, float]
"""From and to, both included."""


class Pace(StrEnum):
    """What a length of time is of: how soon something is done, or what has passed; PLAIN may be either or for how long."""

    PLAIN = "plain"
    SOON = "soon"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time that was named: «1 günə», «10 iş günü», «1 il 6 ayadək» (18 months)."""

    count: int
    unit: str
    pace: Pace = field(default=Pace.PLAIN, compare=False)

    @property
    def length(self) -> tuple[int, str]:
        """The count and unit by which two terms compare: a year is twelve months."""
        return (12 * self.count, "month") if self.unit == "year" else (self.count, self.unit)


def count_of(token: str) -> int | None:
    """Return the number that a skeleton writes in digits or as a word."""
    if token.isdigit() and len(token) <= 4:
        return int(token)
    return NUMBER_WORDS.get(token)


def find_terms(tokens: Sequence[str], *, taken: Collection[int] = ()) -> list[tuple[Term, tuple[int, ...]]]:
    """Return the lengths of time among skeletons in order, with the places of their words; a question «neçə gün» names none."""
    found: list[tuple[Term, tuple[int, ...]]] = []
    for place, token in enumerate(tokens):
        count = count_of(token)
        if count is None or place in taken:
            continue
        for distance, following in enumerate(tokens[place + 1 : place + 3], start=1):
            unit = _unit_of(following, tokens[place + distance + 1 : place + distance + 2])
            if unit and not (unit == "year" and count >= FIRST_YEAR):
                pace = _pace_of(following, tokens[place + distance + 1 : place + distance + 2], is_working=distance > 1)
                found.append((Term(count, unit, pace), tuple(range(place, place + distance + 1))))
            if unit or following not in WORKING:
                break
    return _joined(found)


def _pace_of(word: str, beyond: Sequence[str], *, is_working: bool) -> Pace:
    if is_working or SOON.fullmatch(word):
        return Pace.SOON
    return Pace.PASSED if PASSED.search(word) or (beyond and beyond[0].startswith(PAST)) else Pace.PLAIN


def _unit_of(word: str, beyond: Sequence[str]) -> str | None:
    if word == "ile" and not (beyond and beyond[0] in UNTIL):
        return None
    return next((unit for beginning, unit in UNITS.items() if word.startswith(beginning) and not word.startswith(NEVER_UNITS)), None)


def _joined(found: Sequence[tuple[Term, tuple[int, ...]]]) -> list[tuple[Term, tuple[int, ...]]]:
    """Join «1 il» and «6 ay» where one stands right behind the other."""
    joined: list[tuple[Term, tuple[int, ...]]] = []
    for term, places in found:
        if joined and term.unit == "month":
            last, at = joined[-1]
            if last.unit == "year" and at[-1] + 1 == places[0]:
                joined[-1] = (Term(12 * last.count + term.count, "month", term.pace), (*at, *places))
                continue
        joined.append((term, places))
    return joined


@lru_cache(maxsize=5_000)
def lengths_in(written: str) -> frozenset[tuple[int, str]]:
    """Return the lengths that the words of a table's row name, as `Term.length`."""
    return frozenset(term.length for term, _ in find_terms(skeletons(written)))


@lru_cache(maxsize=5_000)
def bounds_in(written: str) -> frozenset[tuple[int, str]]:
    """Return the lengths up to which the words of a table's row reach: «30 günədək», «1 il 6 ayadək»."""
    tokens = skeletons(written)
    return frozenset(term.length for term, places in find_terms(tokens) if tokens[places[-1]].endswith(BOUND))


@lru_cache(maxsize=5_000)
def occasions_in(written: str) -> frozenset[int]:
    """Return which times in a row a text names: «ilk dəfə» 1, «ikinci dəfə» and «2-ci dəfə» 2."""
    tokens = skeletons(written)
    tokens = [token for token in tokens if token not in ORDINAL_ENDINGS]
    return frozenset(OCCASIONS[first] for first, second in pairwise(tokens) if second.startswith("defe") and first in OCCASIONS)


def in_days(length: tuple[int, str]) -> tuple[int, str]:
    """Return a length of months as tables count it in days, thirty to a month; any other as it is."""
    return (DAYS_OF_MONTH * length[0], "day") if length[1] == "month" else length


@lru_cache(maxsize=5_000)
def share_in(written: str) -> Interval | None:
    """Return the first percentage or range of percentages that a text names: «70 faiz», «61–80%», «81 faizdən yuxarı»."""
    found = SHARE.search(fold(written))
    if found is None:
        return None
    low = _number(found[1])
    if found[2]:
        return low, _number(found[2])
    return (low, 100.0) if found[3].endswith(("yuxari", "cox", "artiq")) else (low, low)


@lru_cache(maxsize=5_000)
def sum_in(written: str) -> Interval | None:
    """Return the first sum or range of sums in manats that a text names: «50 min manatlıq», «10 000 manatadək»."""
    found = SUM.search(fold(written))
    if found is None:
        return None
    high = _number(found[3]) * TIMES.get(found[4] or "", 1.0)
    if found[1]:
        return _number(found[1]) * TIMES.get(found[2] or found[4] or "", 1.0), high
    return (0.0, high) if found[5].startswith(UP_TO) else (high, high)


def figure_places(tokens: Sequence[str]) -> tuple[int, ...]:
    """Return the places of the words that write a sum or a percentage among skeletons: «60 min manatlıq», «65 faiz»."""
    found: list[int] = []
    for place, token in enumerate(tokens):
        if not token.startswith(FIGURE_UNITS):
            continue
        start = place
        while start and (tokens[start - 1].isdigit() or tokens[start - 1] in TIMES):
            start -= 1
        if any(word.isdigit() for word in tokens[start:place]):
            found += range(start, place + 1)
    return tuple(found)


def find_volume(tokens: Sequence[str]) -> tuple[int | None, tuple[int, ...]]:
    """Return an engine's volume in cm³ and the places of its words among skeletons: «2.4 motorlu», «mühərriki 1800», «3500 kub»."""
    for place, token in enumerate(tokens):
        if not VOLUME.fullmatch(token):
            continue
        number = float(token.replace(",", "."))
        beside = [at for at in (place + 1, place - 1) if 0 <= at < len(tokens) and tokens[at].startswith(ENGINE)]
        if not number.is_integer() and tokens[place + 1 : place + 2] and tokens[place + 1].startswith(CAR):
            # «1.6 maşın»; the car itself stays a word of the question.
            return round(1000 * number), (place,)
        if beside and (LITRES[0] <= number <= LITRES[1] or number >= CUBIC):
            return round(number if number >= CUBIC else 1000 * number), (place, *beside)
    return None, ()


@lru_cache(maxsize=5_000)
def volumes_in(written: str) -> Interval | None:
    """Return from and to which engine volume in cm³ a line reaches: «mühərrik 2000 sm³-dək», «5000 sm³-dən böyük»."""
    if found := VOLUME_REACH.search(fold(written)):
        return (0.0, float(found[1])) if found[2] == "ek" else (float(found[1]), math.inf)
    return None


def meets(one: Interval, other: Interval) -> bool:
    """Tell whether two intervals have a value in common."""
    return one[0] <= other[1] and other[0] <= one[1]


def _number(written: str) -> float:
    return float(re.sub(r"[ .](?=\d{3}(?!\d))", "", written).replace(",", "."))
