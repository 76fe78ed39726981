"""The engine dies under a stream, and the command ends: nobody is left waiting, nothing is left running."""

import signal
import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from tests.gateway.events import read_events
from tests.serving.engine.running import MODEL, PILOT, REPLICAS, Engine, shared_memory
from tests.serving.engine.test_gateway_answers import QUESTION

pytestmark = pytest.mark.engine

ENGINE_PROCESS = "VLLM::EngineCore"


def engine_processes(engine: Engine) -> list[psutil.Process]:
    return [process for process in engine.processes() if ENGINE_PROCESS in " ".join(process.cmdline())]


@contextmanager
def long_stream(client: httpx.Client) -> Generator[Iterator[str]]:
    body = {"model": MODEL, "prompt": "1 2 3", "max_tokens": 1500, "temperature": 0, "ignore_eos": True, "stream": True}
    with client.stream("POST", "/completions", json=body) as response:
        yield response.iter_lines()


def ends_in_a_fault(lines: Iterator[str]) -> bool:
    """Whether a stream says that it failed, or breaks; it may not end as if all had been written."""
    try:
        return any('"error"' in line for line in lines)
    except (httpx.RemoteProtocolError, httpx.ReadError):
        return True


def test_engines_that_die_mid_stream_leave_the_client_a_final_event_and_the_sources_own_words(
    expendable_engine: Engine, client: httpx.Client, gateway: httpx.Client
):
    engines = engine_processes(expendable_engine)
    assert len(engines) == REPLICAS
    with long_stream(client) as lines:
        for _ in range(6):
            next(lines)
        # Stopped engines hold the gateway's request as long as it takes to kill them with it.
        for process in engines:
            process.send_signal(signal.SIGSTOP)
        accept = {"accept": "text/event-stream"}
        with gateway.stream("POST", f"/v1/pilots/{PILOT}/answers", json={"question": QUESTION}, headers=accept) as response:
            received = response.iter_text()
            text = next(received)
            threading.Timer(2, lambda: [process.kill() for process in engines]).start()
            text += "".join(received)
        assert ends_in_a_fault(lines)
    name, answer = read_events(text)[-1]
    assert (name, answer["status"]) == ("done", "answered")
    assert answer["composition"]["composer"] == "extractive"
    # Ray ends the stream with an error event, or breaks it off, as it happens to notice.
    assert answer["composition"]["fallback"] in ("model_unavailable", "reply_invalid")
    assert "7 iş günü" in answer["text"]
    assert answer["citations"]


def test_the_next_question_is_answered_without_the_model(expendable_engine: Engine, gateway: httpx.Client):
    assert expendable_engine.supervisor is not None
    answer = gateway.post(f"/v1/pilots/{PILOT}/answers", json={"question": QUESTION}).json()
    assert answer["status"] == "answered"
    assert answer["composition"]["composer"] == "extractive"


def test_ctrl_c_leaves_no_process_no_port_and_no_file(expendable_engine: Engine):
    started = expendable_engine.processes()
    assert any("raylet" in process.name() for process in started)
    (folder,) = {
        Path(argument.removeprefix("--temp-dir=")) for process in started for argument in process.cmdline() if argument.startswith("--temp-dir=/")
    }
    assert folder.is_dir()

    assert expendable_engine.stop() == 0

    assert [process for process in started if process.is_running() and process.status() != psutil.STATUS_ZOMBIE] == []
    assert [process.info for process in psutil.process_iter(["pid", "cmdline"]) if str(folder) in " ".join(process.info["cmdline"] or [])] == []
    for url in (expendable_engine.base_url, expendable_engine.metrics_url, str(expendable_engine.gateway_url)):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", urlsplit(url).port or 0)) != 0, url
    assert not folder.exists()
    assert shared_memory() <= expendable_engine.shared_memory_before
