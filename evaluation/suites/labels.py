"""What routing and triage share: labels against labels, with intervals, calibration, confusion and what was taken for what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from evaluation.metrics.calibration import expected_calibration_error, reliability
from evaluation.metrics.classification import confusion, macro_f1, score_labels
from evaluation.run import CLEAN
from evaluation.scores import Failure, Figure, Gap, Scores, Threshold, figures
from evaluation.statistics import Observation, estimate_statistic


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """An item's true label, the one given, and how sure `favourite` (the likeliest label, given or not) was. `cluster` is what items
    resample by."""

    key: str
    truth: str
    given: str
    favourite: str
    confidence: float
    cluster: str

    @property
    def is_right(self) -> bool:
        return self.given == self.truth

    @property
    def sureness(self) -> tuple[float, bool]:
        return self.confidence, self.favourite == self.truth


def score_labelled(
    kind: str,
    subject: str,
    variants: Mapping[str, Sequence[Labelled]],
    by_variant: dict[str, dict[str, Figure]],
    *,
    thresholds: tuple[Threshold, ...],
    timing: dict[str, JsonValue] | None = None,
) -> Scores:
    """Return the scores of labelled items by variant, at least one as written; `by_variant` holds the figures of each variant."""
    clean = variants[CLEAN]
    own = measure_labels(clean)["accuracy"]
    gaps = [Gap.between("spelling", CLEAN, name, own, measure_labels(items)["accuracy"]) for name, items in variants.items() if name != CLEAN]
    return Scores(
        kind=kind,
        subject=subject,
        items=len(clean),
        thresholds=thresholds,
        variants=by_variant,
        breakdown={"label": label_breakdown(clean)},
        gaps=tuple(gap for gap in gaps if gap is not None),
        confusion=confusion([item.truth for item in clean], [item.given for item in clean]),
        reliability=tuple(reliability([item.sureness for item in clean])),
        failures=tuple(
            Failure(key=item.key, variant=variant, problems=(f"{item.truth} → {item.given}",))
            for variant, items in variants.items()
            for item in items
            if not item.is_right
        ),
        timing=timing or {},
    )


def measure_labels(items: Sequence[Labelled], *, suffix: str = "") -> dict[str, list[Observation]]:
    return {"accuracy": [Observation(item.key + suffix, item.cluster, float(item.is_right)) for item in items]}


def label_figures(items: Sequence[Labelled]) -> dict[str, Figure]:
    """Return accuracy, macro-F1 and calibration error of at least one item."""
    clusters = [item.cluster for item in items]

    def f1(places: Sequence[int]) -> float:
        return macro_f1([items[place].truth for place in places], [items[place].given for place in places])

    def calibration(places: Sequence[int]) -> float:
        return expected_calibration_error([items[place].sureness for place in places]) or 0.0

    found = figures(measure_labels(items))
    for name, statistic in (("macro_f1", f1), ("calibration_error", calibration)):
        value, low, high = estimate_statistic(clusters, statistic)  # pyright: ignore[reportArgumentType]
        found[name] = Figure(
            value=round(value, 6),
            low=None if low is None else round(low, 6),
            high=None if high is None else round(high, 6),
            count=len(items),
            clusters=len(set(clusters)),
        )
    return found


def label_breakdown(items: Sequence[Labelled]) -> dict[str, dict[str, Figure]]:
    """Return precision, recall and F1 of every label, without intervals."""
    scores = score_labels([item.truth for item in items], [item.given for item in items])
    return {
        label: {
            "precision": Figure(value=round(row.precision, 6), count=row.count),
            "recall": Figure(value=round(row.recall, 6), count=row.count),
            "f1": Figure(value=round(row.f1, 6), count=row.count),
        }
        for label, row in scores.items()
    }
