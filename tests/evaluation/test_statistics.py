import numpy as np
import pytest

from evaluation.statistics import (
    Difference,
    Observation,
    adjust,
    compare_paired,
    detectable_difference,
    estimate,
    estimate_difference,
    estimate_statistic,
    estimate_weighted,
)


def observations(values: list[float], *, clusters: list[str] | None = None) -> list[Observation]:
    return [Observation(f"k{n}", clusters[n] if clusters else f"k{n}", value) for n, value in enumerate(values)]


def test_a_share_lies_in_its_interval_and_the_interval_is_the_same_every_time() -> None:
    found = estimate(observations([1.0] * 70 + [0.0] * 30))
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value == 0.7 < found.high
    assert (found.low, found.high) == pytest.approx((0.61, 0.79), abs=0.02)  # the normal approximation: ± 1.96 · √(.7 · .3 / 100)
    assert found == estimate(observations([1.0] * 70 + [0.0] * 30))


def test_cases_of_one_service_say_less_than_cases_of_many() -> None:
    values = [1.0] * 60 + [0.0] * 40
    apart = estimate(observations(values))
    together = estimate(observations(values, clusters=[f"s{n // 20}" for n in range(100)]))
    assert apart is not None
    assert together is not None
    assert apart.low is not None
    assert together.low is not None
    assert together.low < apart.low
    assert together.clusters == 5


def test_nothing_but_successes_is_not_certainty() -> None:
    found = estimate(observations([1.0] * 50))
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(0.9289, abs=1e-4), 1.0)  # exact binomial: .025^(1/50)
    assert found.detectable is not None
    assert found.detectable > 0.05


def test_one_cluster_has_no_interval_and_nothing_no_estimate() -> None:
    found = estimate(observations([1.0, 0.0], clusters=["s", "s"]))
    assert found is not None
    assert (found.value, found.low, found.detectable) == (0.5, None, None)
    assert estimate([]) is None


def test_weights_make_a_ratio_of_sums() -> None:
    found = estimate([Observation("a", "a", 1, 4), Observation("b", "b", 1, 1)])
    assert found is not None
    assert (found.value, found.count) == (0.4, 5)


def test_a_clear_loss_is_found_and_a_copy_is_not() -> None:
    before, worse = observations([1.0] * 95 + [0.0] * 5), observations([1.0] * 80 + [0.0] * 20)
    lost, same = compare_paired(before, worse), compare_paired(before, before)
    assert lost is not None
    assert same is not None
    assert (lost.difference, lost.p < 0.01) == (pytest.approx(-0.15), True)
    assert lost.high is not None
    assert lost.high < 0
    assert (same.difference, same.p) == (0.0, 1.0)


def test_a_loss_in_one_service_alone_may_be_chance() -> None:
    clusters = [f"s{n // 10}" for n in range(100)]
    before, after = observations([1.0] * 100, clusters=clusters), observations([1.0] * 90 + [0.0] * 10, clusters=clusters)
    found = compare_paired(before, after)
    assert found is not None
    assert found.p > 0.01


def test_the_randomisation_p_is_that_of_counting() -> None:
    """Six services, all worse: of the 64 ways to swap them two are as extreme."""
    found = compare_paired(observations([1.0] * 6), observations([0.0] * 6))
    assert found is not None
    assert found.p == pytest.approx(2 / 64)


def test_what_only_one_run_observed_counts_on_its_side_only() -> None:
    a = [Observation("x", "x", 1), Observation("y", "y", 0)]
    found = compare_paired(a, a[:1])
    assert found is not None
    assert (found.a, found.b, found.difference) == (0.5, 1.0, 0.5)


def test_chance_is_found_as_often_as_it_is_due() -> None:
    """Two runs that differ by nothing but luck: about one in twenty gets p < .05."""
    draw = np.random.default_rng(5)
    values = [(draw.random(40) < 0.8, draw.random(40) < 0.8) for _ in range(120)]
    small = 0
    for one, other in values:
        found = compare_paired(observations(one.astype(float).tolist()), observations(other.astype(float).tolist()))
        small += found is not None and found.p < 0.05
    assert small <= 12


def test_statistics_that_are_no_ratios_have_intervals_over_clusters_too() -> None:
    values = np.array([0.0, 0.0, 1.0, 1.0, 1.0, 0.0])
    value, low, high = estimate_statistic([*"aabbcd"], lambda places: float(values[places].max()))
    assert value == 1.0
    assert (low, high) == (pytest.approx(0.0, abs=1.0), 1.0)
    assert estimate_statistic(["a", "a"], lambda places: float(len(places))) == (2.0, None, None)


def test_the_detectable_difference_is_2_8_standard_errors() -> None:
    assert detectable_difference(0.01) == pytest.approx(0.028, abs=1e-4)


def test_holm_multiplies_the_smallest_p_by_their_number() -> None:
    assert adjust([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert adjust([]) == []


def test_the_difference_of_two_groups_has_the_interval_of_the_normal_approximation() -> None:
    a, b = observations([1.0] * 80 + [0.0] * 20), [Observation(f"b{n}", f"b{n}", float(n < 60)) for n in range(100)]
    found = estimate_difference(a, b)
    assert found is not None
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.076, 0.324), abs=0.02)  # ± 1.96 · √(.8 · .2 / 100 + .6 · .4 / 100)


def test_groups_that_share_their_clusters_are_drawn_together() -> None:
    """Each conversation is as bad in one group as in the other: the difference is sure although the conversations differ."""
    a = [Observation(f"a{n}", f"c{n}", n / 40) for n in range(1, 41)]
    b = [Observation(f"b{n}", f"c{n}", n / 80) for n in range(1, 41)]
    together, apart = estimate_difference(a, b), estimate_difference(a, [Observation(o.key, o.key, o.value) for o in b])
    assert together is not None
    assert apart is not None
    assert together.value == apart.value
    assert together.low is not None
    assert apart.low is not None
    assert together.low > apart.low


def test_nothing_but_successes_in_both_groups_is_no_certain_equality() -> None:
    a, b = observations([1.0] * 50), [Observation(f"b{n}", f"b{n}", 1.0) for n in range(50)]
    found = estimate_difference(a, b)
    assert found is not None
    assert (found.value, found.low, found.high) == (0.0, pytest.approx(-0.0711, abs=1e-3), pytest.approx(0.0711, abs=1e-3))
    assert estimate_difference(a, []) is None
    assert estimate_difference(a, b[:1]) == Difference(value=0.0, low=None, high=None)


def test_many_clusters_are_drawn_by_their_kinds_to_the_same_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(8)
    clusters = [f"c{n}" for n in draw.integers(0, 900, 3000)]
    values = (draw.integers(0, 5, 3000) / 4).tolist()
    a, b = observations(values, clusters=clusters), observations(values[::-1], clusters=clusters)[:1500]
    by_cluster, difference = estimate(a), estimate_difference(a, b)
    monkeypatch.setattr("evaluation.statistics.MANY", 100)
    by_kind, difference_by_kind = estimate(a), estimate_difference(a, b)
    assert by_cluster is not None
    assert by_kind is not None
    assert (by_kind.low, by_kind.high, by_kind.detectable) == pytest.approx((by_cluster.low, by_cluster.high, by_cluster.detectable), abs=2e-3)
    assert difference is not None
    assert difference_by_kind is not None
    assert (difference_by_kind.low, difference_by_kind.high) == pytest.approx((difference.low, difference.high), abs=4e-3)
    assert by_kind == estimate(a)


def test_weighted_draws_give_the_interval_of_drawn_places() -> None:
    draw = np.random.default_rng(4)
    clusters = [f"c{n}" for n in draw.integers(0, 60, 200)]
    values = draw.random(200)
    value, low, high = estimate_statistic(clusters, lambda places: float(values[places].mean()))
    weighted = estimate_weighted(clusters, lambda weights: (weights * values).sum(axis=1) / weights.sum(axis=1))
    assert low is not None
    assert high is not None
    assert weighted == (pytest.approx(value), pytest.approx(low, abs=0.01), pytest.approx(high, abs=0.01))
    assert estimate_weighted(["a", "a"], lambda weights: weights.sum(axis=1)) == (2.0, None, None)
