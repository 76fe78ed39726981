"""Chat completions from any OpenAI-compatible endpoint: vLLM, Ray Serve."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

import httpx
from pydantic import BaseModel, Field

from serving.errors import ModelReplyInvalid
from serving.http import bearer, check_status, model_faults, parse_reply, post_json
from serving.protocols import ChatMessage, ChatReply, TokenUsage


class _Usage(BaseModel):
    prompt_tokens: int
    completion_tokens: int

    @property
    def counted(self) -> TokenUsage:
        return TokenUsage(input_tokens=self.prompt_tokens, output_tokens=self.completion_tokens)


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


class _ChunkChoice(BaseModel):
    delta: _Message
    finish_reason: str | None = None


class _Chunk(BaseModel):
    """One event of a stream. The last one carries the usage and no choice."""

    choices: list[_ChunkChoice]
    usage: _Usage | None = None


class OpenAIChatModel:
    """A model behind POST {base_url}/chat/completions."""

    def __init__(self, http: httpx.AsyncClient, *, base_url: str, model: str, api_key: str | None = None, timeout_s: float = 30.0) -> None:
        """`base_url` ends in /v1. `timeout_s` bounds a whole reply, streamed or not. The caller closes `http`."""
        self._http = http
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._model = model
        self._headers = bearer(api_key)
        self._timeout_s = timeout_s

    @property
    def model_id(self) -> str:
        return self._model

    async def complete(self, messages: Sequence[ChatMessage], *, max_output_tokens: int, temperature: float = 0.0) -> ChatReply:
        """See `ChatModel.complete`."""
        payload = self._payload(messages, max_output_tokens, temperature)
        reply = await post_json(self._http, self._url, payload, _Completion, headers=self._headers, timeout_s=self._timeout_s, model_id=self._model)
        choice = reply.choices[0]
        usage = reply.usage.counted if reply.usage else None
        return ChatReply(text=choice.message.content or "", finish_reason=choice.finish_reason, usage=usage)

    async def stream(self, messages: Sequence[ChatMessage], *, max_output_tokens: int, temperature: float = 0.0) -> AsyncGenerator[str | ChatReply]:
        """See `ChatModel.stream`."""
        payload = self._payload(messages, max_output_tokens, temperature) | {"stream": True, "stream_options": {"include_usage": True}}
        written: list[str] = []
        finish_reason: str | None = None
        usage: _Usage | None = None
        async with aclosing(self._events(payload)) as events:
            async for event in events:
                chunk = parse_reply(event, _Chunk, model_id=self._model)
                usage = chunk.usage or usage
                for choice in chunk.choices[:1]:
                    finish_reason = choice.finish_reason or finish_reason
                    if choice.delta.content:
                        written.append(choice.delta.content)
                        yield choice.delta.content
        if finish_reason is None:
            raise ModelReplyInvalid(f"{self._model}: the stream ended before the reply did")
        yield ChatReply(text="".join(written), finish_reason=finish_reason, usage=usage.counted if usage else None)

    async def _events(self, payload: dict[str, object]) -> AsyncGenerator[bytes]:
        """Yield the data of each server-sent event up to [DONE]. Leaving early closes the connection, which ends the generation."""
        deadline = asyncio.get_running_loop().time() + self._timeout_s
        request = self._http.build_request("POST", self._url, json=payload, headers=self._headers)
        with model_faults(self._model):
            async with asyncio.timeout_at(deadline):
                response = await self._http.send(request, stream=True)
        async with aclosing(response):
            check_status(response, model_id=self._model)
            async with aclosing(_lines(response)) as lines:
                while (line := await self._next_line(lines, deadline)) is not None:
                    field, _, data = line.partition(b":")
                    if field == b"data" and data.strip() == b"[DONE]":
                        return
                    if field == b"data":
                        yield data

    async def _next_line(self, lines: AsyncIterator[bytes], deadline: float) -> bytes | None:
        # The deadline is set around each wait: a timeout that spanned a yield would cancel the consumer, not the read.
        with model_faults(self._model):
            async with asyncio.timeout_at(deadline):
                return await anext(lines, None)

    def _payload(self, messages: Sequence[ChatMessage], max_output_tokens: int, temperature: float) -> dict[str, object]:
        return {
            "model": self._model,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": max_output_tokens,
            "temperature": temperature,
        }


async def _lines(response: httpx.Response) -> AsyncGenerator[bytes]:
    """Split at line feeds only: httpx's own line reader also splits at U+2028 and U+0085, which may stand inside a JSON string."""
    rest = b""
    async for piece in response.aiter_bytes():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line.rstrip(b"\r")
    if rest:
        yield rest
