"""Whether an appeal came before: it means the same and says it in the same words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pilots.triage.features import content_words
from pilots.triage.taxonomy import DuplicateLimits

MAX_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Imprint:
    """What is kept of an appeal to know it again: its vector of unit length and digests of its words, never its text."""

    vector: NDArray[np.float32] = field(repr=False)
    words: frozenset[int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnownAppeal:
    """An earlier appeal: the id of its answer and the day on which it came."""

    answer_id: str
    received_on: date
    imprint: Imprint


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An earlier appeal that is the same; `cosine` and `overlap` in [0, 1]."""

    answer_id: str
    received_on: date
    cosine: float
    overlap: float


class AppealMemory(Protocol):
    """The appeals of one pilot that came before."""

    async def nearest(self, vector: NDArray[np.float32], *, min_cosine: float) -> Sequence[KnownAppeal]:
        """Return the earlier appeals whose vectors are at least so close, the closest first."""
        ...

    async def remember(self, appeal: KnownAppeal) -> None: ...


class AppealsInMemory:
    """A memory for one process: the evaluation and `korpu ask` without a database."""

    def __init__(self) -> None:
        self._known: list[KnownAppeal] = []

    async def nearest(self, vector: NDArray[np.float32], *, min_cosine: float) -> Sequence[KnownAppeal]:
        close = [(cosine(known.imprint.vector, vector), known) for known in self._known]
        return [known for closeness, known in sorted(close, key=lambda entry: -entry[0]) if closeness >= min_cosine]

    async def remember(self, appeal: KnownAppeal) -> None:
        self._known.append(appeal)


def take_imprint(text: str, vector: NDArray[np.float32]) -> Imprint:
    return Imprint(vector, frozenset(map(_digest, content_words(text))))


def cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(one @ other)


def overlap(one: frozenset[int], other: frozenset[int]) -> float:
    """Return the share of the shorter appeal's words that the other one has; 0 when one has none."""
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer else 0.0


async def find_duplicates(memory: AppealMemory, imprint: Imprint, limits: DuplicateLimits) -> list[Duplicate]:
    """Return up to MAX_SHOWN earlier appeals that are the same, the closest first."""
    found: list[Duplicate] = []
    for known in await memory.nearest(imprint.vector, min_cosine=limits.min_cosine):
        shared = overlap(imprint.words, known.imprint.words)
        if shared >= limits.min_overlap:
            found.append(Duplicate(known.answer_id, known.received_on, cosine(imprint.vector, known.imprint.vector), shared))
    return found[:MAX_SHOWN]


def _digest(word: str) -> int:
    """A digest of 32 bits that is the same in every process, as Python's own hash is not."""
    value = 2166136261
    for byte in word.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value
