"""Routing measured: the router that the gateway uses, on utterances that it never learnt from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Protocol

from rich.console import Console
from rich.table import Table

from evaluation.dataset import Utterance
from evaluation.metrics.routing import Routed, RoutingScores, score_routing
from evaluation.run import Step, Variant, typed
from pilots.routing.decision import Routing

HELD_OUT: Final = Path(__file__).parent / "data" / "routing-heldout.jsonl"
NEEDED: Final = 0.95
NEEDED_NOISY: Final = 0.92
"""Macro-F1 on questions as written, and on each kind of noise."""


class QuestionRouter(Protocol):
    async def route(self, text: str, *, among: Sequence[str]) -> Routing: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingReport:
    """`learnt_from` counts the examples of each label."""

    utterances: Sequence[Utterance]
    learnt_from: Mapping[str, int]
    routed: Mapping[Variant, Sequence[Routed]]

    @property
    def scores(self) -> dict[Variant, RoutingScores]:
        return {variant: score_routing(routed) for variant, routed in self.routed.items()}

    @property
    def shortfalls(self) -> list[str]:
        missed: list[str] = []
        for variant, scores in self.scores.items():
            needed = NEEDED if variant == "clean" else NEEDED_NOISY
            if scores.macro_f1 < needed:
                missed.append(f"macro-F1 {scores.macro_f1:.3f} < {needed} ({variant})")
        return missed


async def run_routing(utterances: Sequence[Utterance], router: QuestionRouter, *, among: Sequence[str], variant: Variant, step: Step) -> list[Routed]:
    """Route every utterance as an opening question of a caller who may ask all pilots."""
    routed: list[Routed] = []
    for utterance in utterances:
        routed.append(Routed(utterance.expected, await router.route(typed(utterance.text, variant, key=utterance.id), among=among)))
        step()
    return routed


def routing_document(report: RoutingReport) -> dict[str, object]:
    """Return the report as JSON values: scores by variant, and every utterance that went astray as it was typed."""
    astray = [
        {"id": utterance.id, "variant": variant, "expected": item.expected, "got": item.got, "margin": item.routing.margin}
        for variant, routed in report.routed.items()
        for utterance, item in zip(report.utterances, routed, strict=True)
        if item.got != item.expected
    ]
    return {
        "utterances": len(report.utterances),
        "learnt_from": dict(report.learnt_from),
        "shortfalls": report.shortfalls,
        "variants": {variant: asdict(scores) for variant, scores in report.scores.items()},
        "astray": astray,
    }


def print_routing(console: Console, report: RoutingReport) -> None:
    for utterance, item in zip(report.utterances, report.routed["clean"], strict=True):
        if item.got != item.expected:
            console.print(f"{utterance.id}  {item.expected} → {item.got}  {utterance.text}", markup=False, highlight=False)
    console.print(_confusion_table(report.scores["clean"]))
    console.print(_label_table(report.scores["clean"], report.learnt_from))
    console.print(_scores_table(report))
    for shortfall in report.shortfalls:
        console.print(f"Below what is needed: {shortfall}", style="bold red", markup=False)


def _confusion_table(scores: RoutingScores) -> Table:
    table = Table("expected", "sent to", title="Where the utterances went, clean", title_justify="left")
    for expected, got in scores.confusion.items():
        table.add_row(expected, ", ".join(f"{label} {count}" for label, count in sorted(got.items(), key=lambda item: -item[1])))
    return table


def _label_table(scores: RoutingScores, learnt_from: Mapping[str, int]) -> Table:
    table = Table(title="Labels, clean", title_justify="left")
    table.add_column("label")
    for name in ("examples", "utterances", "precision", "recall", "F1"):
        table.add_column(name, justify="right")
    for label, row in scores.labels.items():
        counts = (str(learnt_from.get(label, 0)), str(row.utterances))
        table.add_row(label, *counts, f"{row.precision:.3f}", f"{row.recall:.3f}", f"{row.f1:.3f}")
    return table


def _scores_table(report: RoutingReport) -> Table:
    table = Table(title=f"Routing, {len(report.utterances)} utterances; a clarification counts as wrong", title_justify="left")
    table.add_column("questions")
    for name in ("macro-F1", "accuracy", "out-of-scope recall", "clarifications", "calibration error"):
        table.add_column(name, justify="right")
    for variant, row in report.scores.items():
        shares = (row.macro_f1, row.accuracy, row.out_of_scope_recall, row.clarifications, row.calibration_error)
        table.add_row(variant, *(f"{share:.3f}" for share in shares))
    return table
