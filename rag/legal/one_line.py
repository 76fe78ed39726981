"""An article that came as one long line, its heading and clauses run together: put back on lines, no word changed."""

import re

from rag.legal.articles import ArticleText, split_articles

_LETTERED = re.compile(r"(?<=[:;]) (?=[a-zəçğıöşü]\) )")
_CHAPTER = (
    r"(?:[\dIVXLC]+(?:-c[ıiuü])?\.?|(?:\w+ )?\w+[ıiuü]nc[ıiuü]|Ümumi|Xüsusi) (?:fəsil|(?:yarım)?bölmə|hissə)|(?:fəsil|(?:yarım)?bölmə) [\dIVXLC]+"
)
_NEXT_CHAPTER = re.compile(rf"(?<=[.;:)]) (?:{_CHAPTER})\b(?!.*[.;]\s+\w).{{0,300}}$", re.IGNORECASE)
"""The heading of the chapter after the article: it runs to the end and no sentence follows."""


def article_of_line(article: str, text: str) -> list[ArticleText]:
    """Return the articles of one line of text (nearly always one); what stands before its first clause is its heading.

    Clauses are «10.1.» under their article's number, or parts «1.», «2.», … in sequence. A text without any has no line to
    tell its heading by, and keeps it as its beginning. The next chapter's heading at its end is no part of it.
    """
    text = _NEXT_CHAPTER.sub("", text.strip())
    starts = _dotted(article, text) or _parts(text)
    if not starts:
        return [ArticleText(article=article, title="", text=text)]
    pieces = [text[start:end].strip() for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    lines = [_LETTERED.sub("\n", piece) for piece in pieces]
    return split_articles("\n".join([f"Maddə {article}. {text[: starts[0]].strip()}", *lines]))


def _dotted(article: str, text: str) -> list[int]:
    return [match.start() for match in re.finditer(rf"(?<!\S){re.escape(article)}(?:\.\d{{1,3}}(?:-\d{{1,3}})*)+\.(?=\s)", text)]


def _parts(text: str) -> list[int]:
    """Return where «1.», «2.», … stand; a number out of turn is no part."""
    starts: list[int] = []
    for match in re.finditer(r"(?<!\S)(\d{1,3})\s?\.(?=\s+[^\W\d])", text):
        if int(match[1]) == len(starts) + 1:
            starts.append(match.start())
    return starts
