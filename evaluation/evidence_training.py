"""Fits the weights of `pilots/evidence_model.json`: sentences against the others of their question, questions by whether they are answerable."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from pilots.evidence_features import CERTAINTY, FEATURES
from pilots.evidence_model import EvidenceModel

FOLDS: Final = 5
SEED: Final = 2026
RIDGE: Final = 0.1
INVERSE_REGULARISATION: Final = 0.1
DIGITS: Final = 5

Rows = NDArray[np.float64]
CertaintyOf = Callable[[EvidenceModel], Rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One question: the FEATURES of its sentences (a row each), which of them are evidence, and whether the corpus answers it."""

    rows: Rows
    right: NDArray[np.bool_]
    answerable: bool
    group: str


def fit(samples: Sequence[Sample], certainty_of: CertaintyOf, seen: NDArray[np.bool_] | None = None) -> EvidenceModel:
    """Fit on the samples (on those `seen` alone). Needs both answerable and unanswerable questions."""
    from sklearn.linear_model import LogisticRegression

    seen = np.ones(len(samples), dtype=bool) if seen is None else seen
    weights = _fit_sentences([sample for sample, is_seen in zip(samples, seen, strict=True) if is_seen])
    ranker = EvidenceModel(sentence=_named(FEATURES, weights), certainty=_named(CERTAINTY, np.zeros(len(CERTAINTY))), bias=0.0)
    rows = certainty_of(ranker)
    mean, spread = rows[seen].mean(axis=0), rows[seen].std(axis=0) + 1e-9
    answerable = np.array([sample.answerable for sample in samples])
    model: Any = LogisticRegression(C=INVERSE_REGULARISATION, class_weight="balanced")
    model.fit((rows[seen] - mean) / spread, answerable[seen])
    slope = model.coef_[0] / spread
    return ranker.model_copy(update={"certainty": _named(CERTAINTY, slope), "bias": round(float(model.intercept_[0] - slope @ mean), DIGITS)})


def cross_validate(samples: Sequence[Sample], certainty_of: CertaintyOf) -> list[EvidenceModel]:
    """Return for each sample a model that was fitted without the samples of its group."""
    place = folds([sample.group for sample in samples])
    models = [fit(samples, certainty_of, place != fold) for fold in range(FOLDS)]
    return [models[fold] for fold in place]


def folds(groups: Sequence[str]) -> NDArray[np.int_]:
    """Deal the groups out over the folds, the largest first, so that each fold holds about as many samples."""
    counted = sorted(Counter(groups).items())
    random.Random(SEED).shuffle(counted)
    load = [0] * FOLDS
    chosen: dict[str, int] = {}
    for group, count in sorted(counted, key=lambda entry: -entry[1]):
        chosen[group] = load.index(min(load))
        load[chosen[group]] += count
    return np.array([chosen[group] for group in groups])


def _fit_sentences(samples: Sequence[Sample]) -> NDArray[np.float64]:
    """Maximise the chance that a softmax over a question's sentences gives to those that are evidence, with a ridge on standard weights."""
    from scipy.optimize import minimize  # pyright: ignore[reportUnknownVariableType]

    useful = [sample for sample in samples if sample.right.any() and not sample.right.all()]
    rows = np.vstack([sample.rows for sample in useful])
    spread = rows.std(axis=0) + 1e-9
    rows = (rows - rows.mean(axis=0)) / spread
    right = np.concatenate([sample.right for sample in useful]).astype(float)
    lengths = [len(sample.right) for sample in useful]
    starts = np.cumsum([0, *lengths])[:-1]
    owner = np.repeat(np.arange(len(useful)), lengths)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = rows @ weights
        powers = np.exp(logits - np.maximum.reduceat(logits, starts)[owner])
        chances = powers / np.add.reduceat(powers, starts)[owner]
        hit = np.add.reduceat(chances * right, starts) + 1e-12
        slope = rows.T @ (chances - chances * right / hit[owner]) / len(useful) + 2 * RIDGE * weights
        return float(-np.log(hit).mean() + RIDGE * weights @ weights), slope

    found = cast("Any", minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B"))
    return cast("Rows", found.x / spread)


def _named(names: Sequence[str], weights: NDArray[np.float64]) -> dict[str, float]:
    return {name: round(float(weight), DIGITS) for name, weight in zip(names, weights, strict=True)}
