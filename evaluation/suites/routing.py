"""Routing scored: where questions without a pilot's name go. A clarification counts as wrong: the person was sent nowhere yet."""

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import JsonValue

from evaluation.run import CLEAN
from evaluation.scores import Figure, Scores, Threshold, figures
from evaluation.statistics import Observation
from evaluation.suites.labels import Labelled, label_figures, measure_labels, score_labelled
from evaluation.suites.output import RoutingOutput
from evaluation.suites.suite import Shown, Suite
from pilots.routing.decision import OUT_OF_SCOPE, RouteDecision, Routing

NEEDED: Final = 0.95
NEEDED_NOISY: Final = 0.92
"""Macro-F1 on questions as written, and on each kind of noise."""


def destination(routing: Routing) -> str:
    """Return the pilot, `out_of_scope` or `clarification`."""
    return routing.pilot or routing.decision.value


def favourite(routing: Routing) -> tuple[str, float]:
    """Return the label with the greatest share, and the share."""
    shares = {candidate.pilot: candidate.score for candidate in routing.candidates}
    shares[OUT_OF_SCOPE] = max(1 - sum(shares.values()), 0.0)
    return max(shares.items(), key=lambda item: item[1])


def score_routing(subject: str, outputs: Sequence[RoutingOutput], config: Mapping[str, JsonValue]) -> Scores:
    """Score at least one utterance as written."""
    variants = {variant: _labelled(outputs, variant) for variant in dict.fromkeys(output.variant for output in outputs)}
    by_variant = {variant: label_figures(items) | _rates(outputs, variant) for variant, items in variants.items()}
    thresholds = tuple(
        Threshold(
            name="macro_f1" if variant == CLEAN else f"macro_f1/{variant}",
            needed=NEEDED if variant == CLEAN else NEEDED_NOISY,
            reached=found["macro_f1"].value,
        )
        for variant, found in by_variant.items()
    )
    return score_labelled("routing", subject, variants, by_variant, thresholds=thresholds)


def measure_routing(outputs: Sequence[RoutingOutput]) -> dict[str, list[Observation]]:
    found: list[Observation] = []
    for variant in dict.fromkeys(output.variant for output in outputs):
        found += measure_labels(_labelled(outputs, variant), suffix=f"/{variant}")["accuracy"]
    return {"accuracy": found}


def _labelled(outputs: Sequence[RoutingOutput], variant: str) -> list[Labelled]:
    items: list[Labelled] = []
    for output in outputs:
        if output.variant == variant:
            label, share = favourite(output.routing)
            items.append(
                Labelled(
                    key=output.key, truth=output.expected, given=destination(output.routing), favourite=label, confidence=share, cluster=output.key
                )
            )
    return items


def _rates(outputs: Sequence[RoutingOutput], variant: str) -> dict[str, Figure]:
    chosen = [output for output in outputs if output.variant == variant]
    asked = [Observation(o.key, o.key, float(o.routing.decision is RouteDecision.CLARIFICATION)) for o in chosen]
    alien = [Observation(o.key, o.key, float(destination(o.routing) == OUT_OF_SCOPE)) for o in chosen if o.expected == OUT_OF_SCOPE]
    return figures({"clarification_rate": asked, "out_of_scope_recall": alien})


def show_utterance(output: RoutingOutput) -> Shown:
    shares = "\n".join(f"{candidate.pilot}: {candidate.score:.2f}" for candidate in output.routing.candidates)
    return Shown(asked=output.asked, expected=output.expected, got=destination(output.routing), text=shares)


ROUTING: Final = Suite(
    output=RoutingOutput, labels=("expected",), primary="accuracy", score=score_routing, measure=measure_routing, show=show_utterance
)
