"""Runs: every query or case of a data set through the service, typed as given or with noise."""

from collections.abc import Callable, Sequence
from typing import Literal, Protocol
from zlib import crc32

from evaluation.asking import Asker
from evaluation.beir_index import BEIR_PILOT
from evaluation.dataset import BeirDataset, Case
from evaluation.metrics.answers import CaseResult, Verdict, judge
from evaluation.metrics.retrieval import RetrievalScores, score_rankings
from evaluation.noise import NoiseKind, apply_noise
from rag.passages import ScoredPassage

Variant = Literal["clean"] | NoiseKind
Step = Callable[[], None]

# Deep enough that ten different documents are among the passages when documents were cut in two or three.
DEPTH = 30


class PassageSource(Protocol):
    async def retrieve(self, query: str, *, pilot: str, top_k: int) -> list[ScoredPassage]: ...


async def run_retrieval(dataset: BeirDataset, source: PassageSource, *, variant: Variant, step: Step) -> RetrievalScores:
    """Ask every judged query and score the documents in the order of their first passage; `step` is called after each."""
    rankings: dict[str, list[str]] = {}
    for query in dataset.queries:
        found = await source.retrieve(typed(query.text, variant, key=query.id), pilot=BEIR_PILOT, top_k=DEPTH)
        rankings[query.id] = list(dict.fromkeys(scored.passage.source_id for scored in found))
        step()
    return score_rankings(dataset.qrels, rankings)


async def run_answers(cases: Sequence[Case], asker: Asker, *, variant: Variant, step: Step) -> list[Verdict]:
    """Ask every case, its earlier questions first and typed in the same way, and judge what comes back.

    Noise is how Azerbaijani is typed: a noisy variant leaves the cases in other languages out. One case at a time: the latency is
    that of a gateway with nothing else to do.
    """
    verdicts: list[Verdict] = []
    for case in cases:
        if variant != "clean" and case.language != "az":
            step()
            continue
        questions = [typed(text, variant, key=case.id) for text in (*case.context, case.question)]
        try:
            reply = await asker.ask(questions, as_of=case.as_of)
        except Exception as fault:
            fault.add_note(f"while asking case {case.id}, {variant}")
            raise
        verdicts.append(judge(CaseResult(case=case, question=questions[-1], answer=reply.answer, latency_ms=reply.latency_ms)))
        step()
    return verdicts


def typed(text: str, variant: Variant, *, key: str) -> str:
    """Return the text as the variant types it. The seed comes from the key, so that every run sees the same slips."""
    return text if variant == "clean" else apply_noise(text, variant, seed=crc32(key.encode()))
