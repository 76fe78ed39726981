import itertools
from contextlib import aclosing
from typing import Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode
from starlette.responses import JSONResponse, Response

import serving.traced_model
from serving import semconv
from serving.client import ChatMessage, Generation, GenerationRequest, OpenAIModel, TracedModel, generate
from serving.errors import ModelRejected, ModelTimeout
from tests.serving.endpoint import DONE, ScriptedEndpoint, chunk, sse, streamed, usage_chunk
from tests.serving.scripted_model import Pause, ScriptedModel
from tests.serving.spans import CollectedSpans, collect_spans

QUESTION, ANSWER = "Gizli sual: rüsum neçədir?", "gizli cavab"
CHAT = GenerationRequest(messages=(ChatMessage("user", QUESTION),), max_output_tokens=20, temperature=0.25, deadline_s=1)


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> CollectedSpans:
    return collect_spans(monkeypatch, serving.traced_model)


async def test_a_request_is_told_in_the_conventions_names_and_without_a_word(
    endpoint: ScriptedEndpoint, http: httpx.AsyncClient, spans: CollectedSpans
) -> None:
    endpoint.reply = streamed(sse(chunk(ANSWER)), sse(chunk("", "stop")), sse(usage_chunk(7, 3)), DONE)
    model = TracedModel(OpenAIModel(http, base_url=endpoint.base_url, model="llama-az"), base_url=endpoint.base_url)
    assert (await generate(model, CHAT)).text == ANSWER
    span = spans.only()
    attributes = dict(span.attributes or {})
    first_chunk_s = attributes.pop(semconv.RESPONSE_TIME_TO_FIRST_CHUNK)
    assert isinstance(first_chunk_s, float)
    assert 0 < first_chunk_s < 5
    assert attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai_compatible",
        "gen_ai.request.model": "llama-az",
        "gen_ai.request.max_tokens": 20,
        "gen_ai.request.temperature": 0.25,
        "gen_ai.request.stream": True,
        "gen_ai.output.type": "text",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 7,
        "gen_ai.usage.output_tokens": 3,
        "server.address": "127.0.0.1",
        "server.port": httpx.URL(endpoint.base_url).port,
    }
    assert (span.name, span.kind, span.status.status_code) == ("chat llama-az", SpanKind.CLIENT, StatusCode.UNSET)
    assert "gizli" not in spans.written.lower()


async def test_the_endpoint_is_told_which_span_its_own_belong_under(
    endpoint: ScriptedEndpoint, http: httpx.AsyncClient, spans: CollectedSpans
) -> None:
    endpoint.reply = streamed(sse(chunk(ANSWER)), sse(chunk("", "stop")), DONE)
    await generate(TracedModel(OpenAIModel(http, base_url=endpoint.base_url, model="m"), base_url=endpoint.base_url), CHAT)
    context = spans.only().get_span_context()
    assert context is not None
    (traceparent,) = endpoint.traceparents
    assert str(traceparent).startswith(f"00-{context.trace_id:032x}-{context.span_id:016x}-")


async def test_without_a_span_no_trace_is_invented(endpoint: ScriptedEndpoint, http: httpx.AsyncClient) -> None:
    endpoint.reply = streamed(sse(chunk(ANSWER)), sse(chunk("", "stop")), DONE)
    await generate(OpenAIModel(http, base_url=endpoint.base_url, model="m"), CHAT)
    assert endpoint.traceparents == [None]


async def test_a_prompt_is_a_completion_and_a_schema_asks_for_json(spans: CollectedSpans) -> None:
    await generate(TracedModel(ScriptedModel([ANSWER])), GenerationRequest(prompt=QUESTION, output_schema={}, max_output_tokens=5, deadline_s=1))
    attributes = spans.only().attributes or {}
    assert (attributes[semconv.OPERATION_NAME], attributes[semconv.OUTPUT_TYPE]) == ("text_completion", "json")
    assert semconv.SERVER_ADDRESS not in attributes


async def test_a_fault_is_told_by_its_class(endpoint: ScriptedEndpoint, http: httpx.AsyncClient, spans: CollectedSpans) -> None:
    async def refuse(body: dict[str, Any]) -> Response:
        return JSONResponse({"error": f"cannot read {body['messages'][0]['content']}"}, 400)

    endpoint.reply = refuse
    with pytest.raises(ModelRejected):
        await generate(TracedModel(OpenAIModel(http, base_url=endpoint.base_url, model="m"), base_url=endpoint.base_url), CHAT)
    span = spans.only()
    assert (span.attributes or {})[semconv.ERROR_TYPE] == "ModelRejected"
    assert span.status.status_code is StatusCode.ERROR
    assert span.events == ()
    assert "gizli" not in spans.written.lower()


async def test_a_deadline_that_passes_after_text_keeps_the_time_to_the_first_of_it(spans: CollectedSpans) -> None:
    late = GenerationRequest(messages=CHAT.messages, max_output_tokens=5, deadline_s=0.05)
    with pytest.raises(ModelTimeout):
        await generate(TracedModel(ScriptedModel(["Sa", Pause(30)])), late)
    attributes = spans.only().attributes or {}
    assert attributes[semconv.ERROR_TYPE] == "ModelTimeout"
    assert semconv.RESPONSE_TIME_TO_FIRST_CHUNK in attributes


async def test_a_stream_that_is_left_ends_its_span_and_the_work(spans: CollectedSpans) -> None:
    model = ScriptedModel(lambda _: itertools.cycle(["söz ", Pause(0.01)]))
    async with aclosing(TracedModel(model).stream(CHAT)) as parts:
        assert await anext(parts) == "söz "
        assert spans.all() == []
    assert model.closed.is_set()
    assert semconv.ERROR_TYPE not in (spans.only().attributes or {})


async def test_the_reader_of_a_stream_does_not_stand_in_its_span(spans: CollectedSpans) -> None:
    outside = trace.get_current_span()
    async with aclosing(TracedModel(ScriptedModel(["Sa", "lam"])).stream(CHAT)) as parts:
        async for part in parts:
            assert trace.get_current_span() is outside
            assert isinstance(part, str | Generation)
    assert len(spans.all()) == 1
