"""Answers scored as they leave, by what needs no judge and no second model. Each score is an event of the answer's trace.

The evaluation joins the scores, which `Traces` also writes to the table `scores` under the answer's id, with what people and
supervisors thought of the same answers.
"""

import re
from collections.abc import Callable
from typing import Final

from opentelemetry import trace

from gateway.span_collection import current_spans
from pilots.answer import Answer, Sentence, SentenceKind
from serving import semconv
from serving.spans import open_span

tracer = trace.get_tracer("korpu.gateway", schema_url=semconv.SCHEMA_URL)

SPAN_NAME: Final = "evaluation"
LOWER_IS_BETTER: Final = frozenset({"withheld_share"})
"""Of all other metrics 1 is best."""

FIGURE: Final = re.compile(r"\d+")
ID_SPAN: Final = 16**8


def is_sampled(answer_id: str, share: float) -> bool:
    """Tell whether an answer is among this share of all; its own random id decides, so that the choice can be repeated."""
    return int(answer_id[:8], 16) < share * ID_SPAN


def record_evaluation(answer: Answer, *, share: float) -> dict[str, float]:
    """Score an answer if it is sampled, as a span with one `gen_ai.evaluation.result` event a metric; return the scores."""
    if not is_sampled(answer.id, share):
        return {}
    scores = {name: score for name, metric in METRICS.items() if (score := metric(answer)) is not None}
    with open_span(tracer, SPAN_NAME) as span:
        for name, score in scores.items():
            result = {semconv.EVALUATION_NAME: name, semconv.EVALUATION_SCORE_VALUE: score, semconv.RESPONSE_ID: answer.id}
            span.add_event(semconv.EVALUATION_EVENT, result)
    return scores


def groundedness(answer: Answer) -> float | None:
    """Return the share of fact sentences that cite a source whose quotes hold every figure of the sentence; None without facts.

    It is read anew from what left the gateway, not taken from the guard: below 1 the guard has let something through.
    """
    facts = [sentence for sentence in answer.sentences if sentence.kind is SentenceKind.FACT]
    quotes = {citation.n: citation.quote for citation in answer.citations}
    return sum(_is_grounded(fact, quotes) for fact in facts) / len(facts) if facts else None


def citation_validity(answer: Answer) -> float | None:
    """Return the share of references in sentences that lead to a citation with a source and a quote; None without references."""
    references = [n for sentence in answer.sentences for n in sentence.citations]
    sound = {citation.n for citation in answer.citations if citation.source_id and citation.quote.strip()}
    return sum(n in sound for n in references) / len(references) if references else None


def withheld_share(_answer: Answer) -> float | None:
    """Return the share of sentences that guards withheld from this answer, as its spans tell; None when no guard looked at it."""
    spans = current_spans()
    checked, withheld = (sum(n for n in spans.attribute(key) if isinstance(n, int)) for key in (semconv.GUARD_CHECKED, semconv.GUARD_WITHHELD))
    return withheld / checked if checked else None


def _is_grounded(fact: Sentence, quotes: dict[int, str]) -> bool:
    cited = [quotes.get(n) for n in fact.citations]
    said = set(FIGURE.findall(" ".join(quote or "" for quote in cited)))
    return bool(cited) and None not in cited and said >= set(FIGURE.findall(fact.text))


METRICS: Final[dict[str, Callable[[Answer], float | None]]] = {
    "groundedness": groundedness,
    "citation_validity": citation_validity,
    "withheld_share": withheld_share,
}
