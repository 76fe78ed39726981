"""Calibration: does what is said to be 80 % sure come true eight times in ten?"""

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """`confidence` and `accuracy` are means over the `count` items whose confidence lies in [low, high)."""

    low: float
    high: float
    confidence: float
    accuracy: float
    count: int


def reliability(items: Sequence[tuple[float, bool]], *, bins: int = BINS) -> list[Bin]:
    """Return the bins of equal width that have members, lowest first."""
    members: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in items:
        members.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, right))
    return [
        Bin(place / bins, (place + 1) / bins, sum(c for c, _ in inside) / len(inside), sum(r for _, r in inside) / len(inside), len(inside))
        for place, inside in sorted(members.items())
    ]


def expected_calibration_error(items: Sequence[tuple[float, bool]], *, bins: int = BINS) -> float | None:
    """Return the mean gap between confidence and accuracy, weighted by the bins' sizes; None without items."""
    if not items:
        return None
    return sum(abs(found.confidence - found.accuracy) * found.count for found in reliability(items, bins=bins)) / len(items)
