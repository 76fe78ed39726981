from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from gateway.middleware.body_limit import BodyLimit


async def reading_app(scope: Scope, receive: Receive, send: Send) -> None:
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


async def with_request_id(scope: Scope, receive: Receive, send: Send) -> None:
    scope["state"] = {"request_id": "r1"}
    await BodyLimit(reading_app, default=10, limits={"/long": 20})(scope, receive, send)


async def swallowing_app(scope: Scope, receive: Receive, send: Send) -> None:
    """As a framework does that turns every failure of reading into its own response."""
    try:
        await reading_app(scope, receive, send)
    except Exception:
        await send({"type": "http.response.start", "status": 400, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def swallowing(scope: Scope, receive: Receive, send: Send) -> None:
    scope["state"] = {"request_id": "r1"}
    await BodyLimit(swallowing_app, default=10, limits={})(scope, receive, send)


async def pieces(*sizes: int) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"a" * size


@pytest.mark.parametrize(("path", "size", "status"), [("/", 10, 200), ("/", 11, 413), ("/long", 20, 200), ("/long", 21, 413)])
@pytest.mark.parametrize("declared", [True, False])
async def test_each_path_has_its_limit_with_and_without_a_declared_length(path: str, size: int, status: int, declared: bool) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(with_request_id), base_url="http://gateway") as client:
        response = await client.post(path, content=b"a" * size if declared else pieces(size - 5, 5))
    assert response.status_code == status
    if status == 413:
        assert response.json()["type"] == "urn:korpu:problem:body-too-large"


async def test_the_limit_wins_over_what_the_application_made_of_it() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(swallowing), base_url="http://gateway") as client:
        assert (await client.post("/", content=pieces(6, 6))).status_code == 413
