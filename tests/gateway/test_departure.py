import asyncio
import gc
from typing import Any, cast

from starlette.requests import Request

from gateway.departure import while_connected


class Left:
    """A request whose client has gone away."""

    async def receive(self) -> dict[str, str]:
        return {"type": "http.disconnect"}


async def test_a_fault_while_work_is_broken_off_is_not_repeated_by_the_event_loop() -> None:
    """The loop logs an exception that nobody took with its message, which may quote the question."""
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))

    async def work() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            raise RuntimeError("gizli sual")

    assert await while_connected(cast("Request", Left()), work()) is None
    gc.collect()
    await asyncio.sleep(0)
    assert told == []
