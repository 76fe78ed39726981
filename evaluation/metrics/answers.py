"""One answer judged: the right ending, every expected fact, nothing wrong, and a source behind each sentence. No model judges here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from pydantic import JsonValue

from evaluation.dataset import Case
from evaluation.metrics.facts import states_fact, wrong_facts
from evaluation.metrics.grounding import is_grounded
from evaluation.metrics.terms import wrong_terms
from evaluation.statistics import Observation
from pilots.answer import Answer, AnswerStatus, Citation, Sentence, SentenceKind


class Scope(StrEnum):
    """What a case asks for. IN: an answer. ASK: a question back, because it fits several services. OUT: silence of some kind."""

    IN = "in"
    ASK = "ask"
    OUT = "out"


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
    that the answer gives otherwise. `wrong` are stated amounts, telephone numbers, terms and articles that are not right.
    `markers` counts citation numbers behind sentences, `dead_markers` those without a citation or with an empty quote. `spans` counts the
    expected facts that stand in a quote.
    """

    result: CaseResult
    status_right: bool
    missing: tuple[str, ...]
    wrong: tuple[str, ...]
    fact_sentences: int
    cited_sentences: int
    grounded_sentences: int
    markers: int
    dead_markers: int
    spans: int
    sources: frozenset[str]

    @property
    def case(self) -> Case:
        return self.result.case

    @property
    def scope(self) -> Scope:
        if self.case.expected_status.is_answer:
            return Scope.IN
        return Scope.ASK if self.case.expected_status is AnswerStatus.CLARIFICATION else Scope.OUT

    @property
    def is_answered(self) -> bool:
        return self.result.answer.status.is_answer

    @property
    def is_refused(self) -> bool:
        """Whether the person got neither an answer nor a question back."""
        return not self.is_answered and self.result.answer.status is not AnswerStatus.CLARIFICATION

    @property
    def states_facts(self) -> bool:
        """Whether there is anything to be complete about: an answer from which facts are expected, or one that states wrong ones."""
        return self.is_answered and bool(self.case.expected_facts or self.case.expected_details or self.wrong)

    @property
    def exact(self) -> bool:
        return not self.missing and not self.wrong

    @property
    def is_from_expected_source(self) -> bool:
        return not self.case.expected_sources or bool(self.sources.intersection(self.case.expected_sources))

    @property
    def right(self) -> bool:
        """Whether a person was told the truth and all of it: an answer where one was due, from an expected source, complete, nothing wrong."""
        return self.is_answered and self.scope is Scope.IN and self.exact and self.is_from_expected_source

    @property
    def passed(self) -> bool:
        return self.status_right and self.exact

    @property
    def cluster(self) -> str:
        """The service or law that the case is about; a case about none is its own cluster."""
        return self.case.expected_sources[0] if self.case.expected_sources else self.case.id

    @property
    def confidence(self) -> float | None:
        value = self.result.answer.details.get("confidence")
        return float(value) if isinstance(value, int | float) else None


def judge(result: CaseResult) -> Verdict:
    case, answer = result.case, result.answer
    facts = [sentence for sentence in answer.sentences if sentence.kind is SentenceKind.FACT]
    text = "\n".join(sentence.text for sentence in facts)
    citations = {citation.n: citation for citation in answer.citations}
    markers = [n for sentence in answer.sentences for n in sentence.citations]
    quotes = "\n".join(citation.quote for citation in answer.citations)
    return Verdict(
        result=result,
        status_right=answer.status is case.expected_status,
        missing=_missing(text, answer, case) if answer.status.is_answer else (),
        wrong=_wrong(facts, citations, case) if answer.status.is_answer else (),
        fact_sentences=len(facts),
        cited_sentences=sum(1 for sentence in facts if citations.keys() & set(sentence.citations)),
        grounded_sentences=sum(is_grounded(sentence, citations) for sentence in facts),
        markers=len(markers),
        dead_markers=sum(n not in citations or not citations[n].quote.strip() for n in markers),
        spans=sum(states_fact(quotes, fact) for fact in case.expected_facts),
        sources=frozenset(citation.source_id for citation in answer.citations),
    )


def measure_verdicts(verdicts: Sequence[Verdict], *, seen_as: Mapping[str, str] | None = None) -> dict[str, list[Observation]]:
    """Return what each verdict contributes to each ratio; a ratio that nothing could show has no observations.

    docs/evaluation.md says what each of them is. `seen_as` renames keys (the same case in several variants).
    """
    found: dict[str, list[Observation]] = {name: [] for name in RATIOS}
    for verdict in verdicts:
        key = (seen_as or {}).get(verdict.case.id, verdict.case.id)
        for name, value, weight in _contributions(verdict):
            if weight > 0:
                found[name].append(Observation(key, verdict.cluster, float(value), float(weight)))
    return found


RATIOS = (
    "passed", "status_accuracy", "answered_rate", "accuracy_when_answered", "false_refusal_rate", "asked_back_rate", "correct_refusal_rate",
    "fact_exactness", "completeness", "cited_rate", "invalid_citation_rate", "citation_precision", "citation_recall", "groundedness",
    "span_recall", "language_match",
)  # fmt: skip


def _contributions(verdict: Verdict) -> list[tuple[str, float, float]]:
    """Return name, numerator and denominator; a denominator of 0 means that the case cannot show it."""
    case, answered = verdict.case, verdict.is_answered
    is_in, is_out = verdict.scope is Scope.IN, verdict.scope is Scope.OUT
    sourced = answered and bool(case.expected_sources)
    expected = len(verdict.sources.intersection(case.expected_sources))
    states_checkable = answered and verdict.fact_sentences > 0
    return [
        ("passed", verdict.passed, 1),
        ("status_accuracy", verdict.status_right, 1),
        ("answered_rate", answered, is_in),
        ("accuracy_when_answered", verdict.right, is_in and answered),
        ("false_refusal_rate", verdict.is_refused, is_in),
        ("asked_back_rate", not answered and not verdict.is_refused, is_in),
        ("correct_refusal_rate", verdict.is_refused, is_out),
        ("fact_exactness", not verdict.wrong, states_checkable),
        ("completeness", not verdict.missing, answered and bool(case.expected_facts or case.expected_details)),
        ("cited_rate", verdict.cited_sentences, verdict.fact_sentences),
        ("invalid_citation_rate", verdict.dead_markers, verdict.markers),
        ("citation_precision", expected, len(verdict.sources) if sourced else 0),
        ("citation_recall", expected, len(case.expected_sources) if sourced else 0),
        ("groundedness", verdict.grounded_sentences, verdict.fact_sentences),
        ("span_recall", verdict.spans, len(case.expected_facts) if answered else 0),
        ("language_match", verdict.result.answer.language == case.language, 1),
    ]


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


def _wrong(facts: Sequence[Sentence], citations: Mapping[int, Citation], case: Case) -> tuple[str, ...]:
    known = (*case.expected_facts, *case.allowed_facts)
    wrong = {fact for sentence in facts for fact in wrong_facts(sentence.text, known=known)}
    if case.expected_sources:
        quotes = [f"{citation.locator}\n{citation.quote}" for citation in citations.values() if citation.source_id in case.expected_sources]
        wrong |= {term for sentence in facts for term in wrong_terms(sentence.text, known=known, quotes=quotes)}
    return tuple(sorted(wrong))
