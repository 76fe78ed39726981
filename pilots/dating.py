"""The day for which a question wants the law, when it says one in words: «2023-cü ildə», «1 mart 2023-cü il tarixinə»."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pilots.lexemes import skeletons
from rag.azerbaijani import fold, normalise
from rag.legal import parse_references
from rag.legal.references import is_code_word

MONTHS: Final = ("yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avqust", "sentyabr", "oktyabr", "noyabr", "dekabr")

_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_ORDINAL: Final = r"(?:\s?-?\s?(?:n?c[iu]))?"
_MONTH: Final = rf"(?P<month>{'|'.join(MONTHS)})(?:[iu]n?)?"
_DAY: Final = r"(?P<day>\d{1,2})"
_WHEN: Final = (
    rf"(?<![\d.-]){_DAY}\s+{_MONTH},?\s+{_YEAR}{_ORDINAL}(?:\s+il(?:in)?)?",
    rf"(?<![\d.-]){_YEAR}{_ORDINAL}\s+il(?:in)?\s+{_DAY}\s+{_MONTH}",
    r"(?<![\d.-])(?P<day>\d{1,2})[./](?P<number>\d{1,2})[./](?P<year>(?:19|20)\d\d)",
    r"(?<![\d.-])(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)",
    rf"(?<![\d.-]){_YEAR}{_ORDINAL}\s+il(?:in)?\s+{_MONTH}(?:\s+ay[iu]?n?)?",
    rf"{_MONTH},?\s+{_YEAR}{_ORDINAL}(?:\s+il(?:in)?)?",
    rf"(?<![\d.-]){_YEAR}{_ORDINAL}(?:\s+il(?:in)?)?",
)
"""From the most precise to the least, folded; the ending that follows decides whether it is a day to answer for."""

_BEFORE: Final = re.compile(r"\s?-?\s?(?:(?:il)?d[ae]n|tarixinden)\s+(?:evvel|qabaq)\w*|\s?-?\s?(?:[aey]{1,2}|tarixine)?\s?(?:qeder|dek)\b")
_STATED: Final = re.compile(r"\s*(?:tarix(?:ine|inde|e|de)\b|(?:-?c[iu] il\s+)?redaksiya\w*|(?:tarixde\s+)?quvvede\b)")
_IN: Final = re.compile(r"\s?-?\s?(?:n?d[ae]|gunu|gunune|ucun)(?!\w)")
_BEGINNING: Final = re.compile(r"\s+(?:evvel(?:ler)?inde|basinda)\b")
_END: Final = re.compile(r"\s+(?:sonunda|sonlarinda|axirinda)\b")
_NO_VERBS: Final = "teqdim|yardim|addim|qedim"
_EVENT: Final = re.compile(
    r"\s*(?:\w+\s+)?\w+(?:m[iu]s|m[ae]m[iu]s)\b|\s*\w{3,}(?<!d)[ae]n\b"
    rf"|.*\b(?!(?:{_NO_VERBS})\b)\w+(?:d[iu]m|m[iu]s[ae]m|d[iu][kq]|m[iu]s[iu][kq])\b"
)
"""«… qəbul edilmiş qanun», «… verilən icazə», «… işə girmişəm»: the date of something that happened, not the day asked about.
Some nouns only end like «girdim»."""

NOW: Final = frozenset(skeletons("indi hazırda hal-hazırda bugün"))


@dataclass(frozen=True, slots=True)
class AskedDay:
    """A day and the words that said it, as skeletons. `text` is the question without them."""

    day: date
    words: frozenset[str]
    text: str


def read_day(text: str, *, today: date) -> AskedDay | None:
    """Return the day for which a question wants the law, None when it says none.

    Of a year or month the last day counts, today at the latest: its texts are those that people call by it. A day to come,
    a report's year, the date of a decision or of what happened to the person is no such day.
    """
    spoken = fold(normalise(text))
    for pattern in _WHEN:
        for match in re.finditer(pattern, spoken):
            period = _period(match)
            if period is None or period[0] > today or (meant := _day_meant(match, spoken, *period)) is None:
                continue
            day, more = meant
            start, end = match.start(), match.end() + more
            phrase = spoken[start:end]
            return AskedDay(min(day, today), frozenset(skeletons(phrase)), f"{spoken[:start].strip()} {spoken[end:].strip()}".strip())
    return None


def names_law(text: str) -> bool:
    """Tell whether a text names an article or a law, so that a day in it can only be the day of that law."""
    return bool(parse_references(text)) or any(is_code_word(word) for word in fold(normalise(text)).split())


def _day_meant(match: re.Match[str], spoken: str, first: date, last: date) -> tuple[date, int] | None:
    """Return the day and how many letters after the match belong to it; None when the words around it mean something else."""
    rest = spoken[match.end() :]
    if before := _BEFORE.match(rest):
        return first - timedelta(days=1), before.end()
    if match[0].endswith("in") and (beginning := _BEGINNING.match(rest)):
        return first, beginning.end()
    if match[0].endswith("in") and (ending := _END.match(rest)):
        return last, ending.end()
    if stated := _STATED.match(rest):
        return last, stated.end()
    if (inside := _IN.match(rest)) and not _EVENT.match(rest, inside.end()):
        return last, inside.end()
    return None


def _period(match: re.Match[str]) -> tuple[date, date] | None:
    """Return the first and the last day of what was said; None for a day that no calendar has."""
    parts = match.groupdict()
    year = int(parts["year"])
    month = MONTHS.index(parts["month"]) + 1 if parts.get("month") else int(parts.get("number") or 0)
    try:
        if parts.get("day"):
            day = date(year, month, int(parts["day"]))
            return day, day
        return date(year, month or 1, 1), date(year, month or 12, monthrange(year, month or 12)[1])
    except ValueError:
        return None
