"""Answers scored: all figures with their intervals, the thresholds of the manifest, parity between groups of askers, and what failed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pydantic import JsonValue

from evaluation.metrics.answers import CaseResult, Scope, Verdict, judge, measure_verdicts, percentile
from evaluation.metrics.calibration import expected_calibration_error, reliability
from evaluation.metrics.classification import confusion
from evaluation.metrics.selective import risk_coverage
from evaluation.parity import find_gaps
from evaluation.run import CLEAN
from evaluation.scores import Failure, Figure, Scores, Threshold, figures
from evaluation.statistics import Observation
from evaluation.suites.output import AnswerOutput
from evaluation.suites.suite import Shown, Suite
from pilots.answer import Answer
from pilots.manifest import Thresholds

AT_MOST: Final = frozenset({"wrong_facts"})


def score_answers(subject: str, outputs: Sequence[AnswerOutput], config: Mapping[str, JsonValue]) -> Scores:
    """Score at least one answer to a question typed as given."""
    variants = {variant: judge_outputs(outputs, variant) for variant in dict.fromkeys(output.variant for output in outputs)}
    clean = variants[CLEAN]
    inside = [verdict for verdict in clean if verdict.scope is Scope.IN]
    sure = [(verdict.confidence, verdict.right) for verdict in inside if verdict.is_answered and verdict.confidence is not None]
    curve = risk_coverage([(verdict.confidence or 0.0, verdict.right) for verdict in inside if verdict.is_answered], questions=max(1, len(inside)))
    by_variant = {variant: figures(measure_verdicts(verdicts)) for variant, verdicts in variants.items()}
    if sure:
        own: dict[str, float | None] = {"risk_coverage_auc": curve.auc, "accuracy_at_90": curve.accuracy_at_90}
        own["calibration_error"] = expected_calibration_error(sure)
        by_variant[CLEAN] |= {name: Figure(value=round(value, 6), count=len(sure)) for name, value in own.items() if value is not None}
    wrong = sum(len(verdict.wrong) for verdict in clean)
    degraded = sum("degraded" in output.answer.details for output in outputs)
    return Scores(
        kind="answers",
        subject=subject,
        items=len(clean),
        thresholds=_thresholds(config, by_variant[CLEAN], wrong),
        variants=by_variant,
        counts={"wrong_facts": wrong, "cases": len(clean), "in_scope": len(inside), "with_confidence": len(sure), "degraded": degraded},
        breakdown=_breakdown(clean),
        gaps=tuple(find_gaps(variants)),
        confusion=confusion([v.case.expected_status.value for v in clean], [v.result.answer.status.value for v in clean]),
        risk_coverage=curve.points if sure else (),
        reliability=tuple(reliability(sure)),
        failures=tuple(_failures(variants)),
        timing=measure_timing([output.answer for output in outputs], [output.latency_ms for output in outputs]),
    )


def judge_outputs(outputs: Sequence[AnswerOutput], variant: str) -> list[Verdict]:
    return [
        judge(CaseResult(case=output.case, question=output.asked[-1], answer=output.answer, latency_ms=output.latency_ms))
        for output in outputs
        if output.variant == variant
    ]


def measure_answers(outputs: Sequence[AnswerOutput]) -> dict[str, list[Observation]]:
    """Return the observations over all variants, each typing of a case under a key of its own."""
    found: dict[str, list[Observation]] = {}
    for variant in dict.fromkeys(output.variant for output in outputs):
        verdicts = judge_outputs(outputs, variant)
        for name, items in measure_verdicts(verdicts, seen_as={v.case.id: f"{v.case.id}/{variant}" for v in verdicts}).items():
            found.setdefault(name, []).extend(items)
    return found


def measure_timing(answers: Sequence[Answer], latencies: Sequence[float]) -> dict[str, JsonValue]:
    """Return latencies in milliseconds and, where a language model wrote, its tokens and how many answers it had a part in."""
    timing: dict[str, JsonValue] = {"p50_ms": round(percentile(latencies, 0.5), 1), "p95_ms": round(percentile(latencies, 0.95), 1)}
    if written := [answer.composition for answer in answers if answer.composition.model is not None]:
        timing["input_tokens"] = sum(composition.input_tokens for composition in written)
        timing["output_tokens"] = sum(composition.output_tokens for composition in written)
        timing["generative_answers"] = sum(composition.composer == "generative" for composition in written)
    return timing


def _thresholds(config: Mapping[str, JsonValue], reached: Mapping[str, Figure], wrong: int) -> tuple[Threshold, ...]:
    needed = Thresholds.model_validate(config.get("thresholds") or {}).model_dump()
    values: dict[str, float | None] = {name: reached[name].value if name in reached else None for name in needed}
    values["wrong_facts"] = wrong
    return tuple(Threshold(name=name, needed=least, reached=values[name], at_most=name in AT_MOST) for name, least in needed.items())


def _breakdown(verdicts: Sequence[Verdict]) -> dict[str, dict[str, dict[str, Figure]]]:
    ways: dict[str, Callable[[Verdict], str]] = {
        "kind": lambda verdict: verdict.case.kind.value,
        "turns": lambda verdict: "several" if verdict.case.context else "one",
        "language": lambda verdict: verdict.case.language,
    }
    found: dict[str, dict[str, dict[str, Figure]]] = {}
    for name, way in ways.items():
        groups: dict[str, list[Verdict]] = {}
        for verdict in verdicts:
            groups.setdefault(way(verdict), []).append(verdict)
        found[name] = {
            group: {metric: figure for metric, figure in figures(measure_verdicts(members)).items() if metric in ("passed", "status_accuracy")}
            for group, members in sorted(groups.items())
        }
    return found


def _failures(variants: Mapping[str, Sequence[Verdict]]) -> list[Failure]:
    """Wrong facts first, then answers where silence was due, then the rest; questions as given before noisy ones."""
    failed = [(variant, verdict) for variant, verdicts in variants.items() for verdict in verdicts if not verdict.passed]
    failed.sort(key=lambda pair: (pair[0] != CLEAN, -len(pair[1].wrong), not (pair[1].is_answered and pair[1].scope is Scope.OUT)))
    return [Failure(key=verdict.case.id, variant=variant, problems=tuple(find_problems(verdict))) for variant, verdict in failed]


def find_problems(verdict: Verdict) -> list[str]:
    problems: list[str] = []
    if not verdict.status_right:
        problems.append(f"expected {verdict.case.expected_status.value}, got {verdict.result.answer.status.value}")
    if verdict.missing:
        problems.append(f"missing: {', '.join(verdict.missing)}")
    if verdict.wrong:
        problems.append(f"wrong: {', '.join(verdict.wrong)}")
    return problems


def show_answer(output: AnswerOutput) -> Shown:
    answer = output.answer
    facts = "; ".join(output.case.expected_facts)
    return Shown(
        asked=output.asked,
        expected=output.case.expected_status.value + (f": {facts}" if facts else ""),
        got=answer.status.value,
        text=answer.text,
        citations=answer.citations,
        answer_id=answer.id,
        trace_id=answer.trace_id or "",
    )


ANSWERS: Final = Suite(output=AnswerOutput, labels=("case",), primary="passed", score=score_answers, measure=measure_answers, show=show_answer)
