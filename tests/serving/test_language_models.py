"""What every language model must do, whether it is scripted in this process or answers over HTTP, bare or behind its circuit breaker."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import aclosing
from typing import Any

import httpx
import pytest
from starlette.responses import Response, StreamingResponse

from serving.client import ChatMessage, Generation, GenerationRequest, LanguageModel, OpenAIModel, ResilientModel, generate
from serving.errors import ModelReplyInvalid, ModelTimeout
from tests.serving.endpoint import DONE, Reply, ScriptedEndpoint, chunk, sse, text_chunk
from tests.serving.scripted_model import Pause, Piece, ScriptedModel

CHAT = GenerationRequest(messages=(ChatMessage("user", "Salam"),), max_output_tokens=20, deadline_s=1)
PROMPT = GenerationRequest(prompt="Sual: Salam\nCavab:", max_output_tokens=20, deadline_s=1)
BREAKS_OFF = ModelReplyInvalid("the reply broke off")

Build = Callable[[Iterable[Piece]], LanguageModel]


@pytest.fixture(params=["scripted", "over_http", "resilient"])
def build(request: pytest.FixtureRequest, endpoint: ScriptedEndpoint, http: httpx.AsyncClient) -> Build:
    def scripted(pieces: Iterable[Piece]) -> LanguageModel:
        return ScriptedModel(pieces if isinstance(pieces, list) else lambda _: pieces)

    def remote(pieces: Iterable[Piece]) -> LanguageModel:
        endpoint.reply = _played(pieces, endpoint)
        return OpenAIModel(http, base_url=endpoint.base_url, model="m")

    def resilient(pieces: Iterable[Piece]) -> LanguageModel:
        return ResilientModel(remote(pieces))

    builders: dict[str, Build] = {"scripted": scripted, "over_http": remote, "resilient": resilient}
    return builders[request.param]


def _played(pieces: Iterable[Piece], endpoint: ScriptedEndpoint) -> Reply:
    async def reply(body: dict[str, Any]) -> Response:
        def as_event(text: str, reason: str | None = None) -> bytes:
            return sse(text_chunk(text, reason) if "prompt" in body else chunk(text, reason))

        async def write() -> AsyncIterator[bytes]:
            try:
                for piece in pieces:
                    if isinstance(piece, Pause):
                        await asyncio.sleep(piece.seconds)
                    elif isinstance(piece, str):
                        yield as_event(piece)
                        await asyncio.sleep(0)
                    else:
                        return
                yield as_event("", "stop")
                yield DONE
            except asyncio.CancelledError:
                endpoint.stream_cancelled.set()
                raise

        return StreamingResponse(write(), media_type="text/event-stream")

    return reply


async def has_stopped(model: LanguageModel, endpoint: ScriptedEndpoint) -> bool:
    if isinstance(model, ScriptedModel):
        return model.closed.is_set()
    return await asyncio.to_thread(endpoint.stream_cancelled.wait, 1)


@pytest.mark.parametrize("asked", [CHAT, PROMPT], ids=["chat", "prompt"])
async def test_text_comes_as_it_is_written_and_the_whole_last(build: Build, asked: GenerationRequest) -> None:
    *text, last = [part async for part in build(["Sa", "lam!"]).stream(asked)]
    assert text == ["Sa", "lam!"]
    assert isinstance(last, Generation)
    assert (last.text, last.finish_reason) == ("Salam!", "stop")


async def test_the_whole_reply_can_be_asked_for_at_once(build: Build) -> None:
    assert (await generate(build(["Sa", "lam!"]), CHAT)).text == "Salam!"


async def test_the_first_text_does_not_wait_for_the_last(build: Build) -> None:
    async with aclosing(build(["Sa", Pause(30), "lam!"]).stream(CHAT)) as parts:
        assert await anext(parts) == "Sa"


@pytest.mark.parametrize("pieces", [[Pause(30)], ["Sa", Pause(30), "lam!"]], ids=["before text", "after text"])
async def test_the_deadline_covers_the_whole_reply(build: Build, pieces: list[Piece]) -> None:
    with pytest.raises(ModelTimeout):
        await generate(build(pieces), CHAT)


async def test_endless_text_ends_at_the_deadline(build: Build) -> None:
    with pytest.raises(ModelTimeout):
        await generate(build(itertools.cycle(["söz ", Pause(0.01)])), CHAT)


async def test_a_reply_that_breaks_off_is_a_fault(build: Build) -> None:
    async with aclosing(build(["Sa", BREAKS_OFF]).stream(CHAT)) as parts:
        assert await anext(parts) == "Sa"
        with pytest.raises(ModelReplyInvalid):
            await anext(parts)


async def test_closing_the_stream_ends_the_work(build: Build, endpoint: ScriptedEndpoint) -> None:
    model = build(itertools.cycle(["söz ", Pause(0.01)]))
    async with aclosing(model.stream(CHAT)) as parts:
        assert await anext(parts) == "söz "
    assert await has_stopped(model, endpoint)


async def test_cancelling_the_reader_ends_the_work(build: Build, endpoint: ScriptedEndpoint) -> None:
    model = build(itertools.cycle(["söz ", Pause(0.01)]))
    started = asyncio.Event()

    async def read() -> None:
        async with aclosing(model.stream(CHAT)) as parts:
            async for _ in parts:
                started.set()

    reading = asyncio.create_task(read())
    await started.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert await has_stopped(model, endpoint)


@pytest.mark.parametrize("asked", [{}, {"messages": (ChatMessage("user", "Salam"),), "prompt": "Salam"}], ids=["neither messages nor prompt", "both"])
def test_a_request_is_either_messages_or_a_prompt(asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="either messages or a prompt"):
        GenerationRequest(max_output_tokens=5, deadline_s=1, **asked)
