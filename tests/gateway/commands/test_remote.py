"""Whose credential a question to a running gateway carries."""

from pathlib import Path

import httpx
import pytest

from gateway.commands.remote import ask_remotely
from gateway.credentials import development_key_path, write_private
from gateway.settings import Settings

HERE, ELSEWHERE = "http://127.0.0.1:8000", "https://gateway.example"


class Gateway(httpx.MockTransport):
    """Remembers the credentials that it was shown."""

    def __init__(self) -> None:
        self.shown: list[str | None] = []
        super().__init__(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.shown.append(request.headers.get("authorization"))
        return httpx.Response(200, json={"token": f"token-of-{request.url.host}"})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


def ask(url: str, settings: Settings, *, key: str | None = None) -> list[str | None]:
    gateway = Gateway()
    ask_remotely(url, "citizen_chat", {"question": "salam"}, settings=settings, key=key, transport=gateway)
    return gateway.shown


def test_the_development_key_is_shown_to_this_machine_only(settings: Settings) -> None:
    write_private(development_key_path(settings), "korpu_admin")
    assert ask(HERE, settings) == ["Bearer korpu_admin"]
    assert "Bearer korpu_admin" not in ask(ELSEWHERE, settings)
    assert ask(ELSEWHERE, settings, key="korpu_given") == ["Bearer korpu_given"]


def test_a_session_is_renewed_where_it_was_opened_and_nowhere_else(settings: Settings) -> None:
    assert ask(ELSEWHERE, settings) == [None, "Bearer token-of-gateway.example"]
    assert ask(ELSEWHERE, settings) == ["Bearer token-of-gateway.example"] * 2
    assert ask("https://another.example", settings) == [None, "Bearer token-of-another.example"]
