"""Asking a running gateway."""

import hashlib
from typing import Any

import httpx

from gateway.credentials import development_key_path, write_private
from gateway.errors import GatewayUnreachable
from gateway.settings import Settings

TIMEOUT_S = 70.0


def ask_remotely(
    url: str, pilot: str, body: dict[str, Any], *, settings: Settings, key: str | None, transport: httpx.BaseTransport | None = None
) -> dict[str, Any]:
    """Return the answer document, asking with the given key, on this machine with the data folder's development key, or with a session.

    Raises:
        GatewayUnreachable: no gateway answers there, or it refused; the message is the problem's detail.
    """
    with httpx.Client(base_url=url, timeout=TIMEOUT_S, transport=transport) as client:
        credential = key or (_development_key(settings) if _is_here(client, settings) else None) or _session(client, settings)
        return _post(client, f"/v1/pilots/{pilot}/answers", body, credential)


def _is_here(client: httpx.Client, settings: Settings) -> bool:
    """Tell whether a gateway of this machine is asked: the development key opens everything, and no other host may see it."""
    return client.base_url.host in {"127.0.0.1", "localhost", "::1", settings.host}


def _development_key(settings: Settings) -> str | None:
    path = development_key_path(settings)
    return path.read_text(encoding="ascii").strip() if path.exists() else None


def _session(client: httpx.Client, settings: Settings) -> str:
    """Renew the session of the last question to this gateway, so that a follow-up finds its conversation."""
    gateway = hashlib.sha256(str(client.base_url).encode()).hexdigest()[:12]
    path = settings.data_dir / f"session-{gateway}.token"
    earlier = path.read_text(encoding="ascii") if path.exists() else None
    token: str = _post(client, "/v1/sessions", None, earlier)["token"]
    path.unlink(missing_ok=True)
    write_private(path, token)
    return token


def _post(client: httpx.Client, path: str, body: dict[str, Any] | None, credential: str | None) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {credential}"} if credential else {}
    try:
        response = client.post(path, json=body, headers=headers)
        document: dict[str, Any] = response.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise GatewayUnreachable(f"no gateway answers at {client.base_url}") from error
    if response.is_error:
        raise GatewayUnreachable(f"{document.get('title')}: {document.get('detail')}")
    return document
