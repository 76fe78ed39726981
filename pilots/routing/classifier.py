"""A linear classifier for a few hundred examples, fit in well under a second wherever the gateway starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pilots.routing.features import Matrix

RIDGE: Final = 0.5
FOLDS: Final = 10
TEMPERATURES: Final = np.geomspace(0.5, 20, 60)


@dataclass(frozen=True, slots=True)
class Classifier:
    """`weights` has a column a label."""

    labels: tuple[str, ...]
    weights: Matrix
    bias: Matrix
    temperature: float

    def shares(self, rows: Matrix) -> Matrix:
        """Return for each row the probabilities of the labels: shape (rows, labels), each row's sum is 1."""
        return softmax(self.temperature * (rows @ self.weights + self.bias))


def fit_classifier(rows: Matrix, labels: Sequence[str]) -> Classifier:
    """Fit ridge regression on ±1 targets, every label of equal weight however many examples it has.

    Its scores become probabilities by one factor, the one under which left-out examples (of ten parts) are least surprising.
    """
    names = tuple(dict.fromkeys(labels))
    member = np.array([names.index(label) for label in labels])
    kernel = rows @ rows.T
    dual, bias = _solve(kernel, member, len(names))
    return Classifier(names, rows.T @ dual, bias, _temperature(kernel, member, len(names)))


def softmax(scores: Matrix) -> Matrix:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _solve(kernel: Matrix, member: np.ndarray, count: int) -> tuple[Matrix, Matrix]:
    """Return the examples' weights (examples, labels) and the bias (labels) of the least squares in the kernel's space."""
    size = len(member)
    sizes = np.maximum(np.bincount(member, minlength=count), 1)
    targets = np.where(np.eye(count)[member] > 0, 1.0, -1.0)
    system = np.ones((size + 1, size + 1))
    system[:size, :size] = kernel + np.diag(RIDGE * sizes[member] * count / size)
    system[size, size] = 0
    solution = np.linalg.solve(system, np.vstack([targets, np.zeros((1, count))])).astype(np.float64)
    return solution[:size], solution[size]


def _temperature(kernel: Matrix, member: np.ndarray, count: int) -> float:
    scores = np.zeros((len(member), count))
    for fold in range(min(FOLDS, len(member))):
        left_out = np.arange(len(member)) % FOLDS == fold
        if left_out.all():
            continue
        dual, bias = _solve(kernel[np.ix_(~left_out, ~left_out)], member[~left_out], count)
        scores[left_out] = kernel[np.ix_(left_out, ~left_out)] @ dual + bias
    own = np.arange(len(member)), member
    surprise = [-np.log(np.maximum(softmax(factor * scores)[own], 1e-12)).mean() for factor in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(surprise))])
