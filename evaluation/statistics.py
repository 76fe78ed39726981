"""How sure a figure is: intervals over clusters of cases, a paired test of two runs, and the difference that could have been found.

Cases about one service share its card and fail together, so cases are resampled by cluster, never one by one. Every draw is seeded: the
same observations give the same interval.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats as scipy_stats

# scipy's functions are typed in part only.
stats: Final[Any] = scipy_stats

SEED: Final = 2026
RESAMPLES: Final = 2000
PERMUTATIONS: Final = 9999
CONFIDENCE: Final = 0.95
POWER: Final = 0.8
SIGNIFICANT: Final = 0.01
MANY: Final = 2000
"""Clusters from which a bootstrap draws how often each kind of cluster comes, not which: the same distribution, in a hundredth of the memory."""

DRAWN_AT_ONCE: Final = 100

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Observation:
    """What one case contributes to a ratio: `value` to its numerator, `weight` (> 0) to its denominator."""

    key: str
    cluster: str
    value: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A ratio with its 95 % interval; the interval is None with fewer than two clusters.

    `count` is the denominator. `detectable` is the smallest true difference that a comparison with another run of as many independent
    cases would find with 80 % power at 5 %; a paired comparison on the same cases finds smaller ones.
    """

    value: float
    low: float | None
    high: float | None
    count: float
    clusters: int
    detectable: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """The difference B − A of a ratio on the cases of two runs, its interval and the two-sided p of a randomisation test."""

    a: float
    b: float
    difference: float
    low: float | None
    high: float | None
    p: float
    clusters: int
    detectable: float | None


def estimate(observations: Sequence[Observation]) -> Estimate | None:
    """Return the ratio of the sums with a percentile bootstrap over clusters, None without observations.

    A bootstrap of nothing but successes has no width, which would pretend certainty: there the exact binomial interval over the
    clusters is given instead.
    """
    if not observations:
        return None
    sums, weights = _by_cluster(observations)
    value = float(sums.sum() / weights.sum())
    low = high = error = None
    if len(sums) > 1:
        low, high, error = _interval(sums, weights, value)
    return Estimate(
        value=value,
        low=low,
        high=high,
        count=float(weights.sum()),
        clusters=len(sums),
        detectable=detectable_difference(error * 2**0.5) if error is not None else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The ratio of one group less that of the other, with its 95 % interval; None with fewer than two clusters in either."""

    value: float
    low: float | None
    high: float | None


def estimate_difference(a: Sequence[Observation], b: Sequence[Observation]) -> Difference | None:
    """Return the difference a − b of one ratio in two groups of items that may share clusters; None when either is empty.

    Clusters are drawn for both groups together. Where one group holds nothing but successes or failures such a bootstrap would pretend
    certainty; there the groups' own intervals, exact on that side, are joined as Newcombe does (Statistics in Medicine 17, 1998, method 10).
    """
    one, other = estimate(a), estimate(b)
    if one is None or other is None:
        return None
    value = one.value - other.value
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return Difference(value=value, low=None, high=None)
    if one.value in (0.0, 1.0) or other.value in (0.0, 1.0):
        below = float(np.hypot(one.value - one.low, other.high - other.value))
        above = float(np.hypot(one.high - one.value, other.value - other.low))
        return Difference(value=value, low=value - below, high=value + above)
    names = sorted({item.cluster for item in (*a, *b)})
    low, high, _ = _difference_interval(*_by_cluster(b, names), *_by_cluster(a, names), value)
    return Difference(value=value, low=low, high=high)


def detectable_difference(error: float) -> float:
    """Return the difference that is found with 80 % power at 5 %, given the standard error of a difference."""
    return float((stats.norm.ppf(0.5 + CONFIDENCE / 2) + stats.norm.ppf(POWER)) * error)


def estimate_statistic(clusters: Sequence[str], statistic: Callable[[NDArray[np.int_]], float]) -> tuple[float, float | None, float | None]:
    """Return a statistic that is no ratio (macro-F1, calibration error) with its interval.

    `statistic` takes the places of the items that were drawn; `clusters` names the cluster of each item.
    """
    members = _members(clusters)
    value = float(statistic(np.arange(len(clusters))))
    if len(members) < 2:
        return value, None, None
    draw: Any = np.random.default_rng(SEED)
    drawn: list[float] = []
    for _ in range(RESAMPLES // 4):
        chosen: list[int] = draw.integers(0, len(members), len(members)).tolist()
        drawn.append(float(statistic(np.concatenate([members[place] for place in chosen]))))
    tail = (1 - CONFIDENCE) / 2
    return value, float(np.quantile(drawn, tail)), float(np.quantile(drawn, 1 - tail))


def estimate_weighted(clusters: Sequence[str], statistic: Callable[[Floats], Floats]) -> tuple[float, float | None, float | None]:
    """Do as `estimate_statistic` does for a statistic of weighted items, many draws at a time.

    `statistic` takes one row a draw, in which each item has the number of times that its cluster was drawn, and returns one value a row.
    """
    value = float(statistic(np.ones((1, len(clusters))))[0])
    names, places = np.unique(np.array(clusters), return_inverse=True)
    number = len(names)
    if number < 2:
        return value, None, None
    draw: Any = np.random.default_rng(SEED)
    rows = np.arange(DRAWN_AT_ONCE)[:, None] * number
    drawn: list[Floats] = []
    for _ in range(RESAMPLES // 4 // DRAWN_AT_ONCE):
        chosen: Any = draw.integers(0, number, (DRAWN_AT_ONCE, number)) + rows
        times = np.bincount(chosen.ravel(), minlength=DRAWN_AT_ONCE * number).reshape(DRAWN_AT_ONCE, number)
        drawn.append(statistic(times[:, places].astype(np.float64)))
    values = np.concatenate(drawn)
    tail = (1 - CONFIDENCE) / 2
    return value, float(np.quantile(values, tail)), float(np.quantile(values, 1 - tail))


def compare_paired(a: Sequence[Observation], b: Sequence[Observation]) -> Paired | None:
    """Compare one ratio of two runs of the same cases; None when either has none.

    The randomisation test swaps the two runs cluster by cluster: were they the same service, no swap would matter. Clusters that
    only one run observed count with nothing in the other (an answer that was not given cannot be right or wrong).
    """
    if not a or not b:
        return None
    names = sorted({item.cluster for item in (*a, *b)})
    (a_sums, a_weights), (b_sums, b_weights) = (_by_cluster(items, names) for items in (a, b))
    difference = float(b_sums.sum() / b_weights.sum() - a_sums.sum() / a_weights.sum())
    low = high = error = None
    if len(names) > 1:
        low, high, error = _difference_interval(a_sums, a_weights, b_sums, b_weights, difference)
    return Paired(
        a=float(a_sums.sum() / a_weights.sum()),
        b=float(b_sums.sum() / b_weights.sum()),
        difference=difference,
        low=low,
        high=high,
        p=_swap_test(a_sums, a_weights, b_sums, b_weights),
        clusters=len(names),
        detectable=detectable_difference(error) if error is not None else None,
    )


def adjust(p_values: Sequence[float]) -> list[float]:
    """Return Holm's adjustment: what each p is worth when all of them were looked at."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted = np.empty(len(p_values))
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, p_values[place] * (len(p_values) - rank)))
        adjusted[place] = highest
    return [float(p) for p in adjusted.tolist()]


def _by_cluster(observations: Sequence[Observation], names: Sequence[str] | None = None) -> tuple[Floats, Floats]:
    names = names if names is not None else sorted({item.cluster for item in observations})
    place = {name: at for at, name in enumerate(names)}
    sums, weights = np.zeros(len(names)), np.zeros(len(names))
    for item in observations:
        sums[place[item.cluster]] += item.value
        weights[place[item.cluster]] += item.weight
    return sums, weights


def _members(clusters: Sequence[str]) -> list[NDArray[np.int_]]:
    places: dict[str, list[int]] = {}
    for place, cluster in enumerate(clusters):
        places.setdefault(cluster, []).append(place)
    return [np.array(places[cluster]) for cluster in sorted(places)]


def _interval(sums: Floats, weights: Floats, value: float) -> tuple[float, float, float]:
    if value in (0.0, 1.0):
        exact = stats.binomtest(round(value * len(sums)), len(sums)).proportion_ci(confidence_level=CONFIDENCE, method="exact")
        low, high = float(exact.low), float(exact.high)
        return low, high, (high - low) / (2 * float(stats.norm.ppf(0.5 + CONFIDENCE / 2)))

    def ratio(sums: Floats, weights: Floats, axis: int) -> Floats:
        return sums.sum(axis) / weights.sum(axis)

    return _bootstrap((sums, weights), ratio, value)


def _difference_interval(a: Floats, a_weights: Floats, b: Floats, b_weights: Floats, value: float) -> tuple[float, float, float]:
    def difference(a: Floats, aw: Floats, b: Floats, bw: Floats, axis: int) -> Floats:
        return b.sum(axis) / np.maximum(bw.sum(axis), 1e-12) - a.sum(axis) / np.maximum(aw.sum(axis), 1e-12)

    return _bootstrap((a, a_weights, b, b_weights), difference, value)


def _bootstrap(samples: tuple[Floats, ...], statistic: Callable[..., Floats], value: float) -> tuple[float, float, float]:
    """Return low, high and standard error; scipy warns of samples without spread, whose interval is the value itself."""
    if all(np.ptp(sample) == 0 for sample in samples):
        return value, value, 0.0
    if len(samples[0]) > MANY:
        return _bootstrap_many(samples, statistic)
    found: Any = stats.bootstrap(
        samples,
        statistic,
        n_resamples=RESAMPLES,
        paired=True,
        vectorized=True,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high), float(found.standard_error)


def _bootstrap_many(samples: tuple[Floats, ...], statistic: Callable[..., Floats]) -> tuple[float, float, float]:
    """Do as `_bootstrap` does by drawing counts. The statistic must depend on the samples' sums alone, as ratios do."""
    kinds: Any
    kinds, counts = np.unique(np.column_stack(samples), axis=0, return_counts=True)
    clusters = len(samples[0])
    draw = np.random.default_rng(SEED)
    drawn: list[Floats] = []
    for _ in range(RESAMPLES // DRAWN_AT_ONCE):
        sums = draw.multinomial(clusters, counts / clusters, size=DRAWN_AT_ONCE) @ kinds
        drawn.append(statistic(*(column[:, None] for column in sums.T), axis=1))
    values = np.concatenate(drawn)
    tail = (1 - CONFIDENCE) / 2
    return float(np.quantile(values, tail)), float(np.quantile(values, 1 - tail)), float(values.std(ddof=1))


def _swap_test(a: Floats, a_weights: Floats, b: Floats, b_weights: Floats) -> float:
    """Return the two-sided p. Sums and weights of a cluster change sides together, so the test permutes their places."""
    sums, weights = np.concatenate([a, b]), np.concatenate([a_weights, b_weights])

    def difference(one: NDArray[np.int_], other: NDArray[np.int_], axis: int) -> Floats:
        return sums[other].sum(axis) / np.maximum(weights[other].sum(axis), 1e-12) - sums[one].sum(axis) / np.maximum(weights[one].sum(axis), 1e-12)

    if len(a) < 2 or (np.array_equal(a, b) and np.array_equal(a_weights, b_weights)):
        return 1.0
    places = np.arange(len(a)), np.arange(len(a), 2 * len(a))
    found: Any = stats.permutation_test(
        places,
        difference,
        permutation_type="samples",
        vectorized=True,
        n_resamples=PERMUTATIONS,
        batch=DRAWN_AT_ONCE,
        alternative="two-sided",
        rng=np.random.default_rng(SEED),
    )
    return float(found.pvalue)
