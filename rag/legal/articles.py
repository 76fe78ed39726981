"""Legal texts by article: where each begins, what stands above it, and the passages it gives."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.chunking import MAX_TOKENS, TokenCount
from rag.legal.clauses import Packed, pack_clauses, parse_clauses
from rag.passages import Passage

_ARTICLE = re.compile(r"[ \t#]*m[ \t]*a[ \t]*d[ \t]*d[ \t]*ə[ \t]+(\d{1,4}(?:[ \t]?[-–][ \t]?\d{1,3})*)[ \t]*\.(?!\d)[ \t]*(.*)", re.IGNORECASE)
_HEADING = re.compile(
    r"[ \t#]*(?:(?:[\w-]+[ \t]+){0,2}(?:fəsil|bölmə|yarımbölmə|hissə)|(?:fəsil|bölmə|yarımbölmə|hissə)[ \t]+[\dIVXLC-]+)\b"
    r"[ \t.:–-]*(.{0,120})$",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"[ \t]?\[\d{1,4}\](?!\()")
_NUMBERED = re.compile(r"[ \t]*(?:\d|[IVX]+\.|[a-zəçğıöşü]\))")

FEWEST_ARTICLES = 2
"""A text with fewer article headings is prose that mentions an article, not a law."""

LONGEST_LEAD = 0.2
"""A heading that takes more of a passage than this is given once; later passages of the article open with its number alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """One article. `article` is its bare number («10-1»), `headings` the chapter and section titles above it, outermost first."""

    article: str
    title: str
    text: str
    headings: tuple[str, ...] = ()


def strip_footnotes(text: str) -> str:
    """Return the text without footnote marks such as [12]."""
    return _FOOTNOTE.sub("", text)


def split_articles(text: str) -> list[ArticleText]:
    """Return the articles of a legal text in order, empty when it has none; a preamble before the first is left to the caller.

    Understands «Maddə 13.», «MADDƏ 5.», «M a d d ə 1.» and inserted articles («Maddə 10-1.»). A title that is broken over
    lines is put together.
    """
    articles: list[ArticleText] = []
    headings: list[str] = []
    number: str | None = None
    titles: list[str] = []
    body: list[str] = []

    def finish() -> Iterator[ArticleText]:
        if number is not None:
            yield ArticleText(article=number, title=" ".join(titles), text="\n".join(body).strip(), headings=tuple(headings))

    for line in strip_footnotes(text).splitlines():
        if match := _ARTICLE.match(line):
            articles.extend(finish())
            number, titles, body = re.sub(r"\s", "", match[1]).replace("–", "-"), [part for part in (match[2].strip(),) if part], []
        elif number is None and not _HEADING.match(line):
            continue
        elif heading := _HEADING.match(line):
            articles.extend(finish())
            number = None
            headings = _above(headings, line.strip(" \t#"), heading)
        elif not body and line.strip() and not _NUMBERED.match(line) and (not titles or line.lstrip()[0].islower()):
            titles.append(line.strip())
        elif body or line.strip():
            body.append(line.rstrip())
    articles.extend(finish())
    return articles


def preamble(text: str) -> str:
    """Return what stands before the first article, the whole text when there is none."""
    lines = strip_footnotes(text).splitlines()
    first = next((place for place, line in enumerate(lines) if _ARTICLE.match(line)), len(lines))
    return "\n".join(lines[:first]).strip()


def article_passages(
    article: ArticleText,
    *,
    pilot: str,
    source_id: str,
    title: str,
    count_tokens: TokenCount,
    max_tokens: int = MAX_TOKENS,
) -> list[Passage]:
    """Return the article's passages without ids (see `number_passages`), each opening with the article's own heading line.

    `section` is the bare article number; `locator` names the clauses when the article takes several passages.
    """
    heading = f"Maddə {article.article}. {article.title}".strip()
    intro, clauses = parse_clauses(article.text, base=article.article)
    packed = pack_clauses(heading, intro, clauses, count_tokens=count_tokens, max_tokens=max_tokens)
    if len(packed) > 1 and count_tokens(heading) > LONGEST_LEAD * max_tokens:
        packed = pack_clauses(f"Maddə {article.article}.", f"{heading}\n{intro}", clauses, count_tokens=count_tokens, max_tokens=max_tokens)
    return [
        Passage(
            id="",
            pilot=pilot,
            source_id=source_id,
            title=title,
            text=piece.text,
            locator=article_locator(article.article, piece if len(packed) > 1 else None),
            section=article.article,
        )
        for piece in packed
    ]


def article_locator(article: str, piece: Packed | None) -> str:
    """Return how a person cites the place: «Maddə 14, bənd 14.3-1», «Maddə 114, hissə 2–4», or «Maddə 14» for the whole article."""
    if piece is None or not piece.numbers:
        return f"Maddə {article}"
    first, last = piece.numbers[0], piece.numbers[-1]
    kind = "bənd" if "." in first else "hissə"
    return f"Maddə {article}, {kind} {first}" if first == last else f"Maddə {article}, {kind} {first}–{last}"


def _above(headings: list[str], line: str, match: re.Match[str]) -> list[str]:
    """Return the headings above the next article: a section («bölmə») closes the chapters («fəsil») before it."""
    kind = "fəsil" if "fəsil" in match[0].lower() else "bölmə"
    kept = [heading for heading in headings if kind == "fəsil" and "fəsil" not in heading.lower()]
    return [*kept, line]
