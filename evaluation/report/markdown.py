"""The same report as Markdown, for a pull request or a letter."""

from evaluation.report.content import Content
from evaluation.report.page import interval, summarise
from evaluation.report.wording import ReportLanguage, Wording
from evaluation.run import CLEAN


def render_markdown(content: Content, language: ReportLanguage) -> str:
    words, scores, record = Wording(language), content.scores, content.record
    lines = [f"# {words.say('page.title')}: {record.subject}", ""]
    lines += [f"`{record.id}` · {words.say('page.items', count=scores.items)} · {record.created_at:%Y-%m-%d %H:%M} UTC", ""]
    if scores.thresholds:
        lines += [f"**{words.say('page.passed' if scores.passed else 'page.failed')}**", ""]
    for sentence in summarise(content, words):
        lines += [sentence, ""]
    if scores.thresholds:
        lines += _table([words.say(f"page.{name}") for name in ("figure", "needed", "reached")])
        for threshold in scores.thresholds:
            sign = "≤" if threshold.at_most else "≥"
            reached = words.say("page.not_shown") if threshold.reached is None else f"{threshold.reached:.4g}"
            lines.append(f"| {'✓' if threshold.is_met else '✗'} {words.figure(threshold.name)} | {sign} {threshold.needed:g} | {reached} |")
        lines.append("")
    lines += _table([words.say("page.figure"), *(words.label(variant) for variant in scores.variants), words.say("page.interval")])
    for name, figure in scores.variants[CLEAN].items():
        values = [words.share(figures[name].value) if name in figures else "–" for figures in scores.variants.values()]
        lines.append(f"| {words.figure(name)} | {' | '.join(values)} | {interval(figure, words)} |")
    if scores.gaps:
        lines += ["", f"## {words.say('page.parity')}", ""]
        lines += _table([words.say(f"page.{name}") for name in ("group", "against", "cases", "gap", "interval")])
        for gap in scores.gaps:
            span = f"{words.points(gap.low)} … {words.points(gap.high)}"
            lines.append(f"| {words.label(gap.b)} | {words.label(gap.a)} | {gap.cases} | {words.points(gap.difference)} | {span} |")
    lines += ["", f"## {words.say('page.changed')}", ""]
    change = content.change
    if change is None:
        lines.append(words.say("page.changed_none"))
    else:
        lines.append(words.say("page.changed_call", call=words.say(f"page.{change.call}"), id=change.a) + f" (p = {change.primary.p:.4f})")
    if content.cases:
        lines += ["", f"## {words.say('page.worst')}", ""]
    for case in content.cases:
        lines.append(
            f"- `{case.failure.key}` ({words.label(case.failure.variant)}) {' → '.join(case.shown.asked)}: {'; '.join(case.failure.problems)}"
        )
    commit = record.provenance.commit or "–"
    return "\n".join([*lines, "", f"commit {commit}{' + changes' if record.provenance.dirty else ''}, `korpu eval rescore {record.id}`", ""])


def _table(names: list[str]) -> list[str]:
    return [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
