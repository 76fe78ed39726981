from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from serving.client import build_http_client
from tests.serving.endpoint import ScriptedEndpoint, serve_endpoint


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    with serve_endpoint() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with build_http_client(timeout_s=5) as client:
        yield client
