"""The HTTP side of remote models: one pooled client, and one place where its faults become this package's faults."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TypeVar

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from pydantic import BaseModel, ValidationError

from serving.errors import ModelOverloaded, ModelRejected, ModelReplyInvalid, ModelTimeout, ModelUnavailable
from serving.spans import inject_traceparent

Reply = TypeVar("Reply", bound=BaseModel)

# uvicorn, and so vLLM and Ray Serve, closes idle connections after 5 s. Leaving first avoids the race in which a request
# is written to a connection that is being closed.
KEEPALIVE_S = 4.0


def build_http_client(*, timeout_s: float = 30.0, connect_timeout_s: float = 2.0, max_connections: int = 100) -> httpx.AsyncClient:
    """Return a client that pools connections; the caller closes it, and it belongs to the event loop that first uses it.

    `timeout_s` bounds each silence of the endpoint, not the whole call: the models set their own deadline for that.
    aiohttp carries the requests because httpx's own pool slows down under many concurrent streams. Proxies named by the
    environment are ignored: model endpoints stand inside the network, and prompts must not leave it by accident. Requests carry the
    current span as `traceparent`, so that the endpoint's spans hang under it.
    """
    limits = httpx.Limits(max_connections=max_connections, keepalive_expiry=KEEPALIVE_S)

    def open_session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=max_connections, keepalive_timeout=KEEPALIVE_S)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    return httpx.AsyncClient(
        transport=AiohttpTransport(limits=limits, client=open_session),
        timeout=httpx.Timeout(timeout_s, connect=connect_timeout_s),
        trust_env=False,
        event_hooks={"request": [inject_traceparent]},
    )


@contextmanager
def model_faults(model_id: str) -> Generator[None]:
    """Turn what the HTTP libraries raise into the faults of `serving.errors`, naming the model and nothing else."""
    try:
        yield
    except (httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise ModelUnavailable(f"{model_id}: no connection") from error
    except (httpx.TimeoutException, TimeoutError) as error:
        raise ModelTimeout(f"{model_id}: no answer in time") from error
    except (httpx.ReadError, httpx.RemoteProtocolError, httpx.DecodingError) as error:
        raise ModelReplyInvalid(f"{model_id}: the reply broke off") from error
    except httpx.TransportError as error:
        raise ModelUnavailable(f"{model_id}: cannot be reached") from error
    # The transport passes on what it has no httpx name for, such as a status line that is not HTTP.
    except aiohttp.ClientError as error:
        raise ModelReplyInvalid(f"{model_id}: the reply is not HTTP") from error


def check_status(response: httpx.Response, *, model_id: str) -> None:
    """Raise the fault that the status stands for. The body is left out of it: endpoints quote the prompt in their refusals."""
    status = response.status_code
    if status == HTTPStatus.OK:
        return
    said = f"{model_id}: HTTP {status}"
    if status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT):
        raise ModelTimeout(said)
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        raise ModelOverloaded(said)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ModelUnavailable(said)
    if status >= HTTPStatus.BAD_REQUEST:
        raise ModelRejected(said)
    raise ModelReplyInvalid(said)


def parse_reply(body: bytes | str, schema: type[Reply], *, model_id: str) -> Reply:
    """Read a JSON body; a ValidationError quotes its input, so it is not chained into the fault."""
    try:
        return schema.model_validate_json(body)
    except ValidationError as error:
        raise ModelReplyInvalid(f"{model_id}: not a {schema.__name__} ({error.error_count()} faults)") from None


async def post_json(
    http: httpx.AsyncClient, url: str, payload: object, schema: type[Reply], *, headers: dict[str, str], timeout_s: float, model_id: str
) -> Reply:
    """Send one request and read its whole reply within `timeout_s`. Nothing is sent twice: retrying belongs to the caller's deadline."""
    with model_faults(model_id):
        async with asyncio.timeout(timeout_s):
            response = await http.post(url, json=payload, headers=headers)
    check_status(response, model_id=model_id)
    return parse_reply(response.content, schema, model_id=model_id)


def bearer(api_key: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {api_key}"} if api_key else {}
