"""A pilot whose answers a model writes, behind the real application and a model endpoint on a real port."""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.responses import Response, StreamingResponse

from gateway.app import create_app
from gateway.settings import Settings
from gateway.writing import find_spec, open_writing_model, warm_model
from pilots.generation.prompt import REPLY_SCHEMA
from pilots.generation.writing import WritingModel
from pilots.pipeline import build_pipeline
from serving.client import OpenAIModel, build_http_client
from tests.gateway.events import read_events
from tests.gateway.listening import listening
from tests.pilots.generation.writing_pilot import FEES, reply
from tests.pilots.small_pilot import CARDS, TODAY, ScriptedSource, found, write_pilot
from tests.serving.endpoint import DONE, ScriptedEndpoint, chunk, fixed, serve_endpoint, sse, streamed, usage_chunk

TRUE = "18 yaşdan yuxarı üçün 1 iş günü ərzində rüsum 213 manatdır."
URL = "/v1/pilots/kicik_pilot/answers"
STREAM = {"accept": "text/event-stream"}
WRITTEN = streamed(sse(chunk(reply((TRUE, [1])))), sse(chunk(None, "stop")), sse(usage_chunk(70, 30)), DONE)


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    with serve_endpoint() as running:
        yield running


@pytest.fixture
def server(settings: Settings, tmp_path: Path, endpoint: ScriptedEndpoint) -> Iterator[str]:
    pilot = write_pilot(tmp_path / "pilots", more="composer: generative")
    http = build_http_client(connect_timeout_s=30)
    writing = WritingModel(model=OpenAIModel(http, base_url=endpoint.base_url, model="m"), prompt_style="structured", context_tokens=8000)
    source = ScriptedSource([found(card_id) for card_id in CARDS])
    pipeline = build_pipeline(pilot, retriever=source, today=lambda: TODAY, writing=writing)
    live = type(pilot)(pilot.manifest.model_copy(update={"stage": "live"}), pilot.folder)
    app = create_app(settings, served_pilots={pilot.name: live}, pipelines={pilot.name: pipeline})
    running = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[Any]:
        async with http, running(app) as state:
            yield state

    app.router.lifespan_context = lifespan
    with listening(app) as address:
        yield address


@pytest.fixture
async def client(server: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server, timeout=10) as client:
        client.headers["authorization"] = f"Bearer {(await client.post('/v1/sessions')).json()['token']}"
        yield client


async def test_json_events_and_chat_give_the_same_answer_and_its_tokens(client: httpx.AsyncClient, endpoint: ScriptedEndpoint) -> None:
    endpoint.reply = WRITTEN
    chat = {"model": "kicik_pilot", "messages": [{"role": "user", "content": FEES}]}

    plain = (await client.post(URL, json={"question": FEES})).json()
    events = read_events((await client.post(URL, json={"question": FEES}, headers=STREAM)).text)
    completion = (await client.post("/v1/chat/completions", json=chat)).json()
    chunks = (await client.post("/v1/chat/completions", json=chat | {"stream": True, "stream_options": {"include_usage": True}})).text

    assert plain["sentences"][0]["text"] == TRUE
    assert plain["composition"] == {
        "composer": "generative",
        "fallback": None,
        "model": "m",
        "shown": 1,
        "withheld": 0,
        "input_tokens": 70,
        "output_tokens": 30,
    }
    assert [name for name, _ in events][:3] == ["meta", "citation", "sentence"]
    done = events[-1][1]
    same = ("status", "text", "sentences", "citations", "composition")
    assert {key: done[key] for key in same} == {key: plain[key] for key in same}
    assert [data for name, data in events if name == "sentence"] == plain["sentences"]
    assert completion["choices"][0]["message"]["content"].startswith(plain["text"])
    assert completion["korpu"]["composition"] == plain["composition"]
    assert completion["usage"] == {"prompt_tokens": 70, "completion_tokens": 30, "total_tokens": 100}
    sent = read_events(chunks.replace("data: [DONE]\n\n", ""))
    assert "".join(c["choices"][0]["delta"].get("content", "") for _, c in sent if c["choices"]) == completion["choices"][0]["message"]["content"]
    assert sent[-1][1]["usage"] == completion["usage"]


async def test_a_model_that_is_down_is_told_by_the_composition_and_not_by_an_error(client: httpx.AsyncClient, endpoint: ScriptedEndpoint) -> None:
    endpoint.reply = fixed(503)

    response = await client.post(URL, json={"question": FEES})

    assert response.status_code == 200
    assert "213 AZN" in response.json()["text"]
    assert response.json()["composition"]["fallback"] == "model_unavailable"


async def test_a_model_that_breaks_off_ends_in_an_answer_and_not_in_an_error(client: httpx.AsyncClient, endpoint: ScriptedEndpoint) -> None:
    endpoint.reply = streamed(sse(chunk(reply((TRUE, [1]))[:-2])))

    events = read_events((await client.post(URL, json={"question": FEES}, headers=STREAM)).text)

    assert events[-1][0] == "done"
    assert events[-1][1]["sentences"][0]["text"] == TRUE


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        (URL, {"question": FEES}, {}),
        (URL, {"question": FEES}, STREAM),
        ("/v1/chat/completions", {"model": "kicik_pilot", "messages": [{"role": "user", "content": FEES}]}, {}),
        ("/v1/chat/completions", {"model": "kicik_pilot", "messages": [{"role": "user", "content": FEES}], "stream": True}, {}),
    ],
    ids=["json", "events", "chat", "chat stream"],
)
async def test_a_client_that_leaves_ends_the_writing_at_the_model_within_a_second(
    client: httpx.AsyncClient, endpoint: ScriptedEndpoint, path: str, body: dict[str, Any], headers: dict[str, str]
) -> None:
    writing = threading.Event()

    async def write() -> AsyncIterator[bytes]:
        try:
            while True:
                writing.set()
                yield sse(chunk(" "))
                await asyncio.sleep(0.01)
        finally:
            endpoint.stream_cancelled.set()

    async def endless(_: dict[str, Any]) -> Response:
        return StreamingResponse(write(), media_type="text/event-stream")

    endpoint.reply = endless
    asking = asyncio.create_task(client.post(path, json=body, headers=headers))
    assert await asyncio.to_thread(writing.wait, 5)
    assert not endpoint.stream_cancelled.is_set()
    asking.cancel()
    assert await asyncio.to_thread(endpoint.stream_cancelled.wait, 1)


async def test_a_deployment_without_a_model_has_none(settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        assert await open_writing_model(settings, stack) is None


@pytest.mark.parametrize(
    ("more", "style", "context_tokens"),
    [
        ({"chat_model": "gemma-3-270m"}, "completion", 2048),
        ({"chat_model": "qwen3-4b"}, "structured", 16384),
        ({"chat_model": "somebody-elses"}, "structured", 4096),
        ({"chat_model": "gemma-3-270m", "chat_prompt_style": "structured", "chat_context_tokens": 512}, "structured", 512),
    ],
)
async def test_how_a_model_is_asked_follows_from_the_list_of_models(
    settings: Settings, more: dict[str, Any], style: str, context_tokens: int
) -> None:
    chosen = settings.model_copy(update={"chat_url": "http://127.0.0.1:1/v1", "chat_api_key": SecretStr("k"), **more})
    async with AsyncExitStack() as stack:
        writing = await open_writing_model(chosen, stack)
    assert writing is not None
    assert (writing.prompt_style, writing.context_tokens) == (style, context_tokens)


async def test_a_start_compiles_the_grammar_and_waits_for_a_model_that_is_away(endpoint: ScriptedEndpoint) -> None:
    async with build_http_client() as http:
        writing = WritingModel(model=OpenAIModel(http, base_url=endpoint.base_url, model="m"), prompt_style="structured", context_tokens=2048)

        async def away_at_first(body: dict[str, Any]) -> Response:
            return await (fixed(503) if len(endpoint.received) == 1 else WRITTEN)(body)

        endpoint.reply = away_at_first
        await warm_model(writing, retry_s=0.01)
    assert [body["response_format"]["json_schema"]["schema"] for body in endpoint.received] == [REPLY_SCHEMA] * 2


def test_only_chat_models_are_found_for_writing() -> None:
    assert find_spec("multilingual-e5-small") is None
