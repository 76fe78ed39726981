"""How good answers are: the right ending, every expected fact, nothing wrong, and a source behind each sentence."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean

from pydantic import JsonValue

from evaluation.dataset import Case
from evaluation.metrics.facts import states_fact, wrong_facts
from pilots.answer import Answer, AnswerStatus, SentenceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """A case as it was asked, what came back, and how long that took from question to whole answer."""

    case: Case
    question: str
    answer: Answer
    latency_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One result judged. Facts are looked for in FACT sentences only: notices speak of rival figures on purpose.

    `missing` and `wrong` are empty for endings that are not answers: silence states nothing. `missing` also names each expected detail
    that the answer gives otherwise.
    """

    result: CaseResult
    status_right: bool
    missing: tuple[str, ...]
    wrong: tuple[str, ...]
    fact_sentences: int
    cited_sentences: int
    sources: frozenset[str]

    @property
    def states_facts(self) -> bool:
        """Whether there is anything to be exact about: an answer from which facts are expected, or one that states wrong ones."""
        return self.result.answer.status.is_answer and bool(self.result.case.expected_facts or self.result.case.expected_details or self.wrong)

    @property
    def exact(self) -> bool:
        return not self.missing and not self.wrong

    @property
    def passed(self) -> bool:
        return self.status_right and self.exact


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerScores:
    """Shares in [0, 1]; None when no case could show it.

    status_accuracy  cases that ended as expected
    fact_exactness   answers that state facts: with every expected fact and no wrong one
    wrong_facts      amounts and phone numbers stated that no case allows (a count)
    cited_rate       FACT sentences that cite a source that stands in the answer
    source_precision cited sources of answers that are among the expected ones
    degraded         answers for which a part of the service had failed (a count)
    """

    cases: int
    status_accuracy: float
    fact_exactness: float | None
    wrong_facts: int
    cited_rate: float | None
    source_precision: float | None
    p50_ms: float
    p95_ms: float
    degraded: int
    confusion: dict[str, dict[str, int]]


def judge(result: CaseResult) -> Verdict:
    case, answer = result.case, result.answer
    facts = [sentence for sentence in answer.sentences if sentence.kind is SentenceKind.FACT]
    text = "\n".join(sentence.text for sentence in facts)
    numbers = {citation.n for citation in answer.citations}
    return Verdict(
        result=result,
        status_right=answer.status is case.expected_status,
        missing=_missing(text, answer, case) if answer.status.is_answer else (),
        wrong=_wrong([sentence.text for sentence in facts], case) if answer.status.is_answer else (),
        fact_sentences=len(facts),
        cited_sentences=sum(1 for sentence in facts if numbers.intersection(sentence.citations)),
        sources=frozenset(citation.source_id for citation in answer.citations),
    )


def score_verdicts(verdicts: Sequence[Verdict]) -> AnswerScores:
    """Sum up at least one verdict."""
    stated = [verdict.exact for verdict in verdicts if verdict.states_facts]
    sentences = sum(verdict.fact_sentences for verdict in verdicts)
    sourced = [verdict for verdict in verdicts if verdict.result.case.expected_sources and verdict.result.answer.status.is_answer]
    cited = sum(len(verdict.sources) for verdict in sourced)
    right = sum(len(verdict.sources.intersection(verdict.result.case.expected_sources)) for verdict in sourced)
    latencies = [verdict.result.latency_ms for verdict in verdicts]
    return AnswerScores(
        cases=len(verdicts),
        status_accuracy=fmean(verdict.status_right for verdict in verdicts),
        fact_exactness=fmean(stated) if stated else None,
        wrong_facts=sum(len(verdict.wrong) for verdict in verdicts),
        cited_rate=sum(verdict.cited_sentences for verdict in verdicts) / sentences if sentences else None,
        source_precision=right / cited if cited else None,
        p50_ms=percentile(latencies, 0.5),
        p95_ms=percentile(latencies, 0.95),
        degraded=sum("degraded" in verdict.result.answer.details for verdict in verdicts),
        confusion=_confusion(verdicts),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` of the values do not exceed (nearest rank); `values` is not empty."""
    return sorted(values)[max(1, ceil(share * len(values))) - 1]


def _missing(text: str, answer: Answer, case: Case) -> tuple[str, ...]:
    facts = [fact for fact in case.expected_facts if not states_fact(text, fact)]
    given = {path: _detail(answer.details, path) for path in case.expected_details}
    return (*facts, *(f"{path}={expected}, not {given[path]}" for path, expected in case.expected_details.items() if given[path] != expected))


def _detail(details: Mapping[str, JsonValue], path: str) -> JsonValue:
    """Return the value at a dotted path, None where there is none."""
    value: JsonValue = dict(details)
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _wrong(sentences: Sequence[str], case: Case) -> tuple[str, ...]:
    known = (*case.expected_facts, *case.allowed_facts)
    return tuple(sorted({fact for sentence in sentences for fact in wrong_facts(sentence, known=known)}))


def _confusion(verdicts: Sequence[Verdict]) -> dict[str, dict[str, int]]:
    """Count endings: expected status → status that came."""
    counts: dict[AnswerStatus, Counter[str]] = {}
    for verdict in verdicts:
        counts.setdefault(verdict.result.case.expected_status, Counter())[verdict.result.answer.status.value] += 1
    return {status.value: dict(counts[status].most_common()) for status in AnswerStatus if status in counts}
