"""Term vectors for lexical search: BM25 weights on the passage side, inverse document frequency left to the engine."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from rag.azerbaijani import STOP_WORDS, fold, normalise, transliterate_cyrillic, words
from rag.index import SparseVector
from rag.passages import Passage
from rag.stemming import stem_key

SATURATION: Final = 0.9
"""BM25's k1: a query term that a passage repeats says little more than one that it has once."""

LENGTH_PENALTY: Final = 0.75
"""BM25's b."""

USUAL_LENGTH: Final = 120
"""Words of a usual passage. Fixed, so that adding a document never changes the weights of stored passages."""

EXACT_WEIGHT: Final = 0.5
"""Weight of the very form in a query beside its stem key (1.0): the same form ranks before another one of the same word."""


class SparseEncoder:
    """Turns passages and queries into vectors over hashed terms; both sides must come from the same `version`."""

    version: Final = "az-bm25-2"

    def encode_passage(self, passage: Passage) -> SparseVector:
        """Encode title, locator and text. Values are BM25 term weights in (0, k1 + 1)."""
        spoken = search_words(f"{passage.title}\n{passage.locator}\n{passage.text}")
        penalty = SATURATION * (1 - LENGTH_PENALTY + LENGTH_PENALTY * len(spoken) / USUAL_LENGTH)
        counts = Counter(term for word in spoken if word not in STOP_WORDS for term in (_exact(word), _stem(word)))
        return _vector({term: count * (SATURATION + 1) / (count + penalty) for term, count in counts.items()})

    def encode_query(self, text: str) -> SparseVector:
        """Encode a query. Repeated words count once; a query of nothing but stop words has no term."""
        weights: dict[int, float] = {}
        for word in search_words(text):
            if word not in STOP_WORDS:
                weights[_exact(word)] = EXACT_WEIGHT
                weights[_stem(word)] = 1.0
        return _vector(weights)


def search_words(text: str) -> list[str]:
    """Return the folded words of a text in order; a compound identifier is followed by its parts («PAC-3», «pac», «3»)."""
    return list(_search_words(words(transliterate_cyrillic(normalise(text)))))


def _search_words(spoken: Iterable[str]) -> Iterator[str]:
    for word in spoken:
        folded = _fold(word)
        if not folded:
            continue
        yield folded
        if not folded.isalnum():
            yield from (part for part in folded.replace("-", " ").replace("–", " ").replace("/", " ").split() if part != folded)


@lru_cache(maxsize=200_000)
def _fold(word: str) -> str:
    return fold(word).replace(",", ".")


@lru_cache(maxsize=200_000)
def _exact(word: str) -> int:
    return _hash(f"w{word}")


@lru_cache(maxsize=200_000)
def _stem(word: str) -> int:
    return _hash(f"s{stem_key(word)}")


def _hash(term: str) -> int:
    """A term's id. Python's own hash differs between processes; 32 bits collide for about 1 in 40,000 of 100,000 terms."""
    return int.from_bytes(blake2b(term.encode("utf-8"), digest_size=4).digest(), "little")


def _vector(weights: dict[int, float]) -> SparseVector:
    indices = tuple(sorted(weights))
    return SparseVector(indices=indices, values=tuple(weights[index] for index in indices))
