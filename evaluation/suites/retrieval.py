"""Retrieval scored: nDCG@10, recall@5 and reciprocal rank of every query, by domain too."""

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import JsonValue

from evaluation.metrics.answers import percentile
from evaluation.metrics.retrieval import MEASURES, score_queries
from evaluation.run import CLEAN
from evaluation.scores import Failure, Gap, Scores, figures
from evaluation.statistics import Observation
from evaluation.suites.output import RetrievalOutput
from evaluation.suites.suite import Shown, Suite

PRIMARY: Final = "nDCG@10"
WORST: Final = 0.5


def score_retrieval(subject: str, outputs: Sequence[RetrievalOutput], config: Mapping[str, JsonValue]) -> Scores:
    """Score at least one judged query. A query counts in every domain of its relevant documents."""
    variants = {variant: _measure(outputs, variant) for variant in dict.fromkeys(output.variant for output in outputs)}
    clean = [output for output in outputs if output.variant == CLEAN]
    domains = sorted({domain for output in clean for domain in output.domains})
    pairs = ((variant, Gap.between("spelling", CLEAN, variant, variants[CLEAN][PRIMARY], found[PRIMARY])) for variant, found in variants.items())
    poor = [item for item in variants[CLEAN][PRIMARY] if item.value < WORST]
    return Scores(
        kind="retrieval",
        subject=subject,
        items=len(clean),
        variants={variant: figures(found) for variant, found in variants.items()},
        breakdown={"domain": {domain: figures(_measure([output for output in clean if domain in output.domains], CLEAN)) for domain in domains}},
        gaps=tuple(gap for variant, gap in pairs if gap is not None and variant != CLEAN),
        failures=tuple(Failure(key=item.key, variant=CLEAN, problems=(f"nDCG@10 {item.value:.3f}",)) for item in sorted(poor, key=lambda i: i.value)),
        timing={"p50_ms": round(percentile([output.latency_ms for output in outputs], 0.5), 1)},
    )


def measure_retrieval(outputs: Sequence[RetrievalOutput]) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = {name: [] for name in MEASURES}
    for variant in dict.fromkeys(output.variant for output in outputs):
        for name, items in _measure(outputs, variant).items():
            found[name] += [Observation(f"{item.key}/{variant}", item.cluster, item.value) for item in items]
    return found


def _measure(outputs: Sequence[RetrievalOutput], variant: str) -> dict[str, list[Observation]]:
    chosen = [output for output in outputs if output.variant == variant]
    clusters = {output.key: min(output.relevant) for output in chosen}
    by_query = score_queries({output.key: output.relevant for output in chosen}, {output.key: output.ranking for output in chosen})
    return {name: [Observation(key, clusters[key], scores[name]) for key, scores in by_query.items()] for name in MEASURES}


def show_query(output: RetrievalOutput) -> Shown:
    found = "\n".join(f"{rank}. {document}" for rank, document in enumerate(output.ranking[:10], start=1))
    return Shown(asked=output.asked, expected=", ".join(output.relevant), got=output.ranking[0] if output.ranking else "–", text=found)


RETRIEVAL: Final = Suite(
    output=RetrievalOutput, labels=("relevant", "domains"), primary=PRIMARY, score=score_retrieval, measure=measure_retrieval, show=show_query
)
