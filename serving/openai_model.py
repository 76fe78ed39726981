"""Text from any OpenAI-compatible endpoint: vLLM, Ray Serve."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Self

import httpx
from pydantic import BaseModel, Field, JsonValue, model_validator

from serving.errors import ModelReplyInvalid, ModelUnavailable
from serving.http import bearer, check_status, model_faults, parse_reply
from serving.protocols import Generation, GenerationRequest, TokenUsage


class _Usage(BaseModel):
    prompt_tokens: int
    completion_tokens: int

    @property
    def counted(self) -> TokenUsage:
        return TokenUsage(input_tokens=self.prompt_tokens, output_tokens=self.completion_tokens)


class _Delta(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    """Of a chat `delta` carries the text, of a completion `text` does."""

    delta: _Delta | None = None
    text: str | None = None
    finish_reason: str | None = None

    @model_validator(mode="after")
    def check_kind(self) -> Self:
        if self.delta is None and self.text is None:
            raise ValueError("neither delta nor text")
        return self

    @property
    def written(self) -> str:
        return (self.delta.content if self.delta else self.text) or ""


class _Chunk(BaseModel):
    """One event of a stream. The last one carries the usage and no choice; one that carries an error is the end.

    vLLM and Ray Serve tell of an engine that died that way: the status was sent with the first token.
    """

    choices: list[_Choice] = Field(default_factory=list[_Choice])
    usage: _Usage | None = None
    error: JsonValue = None

    @model_validator(mode="after")
    def check_content(self) -> Self:
        if not self.model_fields_set & {"choices", "error"}:
            raise ValueError("neither choices nor error")
        return self


class OpenAIModel:
    """A model behind POST {base_url}/chat/completions, for messages, and {base_url}/completions, for prompts."""

    def __init__(self, http: httpx.AsyncClient, *, base_url: str, model: str, api_key: str | None = None) -> None:
        """`base_url` ends in /v1. The caller closes `http`."""
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._model = model
        self._headers = bearer(api_key)

    @property
    def model_id(self) -> str:
        return self._model

    async def stream(self, request: GenerationRequest) -> AsyncGenerator[str | Generation]:
        """See `LanguageModel.stream`."""
        written: list[str] = []
        finish_reason: str | None = None
        usage: _Usage | None = None
        async with aclosing(self._events(request)) as events:
            async for event in events:
                chunk = parse_reply(event, _Chunk, model_id=self._model)
                if chunk.error is not None:
                    raise ModelUnavailable(f"{self._model}: the endpoint failed while it wrote")
                usage = chunk.usage or usage
                for choice in chunk.choices[:1]:
                    finish_reason = choice.finish_reason or finish_reason
                    if choice.written:
                        written.append(choice.written)
                        yield choice.written
        if finish_reason is None:
            raise ModelReplyInvalid(f"{self._model}: the stream ended before the reply did")
        yield Generation(text="".join(written), finish_reason=finish_reason, usage=usage.counted if usage else None)

    async def _events(self, request: GenerationRequest) -> AsyncGenerator[bytes]:
        """Yield the data of each server-sent event up to [DONE]. Leaving early closes the connection, which ends the generation."""
        deadline = asyncio.get_running_loop().time() + request.deadline_s
        path = "completions" if request.prompt is not None else "chat/completions"
        # The interface has no field for a deadline. Envoy, which stands before most clusters, reads this one; closing the connection does the rest.
        headers = self._headers | {"x-envoy-upstream-rq-timeout-ms": str(max(1, int(request.deadline_s * 1000)))}
        call = self._http.build_request("POST", f"{self._base_url}/{path}", json=self._payload(request), headers=headers)
        with model_faults(self._model):
            async with asyncio.timeout_at(deadline):
                response = await self._http.send(call, stream=True)
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

    def _payload(self, request: GenerationRequest) -> dict[str, object]:
        payload: dict[str, object] = {
            "model": self._model,
            "max_tokens": request.max_output_tokens,
            "temperature": request.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.prompt is not None:
            payload["prompt"] = request.prompt
        else:
            payload["messages"] = [{"role": message.role, "content": message.content} for message in request.messages]
        if request.stop:
            payload["stop"] = list(request.stop)
        if request.output_schema is not None:
            payload["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "reply", "strict": True, "schema": dict(request.output_schema)},
            }
        return payload


async def _lines(response: httpx.Response) -> AsyncGenerator[bytes]:
    """Split at line feeds only: httpx's own line reader also splits at U+2028 and U+0085, which may stand inside a JSON string."""
    rest = b""
    async for piece in response.aiter_bytes():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line.rstrip(b"\r")
    if rest:
        yield rest
