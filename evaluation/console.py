"""Scores and comparisons as tables on a terminal."""

from collections.abc import Mapping

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evaluation.compare import Comparison
from evaluation.run import CLEAN
from evaluation.runs.folder import RunFolder
from evaluation.scores import Change, Figure, Scores
from evaluation.suites.registry import load_outputs, suite_of
from evaluation.suites.suite import Shown
from gateway.use_contract import UseFigure


def print_run(console: Console, run: RunFolder, scores: Scores, *, show: int) -> None:
    """Print what failed (the worst first, at most `show`), the figures of every variant, the gaps and the thresholds that were missed."""
    if show:
        outputs = {(output.key, output.variant): output for output in load_outputs(run)}
        suite = suite_of(run)
        clean = [failure for failure in scores.failures if failure.variant == CLEAN]
        for failure in clean[:show]:
            console.print(_failure_text(failure.key, failure.problems, suite.show(outputs[failure.key, failure.variant])))
        if len(clean) > show:
            console.print(f"… and {len(clean) - show} more: korpu eval report {run.record.id}", markup=False, highlight=False)
    if scores.confusion:
        console.print(_confusion_table(scores.confusion))
    console.print(_figure_table(scores))
    for name, groups in scores.breakdown.items():
        if scores.kind in ("retrieval", "safety"):
            console.print(_group_table(name, groups))
    if scores.gaps:
        console.print(_gap_table(scores))
    if scores.timing:
        console.print(", ".join(f"{name} {value}" for name, value in scores.timing.items()), markup=False, highlight=False)
    if degraded := scores.counts.get("degraded"):
        console.print(Text(f"A part of the service had failed for {degraded} answers: the figures are not those of the whole", style="bold red"))
    for threshold in scores.thresholds:
        if not threshold.is_met:
            console.print(Text(f"Below what is needed: {threshold}", style="bold red"))
    console.print(f"run {run.record.id}", markup=False, highlight=False, soft_wrap=True)


def print_comparison(console: Console, found: Comparison) -> None:
    table = Table(title=f"{found.b} against {found.a}", title_justify="left")
    table.add_column("figure", no_wrap=True)
    for name in ("A", "B", "B − A", "95 %", "p", "detectable"):
        table.add_column(name, justify="right", no_wrap=True)
    for change in (found.primary, *found.others):
        table.add_row(*_change_row(change), style="bold" if change is found.primary else None)
    console.print(table)
    for word, keys in (("now right", found.fixed), ("now wrong", found.broken)):
        if keys:
            console.print(f"{word}: {len(keys)}: {', '.join(keys[:12])}{' …' if len(keys) > 12 else ''}", markup=False, highlight=False)
    style = {"worse": "bold red", "better": "bold green"}.get(found.call)
    console.print(Text(f"{found.call} ({found.primary.name}, p = {found.primary.p:.4f})", style=style or "bold"))


def _change_row(change: Change) -> tuple[str, ...]:
    interval = "–" if change.low is None or change.high is None else f"{change.low:+.3f} … {change.high:+.3f}"
    return (change.name, f"{change.a:.3f}", f"{change.b:.3f}", f"{change.difference:+.3f}", interval, f"{change.p:.4f}", _plain(change.detectable))


def _failure_text(key: str, problems: tuple[str, ...], shown: Shown) -> Group:
    lines = [Text.assemble((key, "bold"), "  ", " → ".join(shown.asked))]
    lines += [Text(f"    {problem}", style="red") for problem in problems]
    return Group(*lines, Padding(Text(shown.text, style="dim"), (0, 0, 1, 4)))


def _confusion_table(confusion: Mapping[str, Mapping[str, int]]) -> Table:
    table = Table("expected", "got", title="Endings, questions as given", title_justify="left")
    for expected, got in confusion.items():
        table.add_row(expected, ", ".join(f"{name} {count}" for name, count in got.items()))
    return table


def _figure_table(scores: Scores) -> Table:
    table = Table(title=f"{scores.subject}, {scores.items} items; 95 % intervals over services", title_justify="left")
    table.add_column("figure", no_wrap=True)
    for variant in scores.variants:
        table.add_column(variant, justify="right", no_wrap=True)
    table.add_column("detectable", justify="right")
    needed = {threshold.name: threshold for threshold in scores.thresholds}
    for name in scores.variants[CLEAN]:
        values = [
            show_interval(figures.get(name)) if variant == CLEAN else _plain_value(figures.get(name)) for variant, figures in scores.variants.items()
        ]
        threshold = needed.get(name)
        mark = "" if threshold is None else f" ({'≤' if threshold.at_most else '≥'} {threshold.needed:g})"
        table.add_row(
            name + mark, *values, _plain(scores.variants[CLEAN][name].detectable), style="red" if threshold and not threshold.is_met else None
        )
    for name, count in scores.counts.items():
        table.add_row(name, str(count), *("" for _ in scores.variants))
    return table


def _group_table(name: str, groups: Mapping[str, Mapping[str, Figure]]) -> Table:
    table = Table(title=f"by {name}", title_justify="left")
    table.add_column(name)
    names = list(dict.fromkeys(figure for figures in groups.values() for figure in figures))
    for figure in names:
        table.add_column(figure, justify="right")
    for group, figures in groups.items():
        table.add_row(group, *(show_interval(figures.get(figure)) for figure in names))
    return table


def _gap_table(scores: Scores) -> Table:
    table = Table(title="Parity: how much less often a group is served rightly", title_justify="left")
    for column in ("group", "against"):
        table.add_column(column, no_wrap=True)
    for column in ("cases", "gap", "95 %", "p"):
        table.add_column(column, justify="right", no_wrap=True)
    for gap in scores.gaps:
        interval = "–" if gap.low is None or gap.high is None else f"{gap.low:+.3f} … {gap.high:+.3f}"
        table.add_row(gap.b, gap.a, str(gap.cases), f"{gap.difference:+.3f}", interval, f"{gap.p:.3f}")
    return table


def show_interval(figure: Figure | UseFigure | None) -> str:
    """Return a figure with its interval where it has one."""
    if figure is None:
        return "–"
    return f"{figure.value:.3f}" if figure.low is None or figure.high is None else f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


def _plain_value(figure: Figure | None) -> str:
    return "–" if figure is None else f"{figure.value:.3f}"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
