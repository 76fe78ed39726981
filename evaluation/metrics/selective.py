"""Selective answering: how often an answer is right when only the surer ones are given (El-Yaniv and Wiener, 2010)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

COVERAGE = 0.9


@dataclass(frozen=True, slots=True)
class Point:
    """`coverage` is the share of questions with an answer at least as sure as `confidence`, `risk` the share of these that is wrong."""

    confidence: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCoverage:
    """`auc` is the mean risk over the coverages that were reached (0 is best); `at_90` the risk where coverage first reaches 90 %."""

    points: tuple[Point, ...]
    auc: float | None
    at_90: float | None

    @property
    def accuracy_at_90(self) -> float | None:
        return None if self.at_90 is None else 1 - self.at_90


def risk_coverage(answers: Sequence[tuple[float, bool]], *, questions: int) -> RiskCoverage:
    """Return the curve of (confidence, is right) pairs among `questions` (at least as many) that should be answered.

    Answers of equal confidence are given together: no threshold could part them. Coverage ends where the service declines.
    """
    points: list[Point] = []
    given = wrong = 0
    area = 0.0
    for confidence, group in groupby(sorted(answers, key=lambda pair: -pair[0]), key=lambda pair: pair[0]):
        members = [right for _, right in group]
        given += len(members)
        wrong += members.count(False)
        area += len(members) * wrong / given
        points.append(Point(confidence, given / questions, wrong / given))
    at_90 = next((point.risk for point in points if point.coverage >= COVERAGE - 1e-9), None)
    return RiskCoverage(points=tuple(points), auc=area / given if given else None, at_90=at_90)
