import pytest

from gateway.middleware.security_headers import HEADERS
from tests.gateway.conftest import Running


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/v1/models"])
async def test_every_response_carries_them_also_a_refusal(path: str, stranger: Running) -> None:
    client, _ = stranger
    response = await client.get(path)
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


async def test_no_response_allows_another_site_to_read_it(stranger: Running) -> None:
    client, _ = stranger
    response = await client.get("/v1/pilots", headers={"origin": "https://example.com"})
    assert "access-control-allow-origin" not in response.headers
