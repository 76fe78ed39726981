"""The laws and plans of a corpus by name, so that «Əmək Məcəlləsinin 98-ci maddəsi» is looked up instead of searched."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Final, Self

from rapidfuzz.distance import OSA

from rag.azerbaijani import fold, words
from rag.legal.references import ArticleReference, is_code_word, parse_references
from rag.passages import Passage
from rag.stemming import stem_key

_POINT: Final = re.compile(r"^(\d+(?:-\d+)*(?:\.\d+(?:-\d+)*)+)\.?\s", re.MULTILINE)
_PARENTHESES: Final = re.compile(r"\([^)]*\)")
_GENERIC: Final = frozenset(
    stem_key(fold(word))
    for word in ("məcəllə", "məcəlləsi", "qanun", "qanunu", "haqqında", "azərbaycan", "respublikası", "və", "dair", "üçün", "barədə")
)

FEWEST_LETTERS_FOR_A_SLIP: Final = 4
"""Shorter words must be the same; names of laws as short as «su» are part of too many words."""

LEAST_COVERAGE: Final = 0.5
"""A law's name may be cut short («gəmiçilik məcəlləsi») down to half of its weight, while that still tells it from all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLookup:
    """Where to look: the article `section` in any of `source_ids`; `clause` and `part` tell which of its passages comes first."""

    source_ids: frozenset[str]
    section: str
    clause: str | None = None
    part: str | None = None

    def order(self, passages: Iterable[Passage], *, laws: Sequence[str] = ()) -> list[Passage]:
        """Return the passages with those that hold the named clause or part first, otherwise in reading order.

        Several laws may hold the article; passages of a law that has the clause come before those of a law that has not.
        Between laws that hold it alike the order of `laws` (source ids, the likeliest first) decides.
        """
        listed = list(passages)
        place = {source: at for at, source in reversed([*enumerate(laws)])}
        rank = {passage.id: self._closeness(passage) for passage in listed}
        best = {source: max(rank[p.id] for p in listed if p.source_id == source) for source in {p.source_id for p in listed}}
        return sorted(listed, key=lambda p: (-best[p.source_id], place.get(p.source_id, len(laws)), p.source_id, -rank[p.id], p.ordinal))

    def _closeness(self, passage: Passage) -> int:
        """How many levels of the clause's number the passage has at the start of a line, 0 when none was asked for."""
        levels = self.clause.split(".") if self.clause else [self.section, self.part] if self.part else []
        for depth in range(len(levels), 1, -1):
            number = re.escape(".".join(levels[:depth]))
            own = rf"|{re.escape(levels[-1])}[.)]\s" if depth == 2 and len(levels) == 2 else ""
            if re.search(rf"^\s*(?:{number}(?:\.|\s){own})", passage.text, re.MULTILINE):
                return depth
        return 0


class LawDirectory:
    """Titles by source id, and which articles each source holds when that is known (see `of_passages`)."""

    def __init__(
        self,
        titles: Mapping[str, str],
        sections: Mapping[str, frozenset[str]] | None = None,
        points: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """`points` tells under which section a clause is found: it singles out the law that a bare «375.0.1» means."""
        self._titles = dict(titles)
        self._sections = sections
        self._points = points or {}

    @classmethod
    def of_passages(cls, passages: Iterable[Passage]) -> Self:
        """Build from a corpus; only passages with a numbered section count, so service cards stay out."""
        titles: dict[str, str] = {}
        sections: dict[str, set[str]] = {}
        points: dict[str, dict[str, str]] = {}
        for passage in passages:
            if not passage.section[:1].isdigit():
                continue
            titles[passage.source_id] = passage.title
            sections.setdefault(passage.source_id, set()).add(passage.section)
            held = points.setdefault(passage.source_id, {})
            held.update((number, passage.section) for number in _POINT.findall(passage.text) if number not in held)
        return cls(titles, {source: frozenset(numbers) for source, numbers in sections.items()}, points)

    def resolve(self, query: str) -> ArticleLookup | None:
        """Return the place that a query names, None when it is no look-up or names a law that is not here.

        Without a law's name every source that has the article is meant.
        """
        for reference in parse_references(query):
            named = self._laws_named(reference)
            if named is None or (not named and not reference.explicit and self._sections is None):
                continue
            inside = reference.clause if reference.clause and reference.clause.split(".")[0] == reference.article else None
            for number in filter(None, (inside, reference.article)):
                if place := self._place(named or frozenset(self._titles), number):
                    sources, section = place
                    return ArticleLookup(source_ids=sources, section=section, clause=reference.clause, part=reference.part)
        return None

    def _place(self, sources: frozenset[str], number: str) -> tuple[frozenset[str], str] | None:
        """Return the sources that hold a number and the section under which they hold it."""
        if self._sections is None:
            return None if "." in number else (sources, number)
        holding = frozenset(source for source in sources if number in self._sections.get(source, ()))
        if holding:
            return holding, number
        found = {source: self._points[source][number] for source in sorted(sources) if number in self._points.get(source, {})}
        section = next(iter(found.values()), None)
        return (frozenset(source for source, at in found.items() if at == section), section) if section else None

    def _laws_named(self, reference: ArticleReference) -> frozenset[str] | None:
        """Return the laws whose name the words give, empty when they give none, None when they name a law that is not here.

        The word before «məcəlləsi» or «qanunu» must belong to the law: else «İnzibati Xətalar Məcəlləsi» with a slip would be
        taken for another code that begins with «İnzibati».
        """
        spoken = reference.law_words
        heads = {place - 1 for place, word in enumerate(spoken) if place and is_code_word(word) and not word.startswith("konstitusiya")}
        covered: dict[str, tuple[float, int]] = {}
        for source, name in self._names.items():
            found = {own: place for own in name for place, word in enumerate(spoken) if _same(own, word)}
            if heads and name and not heads & set(found.values()):
                continue
            weight = sum(self._weights[own] for own in name)
            coverage = sum(self._weights[own] for own in found) / weight if weight else 0.0
            if coverage >= LEAST_COVERAGE:
                covered[source] = (coverage, len(found))
        full = {source: size for source, (coverage, size) in covered.items() if coverage > 0.99}
        if full:
            return frozenset(source for source, size in full.items() if size == max(full.values()))
        if heads:
            partly = frozenset(source for source, score in covered.items() if score == max(covered.values()))
            return partly if len(partly) == 1 else None
        return frozenset()

    @cached_property
    def _names(self) -> dict[str, frozenset[str]]:
        """The telling words of each title, folded."""
        names: dict[str, frozenset[str]] = {}
        for source, title in self._titles.items():
            folded = (fold(word) for word in words(_PARENTHESES.sub(" ", title)))
            names[source] = frozenset(word for word in folded if stem_key(word) not in _GENERIC)
        return names

    @cached_property
    def _weights(self) -> dict[str, float]:
        """How telling a word is: the fewer titles have it, the more."""
        every = [word for name in self._names.values() for word in name]
        return {word: log(1 + len(self._names) / every.count(word)) for word in set(every)}


def _same(own: str, word: str) -> bool:
    """Whether two folded words are forms of one word, one slip of the fingers or «a» for «ə» allowed."""
    if stem_key(own) == stem_key(word):
        return True
    if min(len(own), len(word)) < FEWEST_LETTERS_FOR_A_SLIP:
        return False
    return OSA.distance(own.replace("a", "e"), word.replace("a", "e"), score_cutoff=1) <= 1
