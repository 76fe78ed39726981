"""How well questions reach their pilot. A clarification counts as wrong: the person was sent nowhere yet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from pilots.routing.decision import OUT_OF_SCOPE, RouteDecision, Routing

CALIBRATION_BINS = 10


@dataclass(frozen=True, slots=True)
class Routed:
    """An utterance's own label and where it was sent."""

    expected: str
    routing: Routing

    @property
    def got(self) -> str:
        """The pilot, `out_of_scope` or `clarification`."""
        return self.routing.pilot or self.routing.decision.value

    @property
    def favourite(self) -> tuple[str, float]:
        """The label with the greatest share, and the share."""
        shares = {candidate.pilot: candidate.score for candidate in self.routing.candidates}
        shares[OUT_OF_SCOPE] = max(1 - sum(shares.values()), 0.0)
        return max(shares.items(), key=lambda item: item[1])


@dataclass(frozen=True, slots=True)
class LabelScores:
    precision: float
    recall: float
    f1: float
    utterances: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingScores:
    """Shares in [0, 1]. `macro_f1` is the mean over the labels, out_of_scope among them. `calibration_error` is the expected
    difference between the favourite's share and how often it is right, over ten bins of equal width."""

    accuracy: float
    macro_f1: float
    out_of_scope_recall: float
    clarifications: float
    calibration_error: float
    labels: Mapping[str, LabelScores]
    confusion: Mapping[str, Mapping[str, int]]


def score_routing(routed: Sequence[Routed]) -> RoutingScores:
    """Score at least one utterance."""
    labels = {label: _score_label(routed, label) for label in sorted({item.expected for item in routed})}
    confusion = {label: dict(Counter(item.got for item in routed if item.expected == label)) for label in labels}
    return RoutingScores(
        accuracy=fmean(item.got == item.expected for item in routed),
        macro_f1=fmean(scores.f1 for scores in labels.values()),
        out_of_scope_recall=labels[OUT_OF_SCOPE].recall if OUT_OF_SCOPE in labels else 0.0,
        clarifications=fmean(item.routing.decision is RouteDecision.CLARIFICATION for item in routed),
        calibration_error=_calibration_error(routed),
        labels=labels,
        confusion=confusion,
    )


def _score_label(routed: Sequence[Routed], label: str) -> LabelScores:
    right = sum(item.expected == item.got == label for item in routed)
    sent, own = sum(item.got == label for item in routed), sum(item.expected == label for item in routed)
    return LabelScores(precision=right / sent if sent else 0.0, recall=right / own, f1=2 * right / (sent + own), utterances=own)


def _calibration_error(routed: Sequence[Routed]) -> float:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for item in routed:
        label, share = item.favourite
        bins.setdefault(min(int(share * CALIBRATION_BINS), CALIBRATION_BINS - 1), []).append((share, label == item.expected))
    return sum(abs(sum(share - right for share, right in members)) for members in bins.values()) / len(routed)
