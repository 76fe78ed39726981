"""Asking a running gateway."""

from typing import Any

import httpx

from gateway.credentials import development_key_path, write_private
from gateway.errors import GatewayUnreachable
from gateway.settings import Settings

TIMEOUT_S = 70.0


def ask_remotely(url: str, pilot: str, body: dict[str, Any], *, settings: Settings, key: str | None) -> dict[str, Any]:
    """Return the answer document, asking with the given key, this data folder's development key, or a session of our own.

    Raises:
        GatewayUnreachable: no gateway answers there, or it refused; the message is the problem's detail.
    """
    with httpx.Client(base_url=url, timeout=TIMEOUT_S) as client:
        credential = key or _development_key(settings) or _session(client, settings)
        return _post(client, f"/v1/pilots/{pilot}/answers", body, credential)


def _development_key(settings: Settings) -> str | None:
    path = development_key_path(settings)
    return path.read_text(encoding="ascii").strip() if path.exists() else None


def _session(client: httpx.Client, settings: Settings) -> str:
    """Renew the session of the last question, so that a follow-up finds its conversation."""
    path = settings.data_dir / "session.token"
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
