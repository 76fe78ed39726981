"""`make bench-answer`: how long warm answers take, in the pipeline and through the gateway over a loopback socket.

The questions are the pilot's own cases, each asked once: embedders remember questions, so a second round would flatter.
"""

import argparse
import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager

import httpx
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor

from evaluation.asking import Asker, GatewayAsker, Reply, open_pipeline_asker
from evaluation.dataset import Case, load_cases
from evaluation.loopback import open_loopback_gateway
from evaluation.metrics.answers import percentile
from gateway.settings import Settings, load_settings
from gateway.telemetry import start_telemetry
from pilots.answer import Answer
from pilots.registry import Pilot, find_pilot, load_pilots
from serving import semconv

RETRIEVAL_STEP = "retrieve_passages"
WARMUP = ("salam", "pasport", "vəsiqə neçəyədir", "sürücülük vəsiqəsi üçün nə lazımdır")

Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.bench_answer", description=__doc__)
    parser.add_argument("--pilot", default="citizen_chat")
    parser.add_argument("--questions", type=int, default=None, help="only the first N cases")
    arguments = parser.parse_args()
    settings = load_settings().model_copy(update={"log_level": "warning"})
    pilot = find_pilot(load_pilots(*settings.pilot_folders), arguments.pilot)
    cases = load_cases(sorted(pilot.folder.glob("cases*.jsonl")))[: arguments.questions]
    figures = asyncio.run(measure(settings, pilot, cases))
    print(json.dumps(figures))


async def measure(settings: Settings, pilot: Pilot, cases: Sequence[Case]) -> dict[str, object]:
    """Ask every case twice, in the pipeline and over HTTP, and return percentiles in milliseconds."""
    embedding = EmbeddingTimes()
    start_telemetry(settings).add_span_processor(embedding)
    async with open_pipeline_asker(settings, pilot) as asker:
        replies = await ask_all(asker, cases)
    totals = _percentiles(reply.latency_ms for reply in replies)
    parts = _parts([embedding.split(reply.answer) for reply in replies])
    _print("pipeline", totals)
    for name, figures in parts.items():
        _print(f"  {name}", figures)
    async with open_loopback_asker(settings, pilot) as asker:
        over_http = _percentiles(reply.latency_ms for reply in await ask_all(asker, cases))
    _print("over HTTP", over_http)
    return {"pilot": pilot.name, "questions": len(cases), "answer_ms": totals, "parts_ms": parts, "http_ms": over_http}


class EmbeddingTimes(SpanProcessor):
    """Listens to the retriever's spans, since an answer's own timings end at the step: they tell what of it was the model."""

    def __init__(self) -> None:
        self._ms_by_trace: dict[str, float] = {}

    def on_end(self, span: ReadableSpan) -> None:
        if (span.attributes or {}).get(semconv.OPERATION_NAME) == semconv.Operation.EMBEDDINGS and span.context and span.start_time and span.end_time:
            self._ms_by_trace[f"{span.context.trace_id:032x}"] = (span.end_time - span.start_time) / 1e6

    def split(self, answer: Answer) -> dict[str, float]:
        """Return the answer's timings with the retrieval step as its two parts, `embed` and `search`."""
        timings = dict(answer.timings_ms)
        embed = self._ms_by_trace.get(answer.trace_id or "")
        retrieve = timings.pop(RETRIEVAL_STEP, None)
        if retrieve is not None:
            timings |= {"search": retrieve} if embed is None else {"embed": embed, "search": retrieve - embed}
        return timings


async def ask_all(asker: Asker, cases: Sequence[Case]) -> list[Reply]:
    """Ask one after another, after a few questions that only warm up."""
    for text in WARMUP:
        await asker.ask([text])
    return [await asker.ask([*case.context, case.question]) for case in cases]


@asynccontextmanager
async def open_loopback_asker(settings: Settings, pilot: Pilot) -> AsyncGenerator[GatewayAsker]:
    """Ask the real application over a socket."""
    async with open_loopback_gateway(settings, pilot) as (base_url, key), httpx.AsyncClient(timeout=60) as http:
        yield GatewayAsker(http, base_url=base_url, pilot=pilot.name, key=key)


def _parts(timings: Sequence[Mapping[str, float]]) -> dict[str, Figures]:
    """Sum up each part over the answers that have it, in the order in which parts first appear."""
    names = dict.fromkeys(name for answer in timings for name in answer)
    return {name: _percentiles(answer[name] for answer in timings if name in answer) for name in names}


def _percentiles(values_ms: Iterable[float]) -> Figures:
    values = list(values_ms)
    return {"p50": round(percentile(values, 0.5), 2), "p95": round(percentile(values, 0.95), 2), "n": len(values)}


def _print(name: str, figures: Figures) -> None:
    print(f"{name:<24} p50 {figures['p50']:8.2f} ms   p95 {figures['p95']:8.2f} ms   n {figures['n']:.0f}")


if __name__ == "__main__":
    main()
