"""The only type that leaves this package: a passage of a source, with all that a citation needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class TrustTier(StrEnum):
    """How far a source may be relied on, most trusted first."""

    LAW = "law"
    OFFICIAL = "official"
    GUIDE = "guide"
    UPLOADED = "uploaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A verbatim stretch of a source.

    `id` is a UUID derived from pilot, source, locator and text, so the same text keeps its id across releases.
    `source_id` names the service card or the document (`sv-itirilmis`, `emek-mecellesi`) and is stable across releases.
    `locator` is where in the source the text stands, as a person would cite it («Maddə 14.3-1», «Rüsumlar»);
    empty when the source has no structure. `section` is the machine name of the card field (`fees`, `documents`) or
    the bare article number (`14`, `10-1`), empty otherwise. `as_of` is the source's own date with the precision that the
    source gives (`2023`, `2023-05`, `2023-05-17`), None when the source is undated. `ordinal` orders the passages of one source.

    `editions` are the dates of the document's editions that have this text, as declared and oldest first; empty for a document
    without editions. `in_force_from` and `in_force_to` (not included) bound the days on which the text held: None on the left for
    a text of the oldest edition, since nobody knows how long it had held by then, None on the right while no later edition
    changed it.
    """

    id: str
    pilot: str
    source_id: str
    title: str
    text: str
    locator: str = ""
    section: str = ""
    url: str | None = None
    as_of: str | None = None
    trust: TrustTier = TrustTier.OFFICIAL
    language: str = "az"
    ordinal: int = 0
    editions: tuple[str, ...] = ()
    in_force_from: date | None = None
    in_force_to: date | None = None

    @property
    def work(self) -> str:
        """What its versions have in common: the article of the law, or the section of the document."""
        return f"{self.source_id}/{self.section or self.locator}"

    def is_in_force(self, day: date) -> bool:
        return (self.in_force_from is None or self.in_force_from <= day) and (self.in_force_to is None or day < self.in_force_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPassage:
    """A passage as a search returned it.

    `score` is the fused score: higher is better, comparable only within one result list.
    `dense` is the cosine similarity in [-1, 1], None when the passage was not found by vector search or has no vector yet.
    `lexical` is the BM25 score (≥ 0), None when the passage shares no term with the query.
    `is_lookup` tells that the query named this passage's article, so that it stands first whatever its scores.
    `by_words_alone` tells that the embedding model failed for this search, so that only the words of the query were looked for.
    `versions` are all texts that the passage's article has had, oldest first, each as its passages in reading order; empty when
    there has been only one.
    `rarities` are the query's stem keys with their inverse document frequencies in the corpus, the same for a whole list; empty when unknown.
    """

    passage: Passage
    score: float
    dense: float | None = None
    lexical: float | None = None
    is_lookup: bool = False
    by_words_alone: bool = False
    versions: tuple[tuple[Passage, ...], ...] = ()
    rarities: Mapping[str, float] = field(default_factory=dict[str, float], compare=False, repr=False)
