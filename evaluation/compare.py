"""Two runs of the same questions: is B worse than A, or is it chance?"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from evaluation.errors import RunsDiffer
from evaluation.runs.folder import RunFolder
from evaluation.scores import Change, ScoreModel
from evaluation.statistics import SIGNIFICANT, Observation, adjust, compare_paired
from evaluation.suites.registry import load_outputs, suite_of
from evaluation.suites.suite import Suite

Call = Literal["worse", "better", "no difference found"]

LOWER_IS_BETTER = frozenset(
    {"false_refusal_rate", "asked_back_rate", "invalid_citation_rate", "attack_success_rate", "false_positive_rate", "clarification_rate"}
)


class Comparison(ScoreModel):
    """B against A. The call is made by the primary figure alone, at p < .01; the others explain it, their p adjusted for their number.

    `moved` names the cases that passed in one run only.
    """

    a: str
    b: str
    primary: Change
    call: Call
    others: tuple[Change, ...]
    fixed: tuple[str, ...]
    broken: tuple[str, ...]


def compare_runs(a: RunFolder, b: RunFolder) -> Comparison:
    """Compare two runs on the questions that both asked in the same words, judged by what is expected in B: a case that was corrected in
    between says nothing of the service.

    Raises:
        RunsDiffer: they are of different kinds, or share no question.
        RunInvalid
    """
    if a.record.kind is not b.record.kind:
        raise RunsDiffer(f"{a.record.id} measured {a.record.kind.value}, {b.record.id} {b.record.kind.value}")
    suite = suite_of(a)
    asked = [{(output.key, output.variant): output for output in load_outputs(run)} for run in (a, b)]
    shared = {name for name in asked[0].keys() & asked[1].keys() if asked[0][name].asked == asked[1][name].asked}
    if not shared:
        raise RunsDiffer(f"{a.record.id} and {b.record.id} share no questions")
    one, other = (suite.measure([_labelled(outputs[name], asked[1][name], suite) for name in asked[1] if name in shared]) for outputs in asked)
    return _compare(a.record.id, b.record.id, one, other, primary=suite.primary)


def _labelled(output: Any, newer: Any, suite: Suite) -> Any:
    return output.model_copy(update={name: getattr(newer, name) for name in suite.labels})


def _compare(a: str, b: str, one: Mapping[str, Sequence[Observation]], other: Mapping[str, Sequence[Observation]], *, primary: str) -> Comparison:
    found = {name: paired for name in one if (paired := compare_paired(one[name], other[name])) is not None}
    if primary not in found:
        raise RunsDiffer("no shared question shows the primary figure")
    rest = [name for name in found if name != primary]
    adjusted = adjust([found[name].p for name in rest])
    first = Change.of(primary, found[primary], found[primary].p)
    call: Call = "no difference found"
    if first.p < SIGNIFICANT:
        call = "worse" if (first.difference < 0) != (primary in LOWER_IS_BETTER) else "better"
    before, after = ({item.key: item.value / item.weight for item in items[primary]} for items in (one, other))
    return Comparison(
        a=a,
        b=b,
        primary=first,
        call=call,
        others=tuple(Change.of(name, found[name], p) for name, p in zip(rest, adjusted, strict=True)),
        fixed=tuple(sorted(key for key in before.keys() & after.keys() if after[key] > before[key])),
        broken=tuple(sorted(key for key in before.keys() & after.keys() if after[key] < before[key])),
    )
