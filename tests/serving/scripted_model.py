"""A language model in this process that writes what a test tells it to, and shares the contract suite of the real client."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass

from serving.client import Generation, GenerationRequest, TokenUsage
from serving.errors import ModelTimeout, ServingError


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is written for so long."""

    seconds: float


Piece = str | Pause | ServingError
Script = Callable[[GenerationRequest], Iterable[Piece]]


class ScriptedModel:
    """Plays its script for every request and keeps the requests. `closed` is set when a stream was left before its end.

    A script may go on for ever: unlike an honest endpoint it does not mind `max_output_tokens`, only the deadline.
    """

    def __init__(self, script: Script | Iterable[Piece], *, model_id: str = "scripted", finish_reason: str = "stop") -> None:
        self._script = script if callable(script) else _always(list(script))
        self._finish_reason = finish_reason
        self._model_id = model_id
        self.requests: list[GenerationRequest] = []
        self.asked = asyncio.Event()
        self.closed = asyncio.Event()

    @property
    def model_id(self) -> str:
        return self._model_id

    async def stream(self, request: GenerationRequest) -> AsyncGenerator[str | Generation]:
        self.requests.append(request)
        self.asked.set()
        deadline = asyncio.get_running_loop().time() + request.deadline_s
        written: list[str] = []
        ended = False
        try:
            for piece in self._script(request):
                await self._wait(piece.seconds if isinstance(piece, Pause) else 0, deadline)
                if isinstance(piece, ServingError):
                    ended = True
                    raise piece
                if isinstance(piece, str):
                    written.append(piece)
                    yield piece
            ended = True
            usage = TokenUsage(input_tokens=sum(len(message.content) for message in request.messages) // 4, output_tokens=len(written))
            yield Generation(text="".join(written), finish_reason=self._finish_reason, usage=usage)
        finally:
            if not ended:
                self.closed.set()

    async def _wait(self, seconds: float, deadline: float) -> None:
        try:
            async with asyncio.timeout_at(deadline):
                await asyncio.sleep(seconds)
        except TimeoutError as error:
            raise ModelTimeout(f"{self._model_id}: no answer in time") from error


def _always(pieces: list[Piece]) -> Script:
    def script(_: GenerationRequest) -> Iterable[Piece]:
        return pieces

    return script
