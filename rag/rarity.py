"""How rare words are in a corpus: what tells one passage from another."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log
from typing import Self

from rag.azerbaijani import STOP_WORDS
from rag.passages import Passage
from rag.sparse import search_words
from rag.stemming import stem_key


@dataclass(frozen=True, slots=True)
class Rarity:
    """In how many of a corpus's passages each stem key stands."""

    holders: Mapping[str, int]
    passages: int

    @classmethod
    def of(cls, passages: Iterable[Passage]) -> Self:
        listed = list(passages)
        return cls(Counter(key for passage in listed for key in {stem_key(word) for word in search_words(passage.text)}), len(listed))

    def weigh(self, query: str) -> dict[str, float]:
        """Return the query's telling stem keys, in order, with BM25's inverse document frequencies (> 0); one that no passage has weighs most."""
        keys = dict.fromkeys(stem_key(word) for word in search_words(query) if word not in STOP_WORDS)
        return {key: log(1 + (self.passages - held + 0.5) / (held + 0.5)) for key in keys for held in (self.holders.get(key, 0),)}
