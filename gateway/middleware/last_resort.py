"""Answers exceptions that no table knows, without repeating their message anywhere."""

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.problems import describe_fault, respond


class LastResort:
    """A library's exception may quote the question, and a server prints what reaches it: so it ends here, logged by class
    and place only."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        except Exception as error:
            structlog.stdlib.get_logger(__name__).error("unexpected", exc_info=error)
            if not started:
                await respond(scope, describe_fault(error, request_id=scope["state"]["request_id"]))(scope, receive, send)
