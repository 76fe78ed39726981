"""Legal texts by article: where each begins, what stands above it, and the passages it gives."""

import re
from dataclasses import dataclass

from rag.chunking import MAX_TOKENS, TokenCount
from rag.legal.clauses import Packed, pack_clauses, parse_clauses
from rag.passages import Passage

_ARTICLE = re.compile(r"[ \t#]*m[ \t]*a[ \t]*d[ \t]*d[ \t]*ə[ \t]+(\d{1,4}(?:[ \t]?[-–][ \t]?\d{1,3})*)[ \t]*\.(?!\d)[ \t]*(.*)", re.IGNORECASE)
_KIND = r"f[ \t]*ə[ \t]*s[ \t]*i[ \t]*l|(?:yarım)?b[ \t]*ö[ \t]*l[ \t]*m[ \t]*ə|h[ \t]*i[ \t]*s[ \t]*s[ \t]*ə"
_WHICH = r"[\dIVXLC]+(?:-c[ıiuü])?\.?|(?:\w+[ \t])?\w+[ıiuü]nc[ıiuü]|ümumi|ÜMUMİ|xüsusi|XÜSUSİ"
_HEADING = re.compile(
    rf"[ \t#]*(?:(?:{_WHICH})[ \t]+(?:{_KIND})|(?:{_KIND})[ \t]+[\dIVXLC-]+)\b"
    r"[ \t.:–-]*(?-i:[A-ZÇƏĞİÖŞÜ«“\d].{0,160})?$",
    re.IGNORECASE,
)
_GLUED_ARTICLE = re.compile(r"(?<=[A-ZÇƏĞİÖŞÜ]{3})[ \t]+(?=Maddə \d{1,4}(?:-\d{1,3})?\. )")
_FOOTNOTE = re.compile(r"[ \t]?\[\d{1,4}\](?!\()")
_NUMBERED = re.compile(r"[ \t]*(?:\d|[IVX]+\.|[a-zəçğıöşü]\))")

FEWEST_ARTICLES = 2
"""A text with fewer article headings is prose that mentions an article, not a law."""

LONGEST_HEADING = 300
"""Characters. Longer text after a line that looks like a chapter's heading is text of a law, and no heading."""

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
    lines is put together. What follows a chapter's heading is its title when short, else it stays with the article before.
    """
    reading = _Reading()
    for line in _GLUED_ARTICLE.sub("\n", strip_footnotes(text)).splitlines():
        if match := _ARTICLE.match(line):
            reading.open_article(re.sub(r"\s", "", match[1]).replace("–", "-"), match[2].strip())
        elif _HEADING.match(line):
            reading.open_heading(line)
        else:
            reading.take(line)
    return reading.finish()


class _Reading:
    """What has been read of a legal text so far."""

    def __init__(self) -> None:
        self._articles: list[ArticleText] = []
        self._headings: list[str] = []
        self._number: str | None = None
        self._titles: list[str] = []
        self._body: list[str] = []
        self._after_heading: list[list[str]] = []

    def open_article(self, number: str, title: str) -> None:
        self._close()
        self._number, self._titles, self._body = number, [title] if title else [], []

    def open_heading(self, line: str) -> None:
        self._after_heading.append([line.strip(" \t#")])

    def take(self, line: str) -> None:
        if self._after_heading:
            self._after_heading[-1].append(line.strip())
        elif not self._body and line.strip() and not _NUMBERED.match(line) and (not self._titles or line.lstrip()[0].islower()):
            self._titles.append(line.strip())
        elif self._body or line.strip():
            self._body.append(line.rstrip())

    def finish(self) -> list[ArticleText]:
        self._close()
        return self._articles

    def _close(self) -> None:
        held, self._after_heading = self._after_heading, []
        chapters: list[str] = []
        for lines in held:
            title = " ".join(line for line in lines if line)
            if len(title) > LONGEST_HEADING:
                self._body += lines
            else:
                chapters.append(title)
        if self._number is not None:
            article = ArticleText(
                article=self._number, title=" ".join(self._titles), text="\n".join(self._body).strip(), headings=tuple(self._headings)
            )
            self._articles.append(article)
        for title in chapters:
            self._headings = _below(self._headings, title)


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


def _below(headings: list[str], heading: str) -> list[str]:
    """Return the headings above the next article: a section («bölmə») closes the chapters («fəsil») before it."""
    if not _is_chapter(heading):
        return [heading]
    return [*(above for above in headings if not _is_chapter(above)), heading]


def _is_chapter(heading: str) -> bool:
    return re.search(r"f\s*ə\s*s\s*i\s*l", heading, re.IGNORECASE) is not None
