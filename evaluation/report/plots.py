"""Plots as SVG for a page: no size of their own, and colours that follow the page's light or dark scheme."""

import re
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any, Final
from zlib import crc32

import matplotlib
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter

from evaluation.metrics.calibration import Bin
from evaluation.metrics.selective import COVERAGE, Point
from evaluation.report.wording import Wording
from evaluation.scores import Gap

# matplotlib is typed in part only.
drawing: Final[Any] = matplotlib

INK: Final = "#010101"
MUTED: Final = "#020202"
ACCENT: Final = "#030303"
BAD: Final = "#040404"
VARIABLES: Final = {INK: "var(--ink)", MUTED: "var(--muted)", ACCENT: "var(--accent)", BAD: "var(--bad)"}
"""Stand-ins that are drawn with and replaced by the page's own colours."""

STYLE: Final[dict[str, Any]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "korpu",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}
WIDTH, HEIGHT = 4.6, 3.2


def draw_risk_coverage(points: Sequence[Point], words: Wording) -> str:
    """Draw risk (share of answers that is wrong) over coverage (share of questions answered), at least one point."""
    with drawing.rc_context(STYLE):
        figure, axes = _canvas(HEIGHT)
        axes.plot([point.coverage for point in points], [point.risk for point in points], color=ACCENT, linewidth=2)
        axes.axvline(COVERAGE, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
        axes.set_xlim(0, 1.02)
        axes.set_ylim(0, max(0.05, max(point.risk for point in points) * 1.15))
        _percent(axes, "x")
        _percent(axes, "y")
        axes.set_xlabel(words.say("plots.coverage"))
        axes.set_ylabel(words.say("plots.risk"))
        return _svg(figure, words.say("plots.risk_coverage"))


def draw_reliability(bins: Sequence[Bin], words: Wording) -> str:
    """Draw accuracy over confidence, at least one bin; the size of a point grows with its count, which is written beside it."""
    with drawing.rc_context(STYLE):
        figure, axes = _canvas(HEIGHT)
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
        most = max(found.count for found in bins)
        axes.scatter(
            [found.confidence for found in bins],
            [found.accuracy for found in bins],
            s=[30 + 120 * found.count / most for found in bins],
            color=ACCENT,
            alpha=0.85,
            clip_on=False,
        )
        for found in bins:
            axes.annotate(str(found.count), (found.confidence, found.accuracy), xytext=(0, -17), textcoords="offset points", ha="center")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.02)
        _percent(axes, "x")
        _percent(axes, "y")
        axes.set_xlabel(words.say("plots.confidence"))
        axes.set_ylabel(words.say("plots.accuracy"))
        return _svg(figure, words.say("plots.reliability"))


def draw_confusion(confusion: Mapping[str, Mapping[str, int]], words: Wording) -> str:
    """Draw counts of guesses (columns) by truth (rows); cells off the diagonal are errors."""
    rows = list(confusion)
    columns = [*rows, *sorted({guess for counts in confusion.values() for guess in counts} - set(rows))]
    with drawing.rc_context(STYLE):
        figure: Any = Figure(figsize=(2.2 + 0.52 * len(columns), 1.6 + 0.36 * len(rows)), layout="constrained")
        axes = figure.add_subplot()
        for y, row in enumerate(rows):
            total = sum(confusion[row].values())
            for x, column in enumerate(columns):
                count = confusion[row].get(column, 0)
                if count:
                    color = ACCENT if row == column else BAD
                    axes.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, color=color, alpha=0.12 + 0.4 * count / total, linewidth=0))
                    axes.text(x, y, str(count), ha="center", va="center")
        axes.set_xlim(-0.5, len(columns) - 0.5)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xticks(range(len(columns)), [words.label(name) for name in columns], rotation=45, ha="left", rotation_mode="anchor")
        axes.set_yticks(range(len(rows)), [words.label(name) for name in rows])
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        return _svg(figure, words.say("plots.confusion"))


def draw_gaps(gaps: Sequence[Gap], words: Wording) -> str:
    """Draw each gap with its interval around zero, at least one."""
    with drawing.rc_context(STYLE):
        figure, axes = _canvas(0.9 + 0.34 * len(gaps))
        axes.axvline(0, color=MUTED, linewidth=1)
        for y, gap in enumerate(gaps):
            if gap.low is not None and gap.high is not None:
                axes.plot([gap.low, gap.high], [y, y], color=ACCENT, linewidth=2, solid_capstyle="round")
            axes.plot([gap.difference], [y], marker="o", color=ACCENT, markersize=6)
        reach = max(0.1, *(abs(edge) for gap in gaps for edge in (gap.low or 0, gap.high or 0, gap.difference)))
        axes.set_xlim(-reach * 1.1, reach * 1.1)
        axes.set_ylim(len(gaps) - 0.5, -0.5)
        axes.set_yticks(range(len(gaps)), [words.label(gap.b) for gap in gaps])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5, symmetric=True))
        _percent(axes, "x")
        axes.set_xlabel(words.say("plots.gap_axis"))
        return _svg(figure, words.say("plots.gaps"))


def _canvas(height: float) -> tuple[Any, Any]:
    figure: Any = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.add_subplot()


def _percent(axes: Any, which: str) -> None:
    getattr(axes, f"{which}axis").set_major_formatter(PercentFormatter(xmax=1, decimals=0, symbol=" %"))


def _svg(figure: Any, title: str) -> str:
    """Return the drawing as an element that scales with its container, is named for screen readers and shares no id with another one."""
    out = StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    for color, variable in VARIABLES.items():
        svg = svg.replace(color, variable)
    width = max(float(size) for size in re.findall(r' width="([\d.]+)pt"', svg)[:1])
    svg = re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2)
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    prefix = f"p{crc32(svg.encode()):08x}-"
    svg = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{prefix}", svg)
    label = title.replace("&", "&amp;").replace('"', "&quot;")
    return svg.replace("<svg", f'<svg role="img" aria-label="{label}" style="max-width:{width * 1.25:.0f}px"', 1)
