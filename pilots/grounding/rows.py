"""A cited passage as rows: the sentences and lines in which its facts stand, each with the heading that belongs to all of them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pilots.grounding.claims import EMAIL, URL, Claims, plain_url, read_claims, stem_of
from pilots.grounding.numerals import is_numeral
from rag.azerbaijani import STOP_WORDS, fold, words
from rag.chunking import split_sentences
from rag.passages import Passage

PARTS = re.compile(r"[;\n]+")
NEGATIVE = re.compile(r"(?:\w{2,}(?:m[iu]r|m[ae]z|m[ae]y[ie]b|m[ae]d[iu]|m[ae]mis|m[ae]y[ae]c[ae][kg]|m[ae]m[ae]l[iu]))\w*|\w{2,}m[ae]d[ae]n")
NEGATIONS = frozenset({"deyil", "deyildir", "yox", "yoxdur", "olmaz", "not", "no", "cannot", "ne", "net", "nelzya", "bez"})
NOT_NEGATIVE = ("dasinmaz", "tukenmez", "almaz")
"""Adjectives and nouns that only look like denials: «daşınmaz əmlak» is real estate."""
# «ən azı 5», «5 günədək», «yalnız»: words that change what a number means. Folded; each group means one thing.
BOUNDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("least", frozenset({"azi", "minimum", "asagi"})),
    ("most", frozenset({"coxu", "maksimum", "artiq", "gec"})),
    ("only", frozenset({"yalniz", "ancaq", "tekce", "only", "tolko"})),
    ("about", frozenset({"texminen", "teqriben", "orta"})),
    ("over", frozenset({"cox", "yuxari", "boyuk"})),
    ("under", frozenset({"kicik"})),
    ("before", frozenset({"evvel", "qabaq"})),
    ("after", frozenset({"sonra"})),
)

BOUND_WORDS = frozenset(word for _, members in BOUNDS for word in members)


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `stems` are its content words and those of its heading; `bounds` the words that change its numbers' meaning."""

    text: str
    claims: Claims
    stems: frozenset[str]
    bounds: frozenset[str]
    is_negative: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows of one passage, its heading's claims, and its own address."""

    rows: tuple[Row, ...]
    heading: Claims
    heading_stems: frozenset[str]
    url: str | None


def read_evidence(passage: Passage, *, suspicious: frozenset[str] = frozenset()) -> Evidence:
    """Return what a passage may be cited for. Rows in `suspicious` (instructions planted in a document) support nothing."""
    heading = f"{passage.title}. {passage.locator}"
    heading_stems = content_stems(heading)
    rows = tuple(_row(part, heading_stems) for part in split_rows(passage.text) if part not in suspicious)
    return Evidence(rows, read_claims(heading), heading_stems, plain_url(passage.url) if passage.url else None)


def split_rows(text: str) -> list[str]:
    """Return the rows of a text: its sentences, lists and tables cut at line ends and semicolons."""
    return [part.strip() for sentence in split_sentences(text) for part in PARTS.split(sentence) if part.strip()]


@lru_cache(maxsize=20_000)
def _row(text: str, heading_stems: frozenset[str]) -> Row:
    return Row(text, read_claims(text), content_stems(text) | heading_stems, bounds_of(text), is_negative(text))


@lru_cache(maxsize=20_000)
def content_stems(text: str) -> frozenset[str]:
    """Return the stems of the words that carry meaning; numbers, bounds and addresses are compared as what they are instead."""
    spoken = (word for word in words(URL.sub(" ", EMAIL.sub(" ", text))) if len(word) > 1 and not word[0].isdigit())
    telling = (word for word in spoken if (folded := fold(word)) not in STOP_WORDS and folded not in BOUND_WORDS and not is_numeral(folded))
    return frozenset(fold(word) if any(letter.isdigit() for letter in word) else stem_of(word) for word in telling)


def bounds_of(text: str) -> frozenset[str]:
    spoken = {fold(word) for word in words(text)}
    bounds = {name for name, members in BOUNDS if spoken & members}
    if any(re.fullmatch(r"\w{3,}[ae]?d[ae]k", word) for word in spoken):
        bounds.add("until")
    return frozenset(bounds)


def is_negative(text: str) -> bool:
    """Tell whether a row denies: «ödənilmir», «tələb olunmur», «yoxdur», «pulsuz» is not a denial but a price."""
    spoken = [fold(word) for word in words(text)]
    return any(word in NEGATIONS or (NEGATIVE.fullmatch(word) and not word.startswith(NOT_NEGATIVE)) for word in spoken)


def join_stems(rows: Iterable[Row]) -> frozenset[str]:
    return frozenset(stem for row in rows for stem in row.stems)


def all_rows(evidence: Sequence[Evidence]) -> list[Row]:
    return [row for passage in evidence for row in passage.rows]


def is_form(stem: str, known: frozenset[str]) -> bool:
    """Tell whether a stem is a derived form of a known one («ödəniş», «ödənilən»): five letters in common and no more than four beyond."""
    return len(stem) >= 5 and any(len(own) >= 5 and own[:5] == stem[:5] and abs(len(own) - len(stem)) <= 4 for own in known)
