"""Labels against labels: accuracy, macro-F1 and who is taken for whom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelScores:
    precision: float
    recall: float
    f1: float
    count: int


def score_labels(truth: Sequence[str], guesses: Sequence[str]) -> dict[str, LabelScores]:
    """Return the scores of every label of the truth, by name; a guess may lie outside of them («clarification»)."""
    pairs = Counter(zip(truth, guesses, strict=True))
    own, given = Counter(truth), Counter(guesses)
    scores: dict[str, LabelScores] = {}
    for label in sorted(own):
        right = pairs[label, label]
        scores[label] = LabelScores(
            right / given[label] if given[label] else 0.0, right / own[label], 2 * right / (own[label] + given[label]), own[label]
        )
    return scores


def macro_f1(truth: Sequence[str], guesses: Sequence[str]) -> float:
    """Return the mean F1 over the labels of the truth, of which there is at least one."""
    scores = score_labels(truth, guesses)
    return sum(label.f1 for label in scores.values()) / len(scores)


def confusion(truth: Sequence[str], guesses: Sequence[str]) -> dict[str, dict[str, int]]:
    """Count guesses by true label, both in order of their names, most frequent guess first."""
    return {
        label: dict(Counter(guess for own, guess in zip(truth, guesses, strict=True) if own == label).most_common()) for label in sorted(set(truth))
    }
