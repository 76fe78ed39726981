"""Parity: people who type, speak or write otherwise must be served equally rightly. Gaps come with intervals; they decide no threshold."""

from collections.abc import Mapping, Sequence
from statistics import median

from evaluation.metrics.answers import Verdict, measure_verdicts
from evaluation.run import CLEAN
from evaluation.scores import Gap
from evaluation.statistics import Observation

METRIC = "passed"


def find_gaps(variants: Mapping[str, Sequence[Verdict]]) -> list[Gap]:
    """Return the gaps by spelling (the same cases typed otherwise), by language and by length (cases about the same services).

    Long questions have more words than the median of the Azerbaijani cases.
    """
    clean = variants[CLEAN]
    gaps: list[Gap | None] = []
    for variant, verdicts in variants.items():
        if variant != CLEAN and verdicts:
            asked = {verdict.case.id for verdict in verdicts}
            same = [verdict for verdict in clean if verdict.case.id in asked]
            gaps.append(Gap.between("spelling", CLEAN, variant, _passed(same), _passed(verdicts)))
    native = [verdict for verdict in clean if verdict.case.language == "az"]
    for language in ("ru", "en"):
        gaps.append(Gap.between("language", "az", language, _passed(native), _passed([v for v in clean if v.case.language == language])))
    if native:
        middle = median(map(_length, native))
        short, long = [v for v in native if _length(v) <= middle], [v for v in native if _length(v) > middle]
        gaps.append(Gap.between("length", "long", "short", _passed(long), _passed(short)))
    return [gap for gap in gaps if gap is not None]


def _passed(verdicts: Sequence[Verdict]) -> list[Observation]:
    return measure_verdicts(verdicts)[METRIC]


def _length(verdict: Verdict) -> int:
    return len(verdict.case.question.split())
