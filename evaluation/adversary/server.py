"""An OpenAI-compatible server on a loopback socket that plays a script, prompt by prompt."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from evaluation.adversary.prompts import Prompt, read_prompt
from evaluation.adversary.replies import Forever, Raw, Reply, Reset, Stall

Script = Callable[[Prompt], Reply]
ENDLESS_PAUSE_S = 0.002


class ScriptedServer:
    """Answers every prompt by `script`. `reply` is what was sent last, `asked` how often something was."""

    def __init__(self, port: int) -> None:
        self.base_url = f"http://127.0.0.1:{port}/v1"
        self.script: Script | None = None
        self.reply: Reply | None = None
        self.asked = 0

    async def handle(self, request: Request) -> Response:
        body: dict[str, Any] = await request.json()
        if self.script is None:
            return JSONResponse({"error": "no script"}, 500)
        self.asked += 1
        reply = self.reply = self.script(read_prompt(body))
        if reply.status != 200:
            return JSONResponse({"error": {"message": "refused"}}, reply.status)
        is_chat = "messages" in body
        if not body.get("stream"):
            return JSONResponse(_whole(reply, is_chat=is_chat))
        return StreamingResponse(_events(reply, is_chat=is_chat), media_type="text/event-stream")


async def _events(reply: Reply, *, is_chat: bool) -> AsyncIterator[bytes]:
    for piece in reply.pieces:
        if isinstance(piece, Stall):
            await asyncio.sleep(piece.seconds)
        elif isinstance(piece, Reset):
            raise ConnectionResetError
        elif isinstance(piece, Raw):
            yield piece.data
        elif isinstance(piece, Forever):
            while True:
                yield _event(piece.text, None, is_chat=is_chat)
                await asyncio.sleep(ENDLESS_PAUSE_S)
        else:
            yield _event(piece, None, is_chat=is_chat)
        await asyncio.sleep(0)
    if reply.finish_reason is not None:
        yield _event("", reply.finish_reason, is_chat=is_chat)
        yield b"data: [DONE]\n\n"


def _event(text: str, finish_reason: str | None, *, is_chat: bool) -> bytes:
    written: dict[str, Any] = {"delta": {"content": text}} if is_chat else {"text": text}
    chunk = {"id": "x", "object": "chunk", "created": 0, "model": "m", "choices": [{"index": 0, "finish_reason": finish_reason, **written}]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def _whole(reply: Reply, *, is_chat: bool) -> dict[str, Any]:
    text = "".join(piece for piece in reply.pieces if isinstance(piece, str))
    written: dict[str, Any] = {"message": {"role": "assistant", "content": text}} if is_chat else {"text": text}
    return {"id": "x", "object": "completion", "created": 0, "model": "m", "choices": [{"index": 0, "finish_reason": reply.finish_reason, **written}]}


@contextmanager
def serve() -> Generator[ScriptedServer]:
    """Run the server in a thread until the end of the block."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        scripted = ScriptedServer(listener.getsockname()[1])
        routes = [Route(f"/v1/{path}", scripted.handle, methods=["POST"]) for path in ("chat/completions", "completions")]
        config = uvicorn.Config(
            Starlette(routes=routes), log_config=None, log_level="critical", ws="none", lifespan="off", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield scripted
        finally:
            server.should_exit = True
            thread.join(timeout=10)
