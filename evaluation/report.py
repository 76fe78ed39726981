"""Results for people (tables) and for machines (JSON)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evaluation.metrics.answers import AnswerScores, Verdict, score_verdicts
from evaluation.metrics.retrieval import MEASURES, RetrievalScores
from evaluation.run import Variant
from pilots.manifest import Thresholds

CLEAN: Variant = "clean"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReport:
    """A pilot's cases, judged in every variant; `clean` is always among them."""

    pilot: str
    thresholds: Thresholds
    verdicts: Mapping[Variant, Sequence[Verdict]]

    @property
    def scores(self) -> dict[Variant, AnswerScores]:
        return {variant: score_verdicts(verdicts) for variant, verdicts in self.verdicts.items() if verdicts}

    def loss_points(self, variant: Variant) -> float:
        """Return how many points of status accuracy the same cases lose against being typed as given; 0 for a variant without cases."""
        noisy = self.verdicts[variant]
        asked = {verdict.result.case.id for verdict in noisy}
        clean = [verdict for verdict in self.verdicts[CLEAN] if verdict.result.case.id in asked]
        if not noisy:
            return 0.0
        return (score_verdicts(clean).status_accuracy - score_verdicts(noisy).status_accuracy) * 100

    @property
    def failures(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts[CLEAN] if not verdict.passed]

    @property
    def shortfalls(self) -> list[str]:
        """Name each threshold of the manifest that the clean questions miss. No answer with facts meets no exactness."""
        scores, needed = self.scores[CLEAN], self.thresholds
        shares = {
            "status_accuracy": (scores.status_accuracy, needed.status_accuracy),
            "fact_exactness": (scores.fact_exactness or 0.0, needed.fact_exactness),
            "cited_rate": (scores.cited_rate or 0.0, needed.cited_rate),
        }
        missed = [f"{name} {reached:.3f} < {least:.3f}" for name, (reached, least) in shares.items() if reached < least]
        if scores.wrong_facts > needed.wrong_facts:
            missed.append(f"wrong_facts {scores.wrong_facts} > {needed.wrong_facts}")
        return missed


def answer_document(report: AnswerReport) -> dict[str, object]:
    """Return the report as JSON values: scores by variant, and every failed case of the clean questions with its answer."""
    return {
        "pilot": report.pilot,
        "thresholds": report.thresholds.model_dump(),
        "shortfalls": report.shortfalls,
        "variants": {variant: asdict(scores) | {"loss_points": report.loss_points(variant)} for variant, scores in report.scores.items()},
        "failures": [_failure(verdict) for verdict in report.failures],
    }


def _failure(verdict: Verdict) -> dict[str, object]:
    result = verdict.result
    return {
        "id": result.case.id,
        "kind": result.case.kind.value,
        "context": result.case.context,
        "question": result.question,
        "expected": result.case.expected_status.value,
        "got": result.answer.status.value,
        "missing": verdict.missing,
        "wrong": verdict.wrong,
        "sources": sorted(verdict.sources),
        "answer": result.answer.text,
    }


def print_retrieval(console: Console, scores: Mapping[Variant, RetrievalScores], *, queries: int) -> None:
    table = Table(title=f"Retrieval, {queries} judged queries", title_justify="left")
    table.add_column("questions")
    for name in MEASURES:
        table.add_column(name, justify="right")
    for variant, row in scores.items():
        table.add_row(variant, *(f"{row[name]:.4f}" for name in MEASURES))
    console.print(table)


def print_answers(console: Console, report: AnswerReport) -> None:
    for verdict in report.failures:
        console.print(_failure_text(verdict))
    console.print(_confusion_table(report.scores[CLEAN]))
    console.print(_scores_table(report))
    if degraded := sum(scores.degraded for scores in report.scores.values()):
        console.print(Text(f"A part of the service had failed for {degraded} answers: the figures are not those of the whole", style="bold red"))
    for shortfall in report.shortfalls:
        console.print(Text(f"Below the pilot's threshold: {shortfall}", style="bold red"))


def _failure_text(verdict: Verdict) -> Group:
    result = verdict.result
    asked = " → ".join((*result.case.context, result.question))
    lines = [Text.assemble((result.case.id, "bold"), f"  {result.case.kind.value}  {asked}")]
    if not verdict.status_right:
        lines.append(Text(f"    expected {result.case.expected_status.value}, got {result.answer.status.value}", style="red"))
    if verdict.missing:
        lines.append(Text(f"    missing: {', '.join(verdict.missing)}", style="red"))
    if verdict.wrong:
        lines.append(Text(f"    wrong: {', '.join(verdict.wrong)}", style="bold red"))
    return Group(*lines, Padding(Text(result.answer.text, style="dim"), (0, 0, 1, 4)))


def _confusion_table(scores: AnswerScores) -> Table:
    table = Table("expected", "got", title="Endings", title_justify="left")
    for expected, got in scores.confusion.items():
        table.add_row(expected, ", ".join(f"{status} {count}" for status, count in got.items()))
    return table


def _scores_table(report: AnswerReport) -> Table:
    table = Table(title=f"{report.pilot}, {len(report.verdicts[CLEAN])} cases", title_justify="left")
    table.add_column("questions")
    for name in ("cases", "status accuracy", "loss, points", "fact exactness", "wrong facts", "cited", "source precision", "p50 ms", "p95 ms"):
        table.add_column(name, justify="right")
    scores = report.scores
    for variant, row in scores.items():
        shares = (_share(row.fact_exactness), str(row.wrong_facts), _share(row.cited_rate), _share(row.source_precision))
        asked = str(len(report.verdicts[variant]))
        table.add_row(
            variant, asked, _share(row.status_accuracy), f"{report.loss_points(variant):.1f}", *shares, f"{row.p50_ms:.1f}", f"{row.p95_ms:.1f}"
        )
    return table


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
