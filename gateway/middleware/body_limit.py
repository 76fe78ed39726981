"""Refuses a body beyond its route's limit, before or while it is read."""

import re
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import BodyTooLarge
from gateway.problems import describe_fault, respond


class BodyLimit:
    """`limits` maps a path, or a pattern of whole paths, to its bytes; every other path has `default`. A declared length is refused at
    once, an undeclared one as soon as the bytes pass the limit."""

    def __init__(self, app: ASGIApp, *, default: int, limits: Mapping[str | re.Pattern[str], int]) -> None:
        self._app = app
        self._default = default
        self._limits = [(re.compile(re.escape(path)) if isinstance(path, str) else path, limit) for path, limit in limits.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next((limit for path, limit in self._limits if path.fullmatch(scope["path"])), self._default)
        declared = Headers(scope=scope).get("content-length", "")
        fault = BodyTooLarge(f"at most {limit} bytes are taken here")
        taken = 0
        started = False

        async def refuse() -> None:
            document = describe_fault(fault, request_id=scope["state"]["request_id"])
            # The rest of the body is not read, so the connection cannot serve another request.
            await respond(scope, document, {"connection": "close"})(scope, receive, send)

        async def limited_receive() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise fault
            return message

        async def watched_send(message: Message) -> None:
            nonlocal started
            # Whatever the application made of the fault, the caller is told of the limit.
            if taken > limit and not started:
                raise fault
            started = True
            await send(message)

        if declared.isdigit() and int(declared) > limit:
            await refuse()
            return
        try:
            await self._app(scope, limited_receive, watched_send)
        except BodyTooLarge:
            if started:
                raise
            await refuse()
