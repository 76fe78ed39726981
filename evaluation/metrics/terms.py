"""Terms and articles that an answer states: «15 iş günü», «maddə 14.3-1.1»."""

import re
from collections.abc import Iterable
from typing import Final

from pilots.grounding.numerals import read_quantities
from rag.azerbaijani import lower

UNITS: Final = {"day": "gün", "working_day": "gün", "week": "həftə", "month": "ay", "year": "il", "hour": "saat", "minute": "dəqiqə"}
_ARTICLE: Final = re.compile(r"maddə(?:si)?\s+(\d[\d.\-]*)|(\d[\d.\-]*?)-?\s?(?:c[iıuü]|nc[iıuü])?\s+maddə")


def wrong_terms(text: str, *, known: Iterable[str], quotes: Iterable[str]) -> set[str]:
    """Return the terms and articles of a sentence that neither the case names nor a quote of an expected source says, as a person reads them.

    Unlike amounts, which a case names one by one, a term is right when the expected source has it: procedures are full of terms, and a
    case that named them all would be nothing but them.
    """
    sayings = [*known, *quotes]
    terms = {term for saying in sayings for term in _terms(saying)}
    articles = {article for saying in sayings for article in _articles(saying)}
    return {f"{value} {unit}" for value, unit in _terms(text) - terms} | {f"maddə {article}" for article in _articles(text) - articles}


def _terms(text: str) -> set[tuple[str, str]]:
    return {
        (f"{quantity.value.normalize():f}", UNITS[quantity.unit])
        for quantity in read_quantities(text)
        if quantity.value is not None and quantity.unit in UNITS
    }


def _articles(text: str) -> set[str]:
    return {(match[1] or match[2]).rstrip(".-") for match in _ARTICLE.finditer(lower(text))}
