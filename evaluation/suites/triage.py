"""Triage scored: the topics of appeals as the answer gives them, their calibration, and what is handed to a person."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import JsonValue

from evaluation.run import CLEAN
from evaluation.scores import Scores, Threshold, figures
from evaluation.statistics import Observation
from evaluation.suites.answers import measure_timing
from evaluation.suites.labels import Labelled, label_figures, measure_labels, score_labelled
from evaluation.suites.output import TriageOutput
from evaluation.suites.suite import Shown, Suite

NEEDED: Final = {"macro_f1": 0.9, "accuracy_when_sorted": 0.95}
"""What a run of `korpu eval triage` must reach on appeals as written."""
NO_TOPIC: Final = "no_topic"


def score_triage(subject: str, outputs: Sequence[TriageOutput], config: Mapping[str, JsonValue]) -> Scores:
    """Score at least one appeal as written. The likeliest topic counts for macro-F1, the stated one for `accuracy_when_sorted`."""
    variants = {variant: _labelled(outputs, variant) for variant in dict.fromkeys(output.variant for output in outputs)}
    by_variant = {variant: label_figures(items) | figures(_sorting(outputs, variant)) for variant, items in variants.items()}
    reached = by_variant[CLEAN]
    thresholds = tuple(Threshold(name=name, needed=least, reached=reached[name].value if name in reached else None) for name, least in NEEDED.items())
    timing = measure_timing([output.answer for output in outputs], [output.latency_ms for output in outputs])
    return score_labelled("triage", subject, variants, by_variant, thresholds=thresholds, timing=timing)


def measure_triage(outputs: Sequence[TriageOutput]) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = {"accuracy": [], "sorted_rate": [], "accuracy_when_sorted": []}
    for variant in dict.fromkeys(output.variant for output in outputs):
        found["accuracy"] += measure_labels(_labelled(outputs, variant), suffix=f"/{variant}")["accuracy"]
        for name, items in _sorting(outputs, variant).items():
            found[name] += [Observation(f"{item.key}/{variant}", item.cluster, item.value) for item in items]
    return found


def likeliest(output: TriageOutput) -> tuple[str, float]:
    """Return the likeliest topic of an answer, stated or left to a person, with its confidence; `no_topic` with 0 when none is told."""
    details: dict[str, Any] = dict(output.answer.details)
    if details.get("topic"):
        return str(details["topic"]), float(details.get("confidence") or 0.0)
    guesses: list[dict[str, Any]] = details.get("alternatives") or []
    return (str(guesses[0]["topic"]), float(guesses[0]["confidence"])) if guesses else (NO_TOPIC, 0.0)


def _labelled(outputs: Sequence[TriageOutput], variant: str) -> list[Labelled]:
    items: list[Labelled] = []
    for output in outputs:
        if output.variant == variant:
            topic, confidence = likeliest(output)
            items.append(Labelled(key=output.key, truth=output.topic, given=topic, favourite=topic, confidence=confidence, cluster=output.key))
    return items


def _sorting(outputs: Sequence[TriageOutput], variant: str) -> dict[str, list[Observation]]:
    """What is sorted without a person, and how much of it rightly."""
    chosen = [(output, output.answer.details.get("topic")) for output in outputs if output.variant == variant]
    return {
        "sorted_rate": [Observation(output.key, output.key, float(topic is not None)) for output, topic in chosen],
        "accuracy_when_sorted": [Observation(output.key, output.key, float(topic == output.topic)) for output, topic in chosen if topic is not None],
    }


def show_appeal(output: TriageOutput) -> Shown:
    answer = output.answer
    return Shown(
        asked=output.asked,
        expected=output.topic,
        got=likeliest(output)[0],
        text=answer.text,
        citations=answer.citations,
        answer_id=answer.id,
        trace_id=answer.trace_id or "",
    )


TRIAGE: Final = Suite(output=TriageOutput, labels=("topic",), primary="accuracy", score=score_triage, measure=measure_triage, show=show_appeal)
