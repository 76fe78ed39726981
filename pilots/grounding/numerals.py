"""Numbers as people write them: 50, «əlli», «50 manatdır», «on beş gün». Digits and number words come out the same."""

import re
from dataclasses import dataclass
from decimal import Decimal

from rag.azerbaijani import fold, normalise

TOKEN = re.compile(r"\d+(?:[.,:/-]\d+)*|[^\W\d_]+|[%₼$€]|[-–—;,.]")
GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d])")
DECIMAL = re.compile(r"\d+[.,]\d{1,2}")
DATE = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")

UNITS_OF_TEN = {
    "bir": 1, "iki": 2, "uc": 3, "dord": 4, "bes": 5, "alti": 6, "yeddi": 7, "sekkiz": 8, "doqquz": 9,
    "on": 10, "iyirmi": 20, "otuz": 30, "qirx": 40, "elli": 50, "altmis": 60, "yetmis": 70, "seksen": 80, "doxsan": 90,
}  # fmt: skip
MULTIPLES = {"yuz": 100, "min": 1000, "milyon": 1_000_000, "milyard": 1_000_000_000}
ENDING = re.compile(r"(?:[iu]?nc[iu]|c[iu])?(?:d[iu]r|y?[ae]|[dt][ae]n?|n?[iu]n|y?[iu])?(?:d[iu]r)?")
"""What may stand behind a number word: «beşinci», «əllidir», «otuzdan». Folded."""

PRONOUNS = frozenset(
    {"onu", "ona", "onun", "onda", "ondan", "onlar", "onlara", "onlari", "onlarin", "biri", "birine", "bire", "birde", "birden"}
    | {"altda", "altdan", "mine", "mini", "minin"}
)
"""Words that only look like a number with an ending."""

UNIT_STEMS: tuple[tuple[str, str], ...] = (
    ("manat", "azn"), ("azn", "azn"), ("qepik", "qepik"), ("qepiy", "qepik"), ("faiz", "%"), ("procent", "%"), ("avro", "eur"), ("dollar", "usd"),
    ("gun", "day"), ("hefte", "week"), ("saat", "hour"), ("deqiqe", "minute"), ("il", "year"), ("ay", "month"), ("yas", "age"),
    ("nefer", "person"), ("defe", "time"), ("madde", "article"), ("bend", "clause"), ("hisse", "part"), ("bal", "point"), ("sehife", "page"),
    ("den", "day"), ("rabocix dn", "working_day"), ("dney", "day"), ("dnya", "day"), ("god", "year"), ("let", "year"), ("mesyac", "month"),
    ("day", "day"), ("month", "month"), ("year", "year"), ("hour", "hour"), ("week", "week"), ("article", "article"),
)  # fmt: skip
NOT_UNITS = frozenset({"ile", "ilk", "ilkin", "ayri", "ayrica", "gunes", "ilan", "balans", "bala", "yasayis", "yasama", "yasayan", "bendler"})
SYMBOLS = {"%": "%", "₼": "azn", "$": "usd", "€": "eur"}
LINKS = frozenset({"ve", "ya", "yaxud", "-", "–", "—", ","})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts; `unit` is None where nothing is counted. `text` is the number as an identifier («14.3-1.2»)."""

    value: Decimal | None
    unit: str | None
    text: str


@dataclass(slots=True)
class _Found:
    value: Decimal | None
    text: str
    end: int
    start: int
    is_word: bool


def read_quantities(text: str) -> list[Quantity]:
    """Return the numbers of a text in order. «5–10 gün» gives both ends their unit; «bir» counts only before a unit."""
    tokens = _tokens(text)
    found = _numbers(tokens)
    units = [_unit(tokens, number) for number in found]
    for place in range(len(found) - 2, -1, -1):
        between = tokens[found[place].end : found[place + 1].start]
        if units[place] is None and between and all(token in LINKS for token in between) and len(between) <= 2:
            units[place] = units[place + 1]
    return [
        Quantity(number.value, unit, number.text)
        for number, unit in zip(found, units, strict=True)
        if not (number.is_word and number.value == 1 and unit is None)
    ]


def is_numeral(folded_word: str) -> bool:
    """Tell whether a folded word is a number word, with an ending or without."""
    return _numeral(folded_word)[0] is not None


def _tokens(text: str) -> list[str]:
    joined = GROUPED.sub(lambda match: re.sub(r"\D", "", match.group()), normalise(text))
    joined = DATE.sub(lambda match: f"{int(match[1])}.{int(match[2])}.{match[3]}", joined)
    return [token if token[0].isdigit() else fold(token) for token in TOKEN.findall(joined)]


def _numbers(tokens: list[str]) -> list[_Found]:
    found: list[_Found] = []
    place = 0
    while place < len(tokens):
        if tokens[place][0].isdigit():
            found.append(_Found(_value(tokens[place]), tokens[place].strip(".,"), place + 1, place, is_word=False))
            place += 1
            continue
        value, end = _spelt(tokens, place)
        if value is None:
            place += 1
        else:
            found.append(_Found(Decimal(value), str(value), end, place, is_word=True))
            place = end
    return found


def _value(token: str) -> Decimal | None:
    if token.isdecimal():
        return Decimal(token)
    return Decimal(token.replace(",", ".")) if DECIMAL.fullmatch(token) else None


def _spelt(tokens: list[str], place: int) -> tuple[int | None, int]:
    """Read «iki yüz əlli» from `place`; the last word may carry an ending."""
    total, current, seen = 0, 0, False
    while place < len(tokens):
        number, is_last = _numeral(tokens[place])
        if number is None:
            break
        if number in MULTIPLES.values():
            current = max(current, 1) * number
            if number >= 1000:
                total, current = total + current, 0
        elif current % 10 or (number >= 10 and current % 100):
            break  # «üç beş» are two numbers
        else:
            current += number
        seen = True
        place += 1
        if is_last:
            break
    return (total + current if seen else None), place


def _numeral(token: str) -> tuple[int | None, bool]:
    if token in PRONOUNS:
        return None, False
    for words in (UNITS_OF_TEN, MULTIPLES):
        if token in words:
            return words[token], False
    for words in (UNITS_OF_TEN, MULTIPLES):
        for word, number in words.items():
            if (
                token.startswith(word)
                and len(token) > len(word)
                and ENDING.fullmatch(token[len(word) :])
                and not (len(word) <= 3 and len(token) <= 4)
            ):
                return number, True
    return None, False


def _unit(tokens: list[str], number: _Found) -> str | None:
    following = tokens[number.end : number.end + 4]
    if following and following[0] in SYMBOLS:
        return SYMBOLS[following[0]]
    # «114-cü maddə», «5 (beş) gün» lose nothing by looking over an ending that stands apart.
    while following and (ENDING.fullmatch(following[0]) or following[0] == "-") and _unit_of(following[0]) is None:
        following = following[1:]
    if following and following[0] in ("is", "teqvim") and len(following) > 1 and (unit := _unit_of(following[1])):
        return f"working_{unit}" if following[0] == "is" else unit
    if following and (unit := _unit_of(following[0])):
        return unit
    before = tokens[number.start - 1] if number.start else ""
    return unit if (unit := _unit_of(before)) in ("article", "clause", "part") else None


def _unit_of(token: str) -> str | None:
    if token in NOT_UNITS or not token.isalpha():
        return None
    for stem, unit in UNIT_STEMS:
        rest = token[len(stem) :]
        if token.startswith(stem) and (len(stem) > 3 or not rest or _is_ending(rest)):
            return unit
    return None


def _is_ending(rest: str) -> bool:
    return (
        re.fullmatch(r"(?:l[iu][kgq]|l[ae]r)?(?:[iu]m|s[iu]|[iu])?(?:n?[iu]n|n?[dt][ae]n?|[ny]?[ae]|[ny]?[iu]|[ae]?d[ae]k)?(?:d[iu]r)?", rest)
        is not None
    )
