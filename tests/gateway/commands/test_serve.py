"""A gateway as a person starts it: another process, found by its port."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from gateway.commands.serve import bind, ready_text
from gateway.errors import SettingsInvalid
from gateway.settings import Settings
from tests.gateway.commands.conftest import Korpu
from tests.gateway.scripted import make_pilot

pytestmark = pytest.mark.model
START_S = 90


@pytest.fixture
def serving(office: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("KORPU_PORT", str(port))
    command = [sys.executable, "-m", "gateway", "serve", "--dev"]
    process = subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    url = f"http://127.0.0.1:{port}"
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                break
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    try:
        yield process, url
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_it_answers_prints_how_to_ask_and_ends_cleanly(serving: tuple[subprocess.Popen[str], str], korpu: Korpu, office: Path) -> None:
    process, url = serving
    key = (office / "var" / "development.key").read_text(encoding="ascii")
    question = {"question": "Arxiv sənədi neçə il saxlanılır?"}
    answer = httpx.post(f"{url}/v1/pilots/office_guides/answers", json=question, headers={"authorization": f"Bearer {key}"}).json()
    assert answer["status"] == "answered"
    assert "on il" in answer["text"]

    # The index is held by that process, so the command line asks it instead of opening the index itself.
    asked = json.loads(korpu("ask", "office_guides", question["question"], "--json").stdout)
    assert asked["text"] == answer["text"]
    follow_up = json.loads(korpu("ask", "office_guides", "bəs sonra?", "--json", "--conversation", asked["conversation_id"]).stdout)
    assert follow_up["conversation_id"] == asked["conversation_id"]

    # Without the development key a session is opened and kept.
    (office / "var" / "development.key").unlink()
    first = json.loads(korpu("ask", "office_guides", question["question"], "--json").stdout)
    second = korpu("ask", "office_guides", "bəs sonra?", "--conversation", first["conversation_id"])
    assert second.exit_code == 0

    process.send_signal(signal.SIGTERM)
    output, logged = process.communicate(timeout=30)
    assert process.returncode == 0
    assert f"Körpü is ready at {url}" in output
    assert key in output
    assert "curl -s " in output
    assert "stopped" in logged
    assert "Traceback" not in logged


def test_an_ingest_beside_a_gateway_is_explained(serving: tuple[subprocess.Popen[str], str], korpu_main: Callable[..., tuple[int, str]]) -> None:
    status, error = korpu_main("ingest", "office_guides")
    assert status == 1
    assert "another process holds the embedded index" in error


def test_a_taken_port_is_named_before_anything_is_opened(office: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsInvalid, match=f"127.0.0.1:{port}"):
            bind(Settings(port=port))
    assert not (office / "var").exists()


def test_the_printed_command_survives_a_shell() -> None:
    pilot = make_pilot()
    object.__setattr__(pilot, "manifest", pilot.manifest.model_copy(update={"examples": ('Bakı\'da "nə" $HOME `id`?',)}))
    command = ready_text(Settings(), {"citizen_chat": pilot}, key="korpu_k").partition("\n\n")[2].partition("\n\n")[2]
    printed = subprocess.run(["sh", "-c", command.replace("curl", "printf '%s\\n'", 1)], capture_output=True, text=True, check=True).stdout
    assert json.loads(printed.splitlines()[-1]) == {"question": pilot.manifest.examples[0]}
