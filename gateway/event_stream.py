"""Server-sent events."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Send


def event(data: object, *, name: str | None = None) -> bytes:
    """Encode one event; JSON has no line breaks, so one data line is enough."""
    lines = [f"event: {name}"] if name else []
    return "\n".join([*lines, f"data: {data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)}", "", ""]).encode()


class EventStream(StreamingResponse):
    """Closes its generator however the stream ends: a client that goes away ends the pipeline behind it at once."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes, Any]) -> None:
        self._events = events
        super().__init__(events, headers={"x-accel-buffering": "no"})

    async def stream_response(self, send: Send) -> None:
        async with aclosing(self._events):
            await super().stream_response(send)
