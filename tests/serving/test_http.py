"""Every way in which an endpoint fails ends as one of this package's faults, whichever model asked."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator

import httpx
import pytest

from serving.client import ChatMessage, EmbeddingKind, GenerationRequest, OpenAIEmbedder, OpenAIModel, generate
from serving.errors import ModelRejected, ModelReplyInvalid, ModelTimeout, ModelUnavailable, ServingError
from tests.serving.endpoint import DONE, Reply, ScriptedEndpoint, chunk, fixed, silent, sse, streamed

SECRET = "FİN 1AB2C3D"
Call = Callable[[str], Awaitable[object]]


@pytest.fixture(params=["chat", "completion", "embeddings"])
def call(request: pytest.FixtureRequest, http: httpx.AsyncClient) -> Call:
    async def chat(base_url: str) -> object:
        asked = GenerationRequest(messages=(ChatMessage("user", SECRET),), max_output_tokens=5, deadline_s=0.5)
        return await generate(OpenAIModel(http, base_url=base_url, model="m"), asked)

    async def complete(base_url: str) -> object:
        asked = GenerationRequest(prompt=SECRET, max_output_tokens=5, deadline_s=0.5)
        return await generate(OpenAIModel(http, base_url=base_url, model="m"), asked)

    async def embed(base_url: str) -> object:
        embedder = OpenAIEmbedder(http, base_url=base_url, model="m", count_tokens=lambda text, kind: len(text) + len(kind), timeout_s=0.5)
        return await embedder.embed([SECRET], kind=EmbeddingKind.QUERY)

    return {"chat": chat, "completion": complete, "embeddings": embed}[request.param]


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        pytest.param(fixed(429), ModelUnavailable, id="too many requests"),
        pytest.param(fixed(503), ModelUnavailable, id="overloaded"),
        pytest.param(fixed(500, {"error": SECRET}), ModelUnavailable, id="server error"),
        pytest.param(fixed(504), ModelTimeout, id="gateway timeout"),
        pytest.param(silent(3), ModelTimeout, id="silence"),
        pytest.param(fixed(400, {"error": SECRET}), ModelRejected, id="bad request"),
        pytest.param(fixed(401), ModelRejected, id="no key"),
        pytest.param(fixed(302), ModelReplyInvalid, id="redirect"),
        pytest.param(fixed(200, raw=b"data: <html>"), ModelReplyInvalid, id="not json"),
        pytest.param(fixed(200, {"hello": SECRET}), ModelReplyInvalid, id="another protocol"),
        pytest.param(fixed(200, raw=b""), ModelReplyInvalid, id="empty"),
    ],
)
async def test_a_failing_endpoint_ends_as_a_fault_without_the_text(
    endpoint: ScriptedEndpoint, call: Call, reply: Reply, fault: type[ServingError]
) -> None:
    endpoint.reply = reply
    with pytest.raises(fault) as caught:
        await call(endpoint.base_url)
    chain: BaseException | None = caught.value
    while chain is not None:
        assert "1AB2C3D" not in str(chain)
        chain = chain.__cause__


async def test_a_refused_connection_is_unavailable(call: Call) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ModelUnavailable):
        await call(f"http://127.0.0.1:{port}/v1")


@pytest.fixture
def not_http() -> Iterator[str]:
    """A server that speaks something else, like a database on a wrong port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(b"+OK hello\r\n\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        thread.join(timeout=5)


async def test_an_endpoint_that_does_not_speak_http_is_invalid(call: Call, not_http: str) -> None:
    with pytest.raises(ModelReplyInvalid):
        await call(not_http)


SALAM = GenerationRequest(messages=(ChatMessage("user", "salam"),), max_output_tokens=5, deadline_s=5)


async def test_requests_after_one_another_share_a_connection(endpoint: ScriptedEndpoint, http: httpx.AsyncClient) -> None:
    endpoint.reply = streamed(sse(chunk("salam", "stop")), DONE)
    model = OpenAIModel(http, base_url=endpoint.base_url, model="m")
    for _ in range(3):
        await generate(model, SALAM)
    assert len(endpoint.received) == 3
    assert len(endpoint.connections) == 1


async def test_a_cancelled_call_does_not_become_a_fault(endpoint: ScriptedEndpoint, http: httpx.AsyncClient) -> None:
    endpoint.reply = silent(3)
    model = OpenAIModel(http, base_url=endpoint.base_url, model="m")
    task = asyncio.create_task(generate(model, SALAM))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
