"""The laws and plans of a corpus by name, so that «Əmək Məcəlləsinin 98-ci maddəsi» is looked up instead of searched."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Final, Self

from rapidfuzz.distance import Levenshtein

from rag.azerbaijani import fold, words
from rag.legal.references import ArticleReference, is_code_word, parse_references
from rag.passages import Passage
from rag.stemming import stem_key

_PARENTHESES: Final = re.compile(r"\([^)]*\)")
_GENERIC: Final = frozenset(
    stem_key(fold(word))
    for word in ("məcəllə", "məcəlləsi", "qanun", "qanunu", "haqqında", "azərbaycan", "respublikası", "və", "dair", "üçün", "barədə")
)

FEWEST_LETTERS_FOR_A_SLIP: Final = 5
"""Shorter words must be the same: «emek» and «ekmek» are two words, not a slip."""

LEAST_COVERAGE: Final = 0.5
"""A law's name may be cut short («gəmiçilik məcəlləsi») down to half of its weight, while that still tells it from all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLookup:
    """Where to look: the article `section` in any of `source_ids`; `clause` and `part` tell which of its passages comes first."""

    source_ids: frozenset[str]
    section: str
    clause: str | None = None
    part: str | None = None

    def order(self, passages: Iterable[Passage]) -> list[Passage]:
        """Return the passages with those that hold the named clause or part first, otherwise in reading order.

        Several laws may hold the article; passages of a law that has the clause come before those of a law that has not.
        """
        listed = list(passages)
        rank = {passage.id: self._closeness(passage) for passage in listed}
        best = {source: max(rank[p.id] for p in listed if p.source_id == source) for source in {p.source_id for p in listed}}
        return sorted(listed, key=lambda p: (-best[p.source_id], p.source_id, -rank[p.id], p.ordinal))

    def _closeness(self, passage: Passage) -> int:
        """How many levels of the clause's number the passage has at the start of a line, 0 when none was asked for."""
        levels = self.clause.split(".") if self.clause else [self.section, self.part] if self.part else []
        for depth in range(len(levels), 1, -1):
            number = re.escape(".".join(levels[:depth]))
            own = rf"|{re.escape(levels[-1])}[.)]" if depth == 2 and len(levels) == 2 else ""
            if re.search(rf"^\s*(?:{number}(?:\.|\s){own})", passage.text, re.MULTILINE):
                return depth
        return 0


class LawDirectory:
    """Titles by source id, and which articles each source holds when that is known (see `of_passages`)."""

    def __init__(self, titles: Mapping[str, str], sections: Mapping[str, frozenset[str]] | None = None) -> None:
        self._titles = dict(titles)
        self._sections = sections

    @classmethod
    def of_passages(cls, passages: Iterable[Passage]) -> Self:
        """Build from a corpus; only passages with a numbered section count, so service cards stay out."""
        titles: dict[str, str] = {}
        sections: dict[str, set[str]] = {}
        for passage in passages:
            if passage.section[:1].isdigit():
                titles[passage.source_id] = passage.title
                sections.setdefault(passage.source_id, set()).add(passage.section)
        return cls(titles, {source: frozenset(numbers) for source, numbers in sections.items()})

    def resolve(self, query: str) -> ArticleLookup | None:
        """Return the place that a query names, None when it is no look-up or names a law that is not here.

        Without a law's name every source that has the article is meant.
        """
        for reference in parse_references(query):
            named = self._laws_named(reference)
            if named is None or (not named and not reference.explicit and self._sections is None):
                continue
            for section in dict.fromkeys(filter(None, (reference.clause, reference.article))):
                if sources := self._holding(named or frozenset(self._titles), section):
                    return ArticleLookup(source_ids=sources, section=section, clause=reference.clause, part=reference.part)
        return None

    def _holding(self, sources: frozenset[str], section: str) -> frozenset[str]:
        if self._sections is None:
            return sources if "." not in section else frozenset()
        return frozenset(source for source in sources if section in self._sections.get(source, ()))

    def _laws_named(self, reference: ArticleReference) -> frozenset[str] | None:
        """Return the laws whose name the words give, empty when they give none, None when they name a law that is not here."""
        covered: dict[str, tuple[float, int, int]] = {}
        for source, name in self._names.items():
            found = {own: place for own in name for place, word in enumerate(reference.law_words) if _same(own, word)}
            weight = sum(self._weights[own] for own in name)
            coverage = sum(self._weights[own] for own in found) / weight if weight else 0.0
            beside_code = int(any(is_code_word(word) for place in found.values() for word in reference.law_words[place + 1 : place + 3]))
            if coverage >= LEAST_COVERAGE:
                covered[source] = (coverage, len(found), beside_code)
        full = {source: score for source, score in covered.items() if score[0] > 0.99}
        if full:
            best = max(score[1:] for score in full.values())
            return frozenset(source for source, score in full.items() if score[1:] == best)
        if any(place and is_code_word(word) for place, word in enumerate(reference.law_words)):
            best = max(covered.values(), default=None)
            partly = frozenset(source for source, score in covered.items() if score == best)
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
    if stem_key(own) == stem_key(word):
        return True
    return min(len(own), len(word)) >= FEWEST_LETTERS_FOR_A_SLIP and Levenshtein.distance(own, word, score_cutoff=1) <= 1
