from statistics import fmean

import numpy as np
import pytest

from pilots.routing.classifier import fit_classifier, softmax


def clouds(size: int, *, spread: float) -> tuple[np.ndarray, list[str]]:
    """Return three groups of points around the axes of a space, in turn."""
    draw = np.random.default_rng(0)
    labels = ["a", "b", "c"] * size
    return np.tile(np.eye(3), (size, 1)) + draw.normal(scale=spread, size=(3 * size, 3)), labels


def test_points_go_to_their_group_with_shares_that_add_up() -> None:
    classifier = fit_classifier(*clouds(20, spread=0.1))
    shares = classifier.shares(np.eye(3))
    assert [classifier.labels[best] for best in shares.argmax(axis=1)] == ["a", "b", "c"]
    assert shares.sum(axis=1) == pytest.approx([1, 1, 1])


def test_shares_are_as_sure_as_left_out_examples_were_right() -> None:
    clear, mixed = fit_classifier(*clouds(40, spread=0.05)), fit_classifier(*clouds(40, spread=0.8))
    assert clear.shares(np.eye(3)).max(axis=1).min() > 0.99
    rows, labels = clouds(200, spread=0.8)
    shares = mixed.shares(rows[120:])
    best = [mixed.labels[int(column)] for column in shares.argmax(axis=1)]
    right = fmean(found == label for found, label in zip(best, labels[120:], strict=True))
    assert shares.max(axis=1).mean() == pytest.approx(right, abs=0.08)


def test_a_label_with_few_examples_counts_as_much_as_one_with_many() -> None:
    rows = np.vstack([np.tile([1.0, 0.0], (60, 1)), np.tile([0.0, 1.0], (3, 1))])
    classifier = fit_classifier(rows, ["many"] * 60 + ["few"] * 3)
    many, few = classifier.shares(np.eye(2))
    assert many[0] == pytest.approx(few[1], abs=0.05)


def test_one_example_a_label_is_enough_to_start() -> None:
    classifier = fit_classifier(np.eye(2), ["a", "b"])
    assert classifier.shares(np.eye(2)).argmax(axis=1).tolist() == [0, 1]


def test_softmax_survives_large_scores() -> None:
    assert softmax(np.array([[1000.0, 0.0]])).tolist() == [[1.0, 0.0]]
