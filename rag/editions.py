"""Editions of a document: which text of an article held on which days, and what came before and after it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Self
from uuid import UUID, uuid5

from rag.azerbaijani import lower
from rag.passages import Passage

_NOT_SAID: Final = re.compile(r"(?<=\d)[^\w](?=\d)|[\W_]+")
_POINT: Final = "."


def first_day(edition: str) -> date:
    """Return the first day of a year, month or day (`2024`, `2024-02`, `2024-02-08`).

    Raises:
        ValueError: it is none of them.
    """
    year, month, day = (*map(int, edition.split("-")), 1, 1)[:3]
    return date(year, month, day)


def settle_editions(passages: Iterable[Passage]) -> list[Passage]:
    """Return the passages with the interval in which each text held; passages without an edition come back as they are.

    A document's edition replaces its whole former edition. An article that several editions in a row have word for word is kept
    once, in the oldest one's passages (so that nothing is embedded again), and names all of them. Spacing, punctuation and line
    breaks make no version. A document without a title is called as its other editions are.
    """
    passages = list(passages)
    listed = [passage for passage in passages if not passage.editions]
    documents: dict[str, dict[str, dict[str, dict[str, Passage]]]] = {}
    for passage in passages:
        for edition in passage.editions:
            documents.setdefault(passage.source_id, {}).setdefault(edition, {}).setdefault(passage.work, {})[passage.id] = passage
    for source_id, editions in documents.items():
        titles = [passage.title for works in editions.values() for held in works.values() for passage in held.values() if passage.title]
        for passage in _versions(editions):
            listed.append(passage if passage.title else replace(passage, title=titles[0] if titles else source_id))
    return listed


def _versions(editions: Mapping[str, Mapping[str, Mapping[str, Passage]]]) -> Iterable[Passage]:
    order = sorted(editions, key=first_day)
    for work in dict.fromkeys(work for edition in order for work in editions[edition]):
        start = 0
        while start < len(order):
            text = said(editions[order[start]].get(work, {}).values())
            end = start + 1
            while end < len(order) and said(editions[order[end]].get(work, {}).values()) == text:
                end += 1
            if text:
                yield from _version(editions, work, order, start, end)
            start = end


def _version(editions: Mapping[str, Mapping[str, Mapping[str, Passage]]], work: str, order: Sequence[str], start: int, end: int) -> Iterable[Passage]:
    newest = next(iter(editions[order[end - 1]][work].values()))
    since = first_day(order[start]) if start else None
    for passage in editions[order[start]][work].values():
        yield replace(
            passage,
            # A clause that an amendment left alone has the same words in both versions of its article.
            id=str(uuid5(UUID(passage.id), order[start])) if start else passage.id,
            url=newest.url or passage.url,
            as_of=order[end - 1],
            editions=tuple(order[start:end]),
            in_force_from=since,
            in_force_to=first_day(order[end]) if end < len(order) else None,
        )


def said(passages: Iterable[Passage]) -> str:
    """Return what an article says without how it is printed: letters and digits, and whatever stands between two digits.

    Every passage of a long article opens with the lines that introduce it; they count once.
    """
    lines: dict[str, None] = {}
    parts: list[str] = []
    for passage in passages:
        own = passage.text.splitlines()
        while own and own[0] in lines:
            del own[0]
        lines.update(dict.fromkeys(own))
        parts += own
    return said_in("\n".join(parts))


def said_in(text: str) -> str:
    return _NOT_SAID.sub(lambda gap: _POINT if len(gap[0]) == 1 and not gap[0].isspace() and _between_digits(gap) else "", lower(text))


def _between_digits(gap: re.Match[str]) -> bool:
    before, after = gap.string[gap.start() - 1 : gap.start()], gap.string[gap.end() : gap.end() + 1]
    return before.isdigit() and after.isdigit()


@dataclass(frozen=True, slots=True)
class Versions:
    """The articles of a corpus that have had more than one text, by `Passage.work`: their texts, oldest first."""

    by_work: Mapping[str, tuple[tuple[Passage, ...], ...]]
    has_editions: bool

    @classmethod
    def of(cls, passages: Iterable[Passage]) -> Self:
        """Build from a corpus in reading order."""
        works: dict[str, dict[date, list[Passage]]] = {}
        for passage in passages:
            if passage.editions:
                works.setdefault(passage.work, {}).setdefault(passage.in_force_from or date.min, []).append(passage)
        changed = {work: tuple(tuple(texts[since]) for since in sorted(texts)) for work, texts in works.items() if len(texts) > 1}
        return cls(changed, bool(works))
