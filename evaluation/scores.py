"""What scoring a run comes to, in one form for every kind of run."""

from dataclasses import asdict, dataclass
from typing import Any, Self, overload

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from evaluation.metrics.calibration import Bin
from evaluation.metrics.selective import Point
from evaluation.statistics import Estimate, Observation, Paired, compare_paired, estimate


class ScoreModel(BaseModel):
    model_config = ConfigDict(frozen=True)


class Figure(ScoreModel):
    """A figure with its 95 % interval. `count` is what it is a share of, `clusters` how many services or laws are behind it; `detectable` is
    the difference that a comparison with another run of this size would find."""

    value: float
    low: float | None = None
    high: float | None = None
    count: float
    clusters: int | None = None
    detectable: float | None = None

    @classmethod
    def of(cls, found: Estimate) -> Self:
        return cls(
            value=_short(found.value),
            low=_short(found.low),
            high=_short(found.high),
            count=found.count,
            clusters=found.clusters,
            detectable=_short(found.detectable),
        )


class Threshold(ScoreModel):
    """What is needed of a figure; `reached` is None when no case could show it, which meets nothing but a need of 0."""

    name: str
    needed: float
    reached: float | None
    at_most: bool = False

    @property
    def is_met(self) -> bool:
        if self.reached is None:
            return self.at_most or self.needed == 0
        return self.reached <= self.needed if self.at_most else self.reached >= self.needed

    def __str__(self) -> str:
        if self.reached is None:
            return f"{self.name} was shown by no case, {self.needed:g} is needed"
        if self.at_most:
            return f"{self.name} {self.reached:g} > {self.needed:g}"
        return f"{self.name} {self.reached:.3f} < {self.needed:.3f}"


class Gap(ScoreModel):
    """How much less often people of group `b` are served rightly than those of group `a`: the difference b − a with its interval.

    `cases` are those of group b. Spelling compares the same cases; language and length compare cases about the same services.
    """

    dimension: str
    a: str
    b: str
    difference: float
    low: float | None
    high: float | None
    p: float
    cases: int
    clusters: int

    @classmethod
    def between(cls, dimension: str, a: str, b: str, one: list[Observation], other: list[Observation]) -> Self | None:
        """Compare two groups on the services that both asked about; None when there is none."""
        shared = {item.cluster for item in one} & {item.cluster for item in other}
        one, other = [item for item in one if item.cluster in shared], [item for item in other if item.cluster in shared]
        found = compare_paired(one, other)
        if found is None:
            return None
        return cls(
            dimension=dimension,
            a=a,
            b=b,
            difference=_short(found.difference),
            low=None if found.low is None else _short(found.low),
            high=None if found.high is None else _short(found.high),
            p=round(found.p, 4),
            cases=len(other),
            clusters=found.clusters,
        )


class Failure(ScoreModel):
    """A case that did not come out as it should, with what is wrong, the worst first in a list of them."""

    key: str
    variant: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Paired):
    """The difference B − A of one named figure, rounded; `p` is adjusted when it explains, the primary figure's own when it decides."""

    name: str

    @classmethod
    def of(cls, name: str, found: Paired, p: float) -> Self:
        rounded: dict[str, Any] = {field: _short(value) for field, value in asdict(found).items()}
        rounded["p"] = round(p, 5)
        return cls(name=name, **rounded)


class Scores(ScoreModel):
    """Everything but `timing` is the same in two runs of one state of code and data.

    `variants` holds the figures by how the questions were typed; `breakdown` those of the clean questions by a property of the case.
    """

    kind: str
    subject: str
    items: int
    thresholds: tuple[Threshold, ...] = ()
    variants: dict[str, dict[str, Figure]] = Field(default_factory=dict[str, dict[str, Figure]])
    counts: dict[str, int] = Field(default_factory=dict[str, int])
    breakdown: dict[str, dict[str, dict[str, Figure]]] = Field(default_factory=dict[str, dict[str, dict[str, Figure]]])
    gaps: tuple[Gap, ...] = ()
    confusion: dict[str, dict[str, int]] = Field(default_factory=dict[str, dict[str, int]])
    risk_coverage: tuple[Point, ...] = ()
    reliability: tuple[Bin, ...] = ()
    failures: tuple[Failure, ...] = ()
    timing: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])

    @property
    def shortfalls(self) -> list[str]:
        """Name each threshold that is missed."""
        return [str(threshold) for threshold in self.thresholds if not threshold.is_met]

    @property
    def passed(self) -> bool:
        return not self.shortfalls


def figures(observations: dict[str, list[Observation]]) -> dict[str, Figure]:
    """Return the estimate of every ratio that has observations."""
    return {name: Figure.of(found) for name, items in observations.items() if (found := estimate(items)) is not None}


@overload
def _short(value: float) -> float: ...
@overload
def _short(value: None) -> None: ...
def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
