"""What answers in use come to, as tables on a terminal."""

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from evaluation.console import show_interval
from evaluation.online.disagreement import POOR
from gateway.use_contract import Agreement, Disagreement, PilotUse

ID_WIDTH = 32
KINDS = {"missed": "perfect score, not content", "alarm": f"score below {POOR:g}, content"}


def print_use(console: Console, use: PilotUse, *, show: int) -> None:
    """Print the figures of one pilot, and at most `show` of the answers of which people and scores say different things, the worst first."""
    console.print(Text(f"{use.pilot}, {use.since:%Y-%m-%d %H:%M} to {use.until:%Y-%m-%d %H:%M} UTC", style="bold"))
    newest = f", the newest {use.measured} measured" if use.measured < use.answers else ""
    console.print(
        f"{use.answers} answers{newest} in {use.conversations} conversations; {use.sampled} sampled, {use.scored} with scores", highlight=False
    )
    if not use.measured:
        return
    console.print(_figure_table(use))
    if use.agreements:
        console.print(_agreement_table(use))
    if use.disagreements and show:
        console.print(_disagreement_table(use, show))
        shown = min(show, len(use.disagreements))
        rest = f"; {use.disagreed - shown} more with --show or --json" if use.disagreed > shown else ""
        console.print(f"korpu trace ANSWER tells how one of these came about{rest}", markup=False, highlight=False)


def _figure_table(use: PilotUse) -> Table:
    table = Table(title="Figures; 95 % intervals over conversations", title_justify="left")
    table.add_column("figure", no_wrap=True)
    for column in ("value", "answers", "conversations"):
        table.add_column(column, justify="right", no_wrap=True)
    rows = {**use.endings, "degraded": use.degraded, **{f"mean {name}": figure for name, figure in use.scores.items()}}
    rows |= {"not helpful": use.unhelpful, **{f"  {reason}": figure for reason, figure in use.reasons.items() if figure.value}}
    rows |= {f"drafts {decision}": figure for decision, figure in use.decisions.items()}
    for name, figure in rows.items():
        if figure is None:
            table.add_row(name, "nobody said", "", "")
        else:
            table.add_row(name, show_interval(figure), str(figure.count), str(figure.conversations))
    for rung, count in use.rungs.items():
        table.add_row(f"rung {rung}", "", str(count), "")
    if use.waiting:
        table.add_row("drafts waiting", "", str(use.waiting), "")
    return table


def _agreement_table(use: PilotUse) -> Table:
    table = Table(title="Do the scores know what people say?", title_justify="left")
    for column in ("score", "judgement"):
        table.add_column(column, no_wrap=True)
    for column in ("good", "bad", "mean good", "mean bad", "good − bad", "AUC"):
        table.add_column(column, justify="right", no_wrap=True)
    for one in use.agreements:
        table.add_row(one.score, one.judgement.value, str(one.good), str(one.bad), *_agreement_cells(one))
    return table


def _agreement_cells(one: Agreement) -> tuple[str, ...]:
    if not one.is_enough or one.good_mean is None or one.bad_mean is None or one.difference is None or one.auc is None:
        return "", "", f"too few: {one.needed} conversations each", ""
    difference = f"{one.difference:+.3f}" + ("" if one.low is None or one.high is None else f" [{one.low:+.3f}, {one.high:+.3f}]")
    auc = f"{one.auc:.3f}" + ("" if one.auc_low is None or one.auc_high is None else f" [{one.auc_low:.3f}, {one.auc_high:.3f}]")
    return f"{one.good_mean:.3f}", f"{one.bad_mean:.3f}", difference, auc


def _disagreement_table(use: PilotUse, show: int) -> Table:
    # An id must stay whole however narrow the terminal is: it is what the next command takes.
    answer = Column("answer", no_wrap=True, min_width=ID_WIDTH)
    table = Table(
        answer, "said", "how", "asked (UTC)", title=f"Where people and scores disagree: {use.disagreed}, the worst first", title_justify="left"
    )
    for one in use.disagreements[:show]:
        scores = "".join(f", {name} {value:.3f}" for name, value in one.scores.items()) if one.kind == "alarm" else ""
        table.add_row(one.answer_id, _said(one), KINDS[one.kind] + scores, f"{one.asked_at:%Y-%m-%d %H:%M}")
    return table


def _said(one: Disagreement) -> str:
    feedback = [f"{one.feedback}" + (f" ({', '.join(one.reasons)})" if one.reasons else "")] if one.feedback else []
    return ", ".join([*feedback, *([str(one.decision)] if one.decision else [])])
