from contextlib import aclosing

import httpx
import pytest

from serving.client import ChatMessage, Generation, GenerationRequest, OpenAIModel, TokenUsage, generate
from serving.errors import ModelReplyInvalid, ModelUnavailable
from tests.serving.endpoint import DONE, ScriptedEndpoint, chunk, sse, streamed, text_chunk, usage_chunk

ASK = GenerationRequest(messages=(ChatMessage("system", "Qısa cavab ver."), ChatMessage("user", "Salam")), max_output_tokens=20, deadline_s=1)


@pytest.fixture
def model(endpoint: ScriptedEndpoint, http: httpx.AsyncClient) -> OpenAIModel:
    return OpenAIModel(http, base_url=endpoint.base_url, model="qwen", api_key="k")


async def test_messages_go_to_the_chat_endpoint_and_come_back_with_their_usage(endpoint: ScriptedEndpoint, model: OpenAIModel) -> None:
    events = [sse(chunk("")), b": keep-alive\n\n", sse(chunk("Sa")), sse(chunk("lam\u2028!")), sse(chunk(None, "stop")), sse(usage_chunk(7, 3)), DONE]
    endpoint.reply = streamed(*events)
    parts = [part async for part in model.stream(ASK)]
    assert parts == ["Sa", "lam\u2028!", Generation(text="Salam\u2028!", finish_reason="stop", usage=TokenUsage(7, 3))]
    assert endpoint.paths == ["/v1/chat/completions"]
    assert endpoint.keys == ["Bearer k"]
    assert endpoint.received == [
        {
            "model": "qwen",
            "messages": [{"role": "system", "content": "Qısa cavab ver."}, {"role": "user", "content": "Salam"}],
            "max_tokens": 20,
            "temperature": 0.0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]


async def test_a_prompt_goes_to_the_completion_endpoint_with_its_stops(endpoint: ScriptedEndpoint, model: OpenAIModel) -> None:
    endpoint.reply = streamed(sse(text_chunk("70 ")), sse(text_chunk("manat", "stop")), sse(usage_chunk(9, 2)), DONE)
    reply = await generate(model, GenerationRequest(prompt="Sual: neçəyə?\nCavab:", stop=("\n",), max_output_tokens=20, deadline_s=1))
    assert reply == Generation(text="70 manat", finish_reason="stop", usage=TokenUsage(9, 2))
    assert endpoint.paths == ["/v1/completions"]
    assert endpoint.received[0]["prompt"] == "Sual: neçəyə?\nCavab:"
    assert endpoint.received[0]["stop"] == ["\n"]


async def test_a_schema_is_sent_as_the_response_format(endpoint: ScriptedEndpoint, model: OpenAIModel) -> None:
    endpoint.reply = streamed(sse(chunk("{}", "stop")), DONE)
    await generate(model, GenerationRequest(messages=ASK.messages, output_schema={"type": "object"}, max_output_tokens=20, deadline_s=1))
    assert endpoint.received[0]["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "reply", "strict": True, "schema": {"type": "object"}},
    }


async def test_reads_events_however_the_network_cuts_them(endpoint: ScriptedEndpoint, model: OpenAIModel) -> None:
    whole = sse(chunk("şəxsiyyət")) + sse(chunk(None, "stop")) + DONE
    endpoint.reply = streamed(*(whole[at : at + 1] for at in range(len(whole))))
    parts = [part async for part in model.stream(ASK)]
    assert parts == ["şəxsiyyət", Generation(text="şəxsiyyət", finish_reason="stop")]


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([sse(chunk("Sa"))], id="connection ends"),
        pytest.param([sse(chunk("Sa")), DONE], id="done without a finish"),
    ],
)
async def test_a_stream_that_breaks_off_is_never_a_short_reply(endpoint: ScriptedEndpoint, model: OpenAIModel, events: list[bytes]) -> None:
    endpoint.reply = streamed(*events)
    async with aclosing(model.stream(ASK)) as parts:
        assert await anext(parts) == "Sa"
        with pytest.raises(ModelReplyInvalid):
            await anext(parts)


async def test_an_error_inside_a_stream_is_an_endpoint_that_failed(endpoint: ScriptedEndpoint, model: OpenAIModel) -> None:
    error = {"error": {"message": "EngineDeadError", "type": "InternalServerError", "code": 500}}
    endpoint.reply = streamed(sse(chunk("70 manat")), sse(error), DONE)
    async with aclosing(model.stream(ASK)) as parts:
        assert await anext(parts) == "70 manat"
        with pytest.raises(ModelUnavailable):
            await anext(parts)
