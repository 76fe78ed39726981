"""Sentences and certainty scored: whether the evidence stands in the first lines shown, and whether answerable questions are known."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from pydantic import JsonValue

from evaluation.metrics.answers import percentile
from evaluation.run import CLEAN
from evaluation.scores import Failure, Figure, Scores, figures
from evaluation.statistics import Observation
from evaluation.suites.output import ExtractiveOutput
from evaluation.suites.suite import Shown, Suite
from rag.azerbaijani import fold, words

CROSS_VALIDATED: Final = "cross_validated"
"""Ranked by weights that were fitted without the documents of the question."""

AS_ANSWERED: Final = "as_answered"
"""The lines of the whole answer by the shipped weights, none where it declines. CLEAN is their ranking."""

WEIGHTS: Final = (CLEAN, CROSS_VALIDATED, AS_ANSWERED)
SHOWN: Final = (1, 2, 3)
NEEDED: Final = 0.8
"""A text holds the evidence when it has this share of its words."""
PRIMARY: Final = "all_at_2"


def score_extractive(subject: str, outputs: Sequence[ExtractiveOutput], config: Mapping[str, JsonValue]) -> Scores:
    """Score at least one question with evidence.

    `any_at_N`, `all_at_N`: the share of questions with gold evidence of which one piece, or all pieces as one text, stand in the first N lines
    shown; `forms_at_2`: the latter, with an inflected word («peşəsinin») taken for the word («peşə»); `certainty_auc`: how often an answerable
    question is held for surer than one that is not. `words_at_2` in `timing` is the mean length of the first two lines.
    """
    clean = [output for output in outputs if output.variant == CLEAN]
    lost = [output for output in clean if output.evidence and not holds(" ".join(output.lines[:2]), " ".join(output.evidence))]
    return Scores(
        kind="extractive",
        subject=subject,
        items=sum(bool(output.evidence) for output in clean),
        variants={name: _figures([output for output in outputs if output.variant == name]) for name in WEIGHTS},
        counts={"unanswerable": sum(not output.answerable for output in clean)},
        failures=tuple(Failure(key=output.key, variant=CLEAN, problems=("missing: evidence",)) for output in lost),
        timing={
            "p50_ms": round(percentile([output.latency_ms for output in clean], 0.5), 1),
            **{f"words_at_2/{name}": _mean_length([output for output in outputs if output.variant == name and output.evidence]) for name in WEIGHTS},
        },
    )


def measure_extractive(outputs: Sequence[ExtractiveOutput]) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = {}
    for variant in WEIGHTS:
        for name, items in _observe([output for output in outputs if output.variant == variant]).items():
            found.setdefault(name, []).extend(Observation(f"{item.key}/{variant}", item.cluster, item.value) for item in items)
    return found


def holds(text: str, evidence: str, *, in_any_form: bool = False) -> bool:
    """Tell whether a text has NEEDED of the evidence's words, in the forms in which they stand there or with any ending."""
    own = {fold(word) for word in words(text)}
    needed = [fold(word) for word in words(evidence)]
    begun = {word[:length] for word in own for length in range(3, len(word) + 1)} if in_any_form else own
    return sum(word in own or word in begun for word in needed) >= NEEDED * len(needed)


def _observe(outputs: Sequence[ExtractiveOutput]) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = {}

    def note(name: str, output: ExtractiveOutput, value: bool) -> None:
        found.setdefault(name, []).append(Observation(output.key, output.group, float(value)))

    for output in outputs:
        if not output.evidence:
            continue
        for count in SHOWN:
            text, evidence = " ".join(output.lines[:count]), " ".join(output.evidence)
            note(f"any_at_{count}", output, any(holds(text, piece) for piece in output.evidence))
            note(f"all_at_{count}", output, holds(text, evidence))
        note("forms_at_2", output, holds(" ".join(output.lines[:2]), " ".join(output.evidence), in_any_form=True))
        note("answered_rate", output, bool(output.lines))
    return found


def _figures(outputs: Sequence[ExtractiveOutput]) -> dict[str, Figure]:
    found = figures(_observe(outputs))
    sure = [(output.answerable, output.certainty) for output in outputs if output.certainty is not None]
    if len({answerable for answerable, _ in sure}) == 2:
        found["certainty_auc"] = Figure(value=round(_area(sure), 6), count=len(sure))
    return found


def _mean_length(outputs: Sequence[ExtractiveOutput]) -> float | None:
    """Return the mean number of words in the first two lines."""
    return round(sum(len(words(" ".join(output.lines[:2]))) for output in outputs) / len(outputs), 2) if outputs else None


def _area(sure: Sequence[tuple[bool, float]]) -> float:
    from sklearn.metrics import roc_auc_score  # pyright: ignore[reportUnknownVariableType]

    return cast("float", roc_auc_score([answerable for answerable, _ in sure], [certainty for _, certainty in sure]))


def show_lines(output: ExtractiveOutput) -> Shown:
    text = "\n".join(f"{place}. {line}" for place, line in enumerate(output.lines, start=1))
    return Shown(asked=output.asked, expected=" … ".join(output.evidence), got=output.lines[0] if output.lines else "–", text=text)


EXTRACTIVE: Final = Suite(
    output=ExtractiveOutput,
    labels=("answerable", "evidence", "group"),
    primary=PRIMARY,
    score=score_extractive,
    measure=measure_extractive,
    show=show_lines,
)
