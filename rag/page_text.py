"""Text as pages give it, made continuous: running heads, page numbers, broken lines and end-of-line hyphens taken out."""

import re
from collections import Counter

_PAGE_NUMBER = re.compile(r"[-–—\s]*(?:səh(?:ifə)?\.?\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?[-–—\s]*$", re.IGNORECASE)
_STARTS_ITEM = re.compile(
    r"\s*(?:[-–—•*▪]\s|#|(?-i:[A-ZÇƏĞİÖŞÜ]{2,10})\s+[–-]\s|\||m\s*a\s*d\s*d\s*ə\s+\d|(?:\d{1,4}(?:[.\-]\d{1,4})*|[IVXLC]{1,6}|[a-zəçğıöşü])[.)](?:\s|$))",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"\s*\d{1,4}(?:\.\d{1,4})+\.\s*$")
_FINISHED = re.compile(r"[.;:!?…][»”\")\]]*$")
_HYPHENATED = re.compile(r"([^\W\d_]{2,})-$")
_FIRST_WORD = re.compile(r"([^\W\d_]+)")
_COMPOUND_PREFIX = re.compile(
    r"(?:qeyri|sosial|siyasi|hərbi|elmi|maddi|mədəni|ictimai|iqtisadi|dini|təlim|inzibati|anti|ekspert|vitse|onlayn)$", re.IGNORECASE
)
_SPACES = re.compile(r"[ \t\u00a0\u202f]{2,}")

HARD_WRAP_WIDTH = 130
"""Lines longer than this are paragraphs of a word processor, not lines of a page; they are left as they are."""

FURNITURE_SHARE = 0.5
"""A first or last line that returns on this share of the pages is a running head or foot."""


def join_pages(pages: list[str]) -> str:
    """Return the text of the pages without running heads and feet and without page numbers."""
    lines = [[line.rstrip() for line in page.splitlines()] for page in pages]
    repeated = _furniture(lines)
    return "\n".join("\n".join(_body(page, repeated)) for page in lines)


def drop_page_numbers(text: str) -> str:
    """Return a text that was taken from pages without numbers that stand alone after a gap of two or more empty lines."""
    kept: list[str] = []
    for line in text.replace("\f", "\n\n\n").splitlines():
        if line.strip().isdigit() and len(line.strip()) < 4 and len(kept) >= 2 and not kept[-1].strip() and not kept[-2].strip():
            continue
        kept.append(line)
    return "\n".join(kept)


def page_width(text: str) -> int:
    """Return the length that nine lines in ten do not exceed, 0 for a text without lines."""
    lengths = sorted(len(line) for line in map(str.strip, text.splitlines()) if line)
    return lengths[int(len(lengths) * 0.9)] if lengths else 0


def unwrap(text: str, *, width: int | None = None) -> str:
    """Join lines that a page's width broke, keep those that a writer ended.

    A line goes on in the next one when it is not finished and no list item, article or heading begins there; across an
    empty line (a page break, or the space after a first line) only when the next line starts with a small letter. A hyphen at
    the end of a line is dropped unless the word is a compound («qeyri-bərabər»). `width` is that of the whole document when
    `text` is a part of it.
    """
    lines = [_SPACES.sub(" ", line).strip() for line in text.splitlines()]
    width = page_width(text) if width is None else width
    if width > HARD_WRAP_WIDTH:
        return "\n".join(lines)
    vocabulary = Counter(word.lower() for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text))
    joined: list[str] = []
    gap = False
    last_length = 0
    for line in lines:
        if not line:
            gap = True
            continue
        if joined and _goes_on(joined[-1], line, gap=gap, full=last_length >= 0.7 * width):
            joined[-1] = _join(joined[-1], line, vocabulary)
        else:
            joined.extend(["", line] if gap and joined else [line])
        gap = False
        last_length = len(line)
    return "\n".join(joined)


def _goes_on(line: str, following: str, *, gap: bool, full: bool) -> bool:
    if _BARE_NUMBER.match(line) or _FINISHED.search(line) or _STARTS_ITEM.match(following):
        return False
    if following[0].islower() or following[0] == "(" or (line.endswith("–") and following[0].isdigit()):
        return True
    return not gap and full


def _join(line: str, following: str, vocabulary: Counter[str]) -> str:
    if line.endswith("–") and following[0].isdigit():
        return line + following
    broken, rest = _HYPHENATED.search(line), _FIRST_WORD.match(following)
    if broken is None or rest is None or not following[0].islower():
        return f"{line} {following}"
    whole, compound = f"{broken[1]}{rest[1]}".lower(), f"{broken[1]}-{rest[1]}".lower()
    keeps = vocabulary[compound] > 0 or (vocabulary[whole] == 0 and _COMPOUND_PREFIX.search(broken[1]) is not None)
    return line + following if keeps else line[:-1] + following


def _edges(page: list[str]) -> list[int]:
    """Return the places of the first two and last two lines with content."""
    filled = [place for place, line in enumerate(page) if line.strip()]
    return sorted({*filled[:2], *filled[-2:]})


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", line.strip().lower())


def _furniture(pages: list[list[str]]) -> set[str]:
    if len(pages) < 3:
        return set()
    seen = Counter(key for page in pages for key in {_key(page[place]) for place in _edges(page)})
    return {key for key, times in seen.items() if times >= max(3, FURNITURE_SHARE * len(pages)) and not _BARE_NUMBER.match(key)}


def _body(page: list[str], repeated: set[str]) -> list[str]:
    edges = _edges(page)
    return [line for place, line in enumerate(page) if place not in edges or not (_PAGE_NUMBER.match(line) or _key(line) in repeated)]
