"""Strategies, programmes and rules: numbered sections («6.1.2.») and the measures of their plans («8.2.2.» in a table)."""

import re
from dataclasses import dataclass, field

from rag.chunking import MAX_TOKENS, TokenCount, chunk_text
from rag.legal.articles import strip_footnotes
from rag.legal.clauses import Clause, pack_clauses
from rag.page_text import page_width, unwrap
from rag.passages import Passage

_NUMBER = re.compile(r"[ \t]*(\d{1,3}(?:\.\d{1,3})*)\.(?:[ \t]+(.*))?$")
_BOUND_ENDING = re.compile(
    r"(?:[nydm]?[ıiuüəa]n?|[nl][ıiuü](?:n|r)?|l[əa]r(?:[ıi]n?)?|m[əa](?:s[ıi](?:n[ıi]n?)?)?|s[ıiuü](?:n[ıiuü]?n?)?|[əa]s[ıi]|n|d[ıi]r)(?=[\s,;.):]|$)"
)
_WORDS_THAT_LOOK_BOUND = re.compile(r"(?:nə|ya|də|da|ən|süni)(?=[\s,;.):]|$)")
_ACRONYMS = re.compile(r"(?:.*\s)?[A-ZÇƏĞİÖŞÜ]{2,},?$")
_ACRONYM_FIRST = re.compile(r"[A-ZÇƏĞİÖŞÜ]{2,}[\s,]|[A-ZÇƏĞİÖŞÜ]{2,}$")

FEWEST_NUMBERED = 3
"""A text with fewer numbered lines of two levels or more is prose with a list, not a numbered document."""


@dataclass(slots=True)
class NumberedItem:
    """One numbered line with the lines under it. A `row` is a measure of a table: its number stands on a line of its own."""

    number: str
    lines: list[str]
    row: bool = False
    path: tuple[str, ...] = ()


@dataclass(slots=True)
class NumberedChapter:
    """A chapter («8. Tədbirlər planı») with what stands before its first item."""

    number: str
    title: str
    intro: list[str] = field(default_factory=list[str])
    width: int = 0
    items: list[NumberedItem] = field(default_factory=list[NumberedItem])


def split_numbered(text: str) -> list[NumberedChapter]:
    """Return the chapters of a numbered document, empty when the text is not one.

    A line is a chapter's heading only when its number is the next in turn, it starts with a capital and does not end like a
    sentence; items belong to a chapter by their first number, so that «1. …» lists inside prose stay prose.
    """
    width = page_width(text)
    chapters = [NumberedChapter("", "", width=width)]
    for line in strip_footnotes(text).splitlines():
        match = _NUMBER.match(line)
        chapter = chapters[-1]
        if match and _opens_chapter(match, chapters):
            chapters.append(NumberedChapter(match[1], match[2].strip(), width=width))
        elif match and "." in match[1] and match[1].split(".")[0] == chapter.number:
            rest = (match[2] or "").strip()
            chapter.items.append(NumberedItem(match[1], [rest] if rest else [], row=not rest))
        else:
            (chapter.items[-1].lines if chapter.items else chapter.intro).append(line)
    if sum(len(chapter.items) for chapter in chapters) < FEWEST_NUMBERED:
        return []
    return chapters


def numbered_passages(
    chapters: list[NumberedChapter], *, pilot: str, source_id: str, title: str, count_tokens: TokenCount, max_tokens: int = MAX_TOKENS
) -> list[Passage]:
    """Return the passages of a numbered document without ids; a measure always stands alone, short clauses share a passage."""
    passages: list[Passage] = []

    def add(text: str, section: str, locator: str) -> None:
        passages.append(Passage(id="", pilot=pilot, source_id=source_id, title=title, text=text, locator=locator, section=section))

    for chapter in chapters:
        name = f"{chapter.number}. {chapter.title}" if chapter.number else ""
        intro = (
            _cells(chapter.intro)
            if chapter.items and any(item.row for item in chapter.items)
            else unwrap("\n".join(chapter.intro), width=chapter.width)
        )
        for chunk in chunk_text(intro, count_tokens=count_tokens, max_tokens=max_tokens):
            add(chunk, chapter.number, name)
        kind = "Tədbir" if "tədbir" in chapter.title.lower() else "Bənd"
        clauses: list[Clause] = []
        for item in chapter.items:
            if not item.row:
                clauses.append(
                    Clause(item.number, 1 + item.number.count("."), f"{item.number}. {unwrap(chr(10).join(item.lines), width=chapter.width)}".strip())
                )
                continue
            text = f"{item.number}. {_cells(item.lines)}"
            for chunk in chunk_text(text, count_tokens=count_tokens, max_tokens=max_tokens):
                add(chunk, item.number, f"{kind} {item.number}")
        if not clauses:
            continue
        for packed in pack_clauses(name, "", _nested(clauses), count_tokens=count_tokens, max_tokens=max_tokens):
            first, last = packed.numbers[0], packed.numbers[-1]
            add(packed.text, first, f"Bənd {first}" if first == last else f"Bənd {first}–{last}")
    return passages


def _opens_chapter(match: re.Match[str], chapters: list[NumberedChapter]) -> bool:
    title = (match[2] or "").strip()
    following = str(int(chapters[-1].number or 0) + 1)
    return match[1] == following and bool(title) and title[0].isupper() and len(title) <= 120 and title[-1] not in ".;:,"


def _nested(clauses: list[Clause]) -> list[Clause]:
    roots: list[Clause] = []
    stack: list[Clause] = []
    for clause in clauses:
        while stack and not clause.number.startswith(f"{stack[-1].number}."):
            stack.pop()
        (stack[-1].children if stack else roots).append(clause)
        stack.append(clause)
    return roots


def _cells(lines: list[str]) -> str:
    """Put the cells of a table row together from the narrow lines that a PDF gives.

    A cell goes on while its next line starts with a small letter, a bracket or a digit that closes a range; a word that the
    column's width broke without a hyphen («texnologiyalarını» / «n») is made whole again.
    """
    cells: list[str] = []
    after_blank = False
    for line in (line.strip() for line in lines):
        if not line:
            after_blank = True
        elif not cells or not _continues_cell(cells[-1], line, after_blank):
            cells.append(line)
            after_blank = False
        else:
            joint = "" if _continues_word(cells[-1], line) else " "
            cells[-1] += f"{joint}{line}"
            after_blank = False
    return "\n".join(cells)


def _continues_word(cell: str, line: str) -> bool:
    if cell.endswith(("–", "-")):
        return line[0].isdigit()
    return cell[-1].isalpha() and _BOUND_ENDING.match(line) is not None and not _WORDS_THAT_LOOK_BOUND.match(line)


def _continues_cell(cell: str, line: str, after_blank: bool) -> bool:
    if line[0].islower() or line[0] in "()" or cell.endswith((",", "–", "-")):
        return True
    return not after_blank and cell[-1].isalpha() and not _ACRONYMS.match(cell) and not _ACRONYM_FIRST.match(line)
