"""One self-contained HTML page, in Azerbaijani and English, without scripts and without anything to fetch."""

from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evaluation.report.content import Content
from evaluation.report.plots import draw_confusion, draw_gaps, draw_reliability, draw_risk_coverage
from evaluation.report.wording import LANGUAGES, Wording
from evaluation.run import CLEAN
from evaluation.scores import Figure, Threshold

COUNTED = frozenset({"wrong_facts"})


def render_page(content: Content) -> str:
    environment = Environment(
        loader=PackageLoader("evaluation.report", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    views = [_view(content, Wording(language)) for language in LANGUAGES]
    return environment.get_template("page.html.j2").render(views=views, record=content.record)


def _view(content: Content, words: Wording) -> dict[str, Any]:
    """Return everything that the template says in one language."""
    scores = content.scores
    return {
        "words": words,
        "scores": scores,
        "record": content.record,
        "thresholds": [_threshold_row(threshold, scores.variants[CLEAN], words) for threshold in scores.thresholds],
        "missed": [words.figure(threshold.name) for threshold in scores.thresholds if not threshold.is_met],
        "sentences": list(summarise(content, words)),
        "plots": [(title, text, Markup(svg)) for title, text, svg in _plots(content, words)],  # noqa: S704 (drawn here; its texts are escaped by matplotlib)
        "gaps_plot": Markup(draw_gaps(scores.gaps, words)) if scores.gaps else "",  # noqa: S704
        "cases": content.cases,
        "change": content.change,
        "judge": content.judge,
        "interval": partial(interval, words=words),
    }


def interval(figure: Figure | None, words: Wording) -> str:
    if figure is None or figure.low is None or figure.high is None:
        return "–"
    return f"{words.share(figure.low)} … {words.share(figure.high)}"


def summarise(content: Content, words: Wording) -> list[str]:
    """Return the sentences that say in plain words what was measured; one whose figures are missing is left out."""
    figures = content.scores.variants[CLEAN]
    values = {name: words.share(figure.value).removesuffix(" %") for name, figure in figures.items()} | {
        name: str(count) for name, count in content.scores.counts.items()
    }
    wanted = {"answers": ("answered", "refused", "wrong"), "routing": ("labels",), "triage": ("labels",), "safety": ("attacks",)}
    said: list[str] = []
    for name in wanted.get(content.scores.kind, ()):
        try:
            said.append(words.say(f"sentences.{name}", **values))
        except KeyError:
            continue
    return said


def _threshold_row(threshold: Threshold, figures: dict[str, Figure], words: Wording) -> dict[str, Any]:
    def write(value: float) -> str:
        return f"{value:g}" if threshold.name in COUNTED else words.share(value)

    return {
        "name": words.figure(threshold.name),
        "needed": words.say("page.at_most" if threshold.at_most else "page.at_least", value=write(threshold.needed)),
        "reached": words.say("page.not_shown") if threshold.reached is None else write(threshold.reached),
        "interval": interval(figures.get(threshold.name), words),
        "is_met": threshold.is_met,
    }


def _plots(content: Content, words: Wording) -> list[tuple[str, str, str]]:
    scores = content.scores
    drawn: list[tuple[str, str, str]] = []
    if scores.risk_coverage:
        drawn.append(("risk_coverage", "risk_coverage_text", draw_risk_coverage(scores.risk_coverage, words)))
    if scores.reliability:
        drawn.append(("reliability", "reliability_text", draw_reliability(scores.reliability, words)))
    if scores.confusion:
        drawn.append(("confusion", "confusion_text", draw_confusion(scores.confusion, words)))
    return [(words.say(f"plots.{title}"), words.say(f"plots.{text}"), svg) for title, text, svg in drawn]
