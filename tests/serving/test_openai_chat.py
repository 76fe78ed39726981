import asyncio
from contextlib import aclosing

import httpx
import pytest

from serving.client import ChatMessage, ChatReply, OpenAIChatModel, TokenUsage
from serving.errors import ModelReplyInvalid, ModelTimeout
from tests.serving.endpoint import DONE, ScriptedEndpoint, chunk, completion, fixed, sse, streamed, usage_chunk

ASK = [ChatMessage("system", "Qısa cavab ver."), ChatMessage("user", "Salam")]


@pytest.fixture
def model(endpoint: ScriptedEndpoint, http: httpx.AsyncClient) -> OpenAIChatModel:
    return OpenAIChatModel(http, base_url=endpoint.base_url, model="qwen", api_key="k", timeout_s=1)


async def test_completes_with_usage(endpoint: ScriptedEndpoint, model: OpenAIChatModel) -> None:
    endpoint.reply = fixed(200, completion("Salam!", read=7, written=3))
    reply = await model.complete(ASK, max_output_tokens=20)
    assert reply == ChatReply(text="Salam!", finish_reason="stop", usage=TokenUsage(7, 3))
    assert endpoint.keys == ["Bearer k"]
    assert endpoint.received == [
        {
            "model": "qwen",
            "messages": [{"role": "system", "content": "Qısa cavab ver."}, {"role": "user", "content": "Salam"}],
            "max_tokens": 20,
            "temperature": 0.0,
        }
    ]


async def test_streams_text_and_ends_with_the_whole_reply(endpoint: ScriptedEndpoint, model: OpenAIChatModel) -> None:
    events = [sse(chunk("")), b": keep-alive\n\n", sse(chunk("Sa")), sse(chunk("lam\u2028!")), sse(chunk(None, "stop")), sse(usage_chunk(7, 3)), DONE]
    endpoint.reply = streamed(*events)
    parts = [part async for part in model.stream(ASK, max_output_tokens=20)]
    assert parts == ["Sa", "lam\u2028!", ChatReply(text="Salam\u2028!", finish_reason="stop", usage=TokenUsage(7, 3))]


async def test_reads_events_however_the_network_cuts_them(endpoint: ScriptedEndpoint, model: OpenAIChatModel) -> None:
    whole = sse(chunk("şəxsiyyət")) + sse(chunk(None, "stop")) + DONE
    endpoint.reply = streamed(*(whole[at : at + 1] for at in range(len(whole))))
    parts = [part async for part in model.stream(ASK, max_output_tokens=20)]
    assert parts == ["şəxsiyyət", ChatReply(text="şəxsiyyət", finish_reason="stop")]


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([sse(chunk("Sa"))], id="connection ends"),
        pytest.param([sse(chunk("Sa")), DONE], id="done without a finish"),
        pytest.param([sse(chunk("Sa")), sse({"error": {"message": "out of memory"}}), DONE], id="error event"),
    ],
)
async def test_a_stream_that_breaks_off_is_never_a_short_reply(endpoint: ScriptedEndpoint, model: OpenAIChatModel, events: list[bytes]) -> None:
    endpoint.reply = streamed(*events)
    async with aclosing(model.stream(ASK, max_output_tokens=20)) as parts:
        assert await anext(parts) == "Sa"
        with pytest.raises(ModelReplyInvalid):
            await anext(parts)


async def test_the_deadline_covers_the_whole_stream(endpoint: ScriptedEndpoint, model: OpenAIChatModel) -> None:
    endpoint.reply = endpoint.endless_stream()
    with pytest.raises(ModelTimeout):
        _ = [part async for part in model.stream(ASK, max_output_tokens=20)]
    assert await asyncio.to_thread(endpoint.stream_cancelled.wait, 5)


async def test_closing_the_stream_ends_the_generation_at_the_endpoint(endpoint: ScriptedEndpoint, model: OpenAIChatModel) -> None:
    endpoint.reply = endpoint.endless_stream()
    async with aclosing(model.stream(ASK, max_output_tokens=20)) as parts:
        assert await anext(parts) == "söz "
        assert not endpoint.stream_cancelled.is_set()
    assert await asyncio.to_thread(endpoint.stream_cancelled.wait, 5)


async def test_cancelling_the_reader_ends_the_generation_at_the_endpoint(endpoint: ScriptedEndpoint, model: OpenAIChatModel) -> None:
    endpoint.reply = endpoint.endless_stream()
    started = asyncio.Event()

    async def read() -> None:
        async with aclosing(model.stream(ASK, max_output_tokens=20)) as parts:
            async for _ in parts:
                started.set()

    reading = asyncio.create_task(read())
    await started.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert await asyncio.to_thread(endpoint.stream_cancelled.wait, 5)
