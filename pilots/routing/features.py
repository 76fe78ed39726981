"""What routing sees of an utterance beside its meaning: folded Azerbaijani words, their parts, and the shape of the sentence."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pilots.glossary import gloss
from pilots.routing.chat_spelling import ChatSpelling
from rag.azerbaijani import words

SHORTEST_PART: Final = 3
LONGEST_PART: Final = 5
STEM_LETTERS: Final = 5
"""A word is known by its first letters: the endings of Azerbaijani come after them."""

SHAPES: Final = ("question", "statement", *(f"commas {n}" for n in range(3)), *(f"words {n}" for n in range(9)))
SHAPE_WEIGHT: Final = 0.3
"""Beside the unit length of the words. Chosen on the development utterances, like the lengths above."""

Matrix = NDArray[np.float64]


class LexicalFeatures:
    """TF-IDF over the parts of folded words, stems and pairs of stems, and the shape; rows of about unit length.

    Russian and English are read in Azerbaijani words, so that «сколько стоит» is «neçəyədir» of hundreds of examples: by the few in its own
    language a price was mostly nobody's question.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        """Learn the vocabulary: what stands in two of the texts at least."""
        in_azerbaijani = [gloss(text).text for text in texts]
        self._spelt = ChatSpelling(in_azerbaijani)
        found = Counter(term for text in in_azerbaijani for term in terms(self._spelt(text)))
        known = [term for term, count in found.items() if count > 1]
        self._columns = {term: column for column, term in enumerate(known)}
        self._rarity = np.array([1 + math.log((1 + len(texts)) / (1 + found[term])) for term in known])

    def __call__(self, texts: Sequence[str]) -> Matrix:
        """Return one row a text: shape (len(texts), vocabulary + shapes)."""
        matrix = np.zeros((len(texts), len(self._columns) + len(SHAPES)))
        for row, text in zip(matrix, texts, strict=True):
            for term, count in terms(self._spelt(gloss(text).text)).items():
                column = self._columns.get(term)
                if column is not None:
                    row[column] = (1 + math.log(count)) * self._rarity[column]
            row /= max(float(np.linalg.norm(row)), 1e-9)
            for shape in shapes(text):
                row[len(self._columns) + SHAPES.index(shape)] = SHAPE_WEIGHT / math.sqrt(3)
        return matrix


def terms(folded: Iterable[str]) -> Counter[str]:
    """Count the parts of folded words («=kart»), their stems («w:kart») and pairs of neighbouring stems («p:kart itib»)."""
    return Counter(_terms(list(folded)))


def _terms(folded: list[str]) -> Iterator[str]:
    for word in folded:
        framed = f" {word} "
        for length in range(SHORTEST_PART, LONGEST_PART + 1):
            for start in range(len(framed) - length + 1):
                yield f"={framed[start : start + length]}"
    stems = [word[:STEM_LETTERS] for word in folded]
    yield from (f"w:{stem}" for stem in stems)
    yield from (f"p:{first} {second}" for first, second in zip(["^", *stems], [*stems, "$"], strict=True))


def shapes(text: str) -> tuple[str, str, str]:
    """Return whether it asks, how many commas it has and how long it is, in steps of √2."""
    count = len(words(text))
    step = min(int(math.log2(max(count, 1)) * 2), 8)
    return ("question" if "?" in text else "statement", f"commas {min(text.count(','), 2)}", f"words {step}")
