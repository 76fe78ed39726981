import asyncio
import json
import logging

import httpx
import pytest
import structlog
from fastapi import FastAPI
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gateway.app import create_app
from gateway.settings import Settings
from gateway.telemetry import configure_logs, start_telemetry
from pilots.answer import Answer, Question
from pilots.registry import Pilot
from tests.gateway.conftest import RunApp
from tests.gateway.scripted import ScriptedPipeline

URL = "/v1/pilots/citizen_chat/answers"
SECRET = "Mənim gizli sualım itirilmiş vəsiqə"


def dies(question: Question) -> Answer:
    raise ValueError(f"could not parse {question.text}")


async def ask_in_every_way(app: FastAPI, run_app: RunApp, pipeline: ScriptedPipeline) -> None:
    """Succeed, fail, stream, break off and be refused with the same words."""
    async with run_app(app) as (client, gateway):
        client.headers["authorization"] = f"Bearer {gateway.credentials.issue_session().token}"
        await client.post(URL, json={"question": SECRET})
        await client.post(URL, json={"question": SECRET}, headers={"accept": "text/event-stream"})
        await client.post(URL, json={"question": SECRET, "language": SECRET})
        await client.post(URL, json={"question": SECRET, SECRET: 1})
        await client.post(URL, json={"question": SECRET * 100})
        await client.post(URL, content=f'{{"question": "{SECRET}', headers={"content-type": "application/json"})
        chat = {"model": "citizen_chat", "messages": [{"role": "user", "content": SECRET}]}
        await client.post("/v1/chat/completions", json=chat)
        pipeline.script = dies
        await client.post(URL, json={"question": SECRET})
        await client.post(URL, json={"question": SECRET}, headers={"accept": "text/event-stream"})
        await client.post("/v1/chat/completions", json=chat | {"stream": True})


async def test_no_question_is_in_any_span_or_log(
    settings: Settings, pilots: dict[str, Pilot], run_app: RunApp, pipeline: ScriptedPipeline, capfd: pytest.CaptureFixture[str]
) -> None:
    spans = InMemorySpanExporter()
    verbose = settings.model_copy(update={"log_level": "debug"})
    start_telemetry(verbose).add_span_processor(SimpleSpanProcessor(spans))
    await ask_in_every_way(create_app(verbose, served_pilots=pilots, pipelines={"citizen_chat": pipeline}), run_app, pipeline)
    recorded = "".join(span.to_json() for span in spans.get_finished_spans())
    logged = capfd.readouterr().err
    assert "POST /v1/pilots/{pilot}/answers" in recorded
    assert "stream_failed" in logged
    for words in (SECRET, json.dumps(SECRET), "gizli"):
        assert words not in recorded
        assert words not in logged


async def test_a_log_line_is_json_and_carries_the_trace(
    app: FastAPI, run_app: RunApp, pipeline: ScriptedPipeline, capfd: pytest.CaptureFixture[str]
) -> None:
    async with run_app(app) as (client, gateway):
        response: httpx.Response = await client.post(
            URL, json={"question": SECRET}, headers={"authorization": f"Bearer {gateway.credentials.issue_session().token}"}
        )
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    (answer,) = [line for line in lines if line["event"] == "answer"]
    assert (answer["trace_id"], answer["answer_id"]) == (response.json()["trace_id"], response.json()["id"])


async def test_questions_are_logged_only_when_the_setting_says_so(
    settings: Settings, pilots: dict[str, Pilot], run_app: RunApp, capfd: pytest.CaptureFixture[str]
) -> None:
    loud = create_app(settings.model_copy(update={"content_logging": True}), served_pilots=pilots, pipelines={"citizen_chat": ScriptedPipeline()})
    async with run_app(loud) as (client, gateway):
        await client.post(URL, json={"question": SECRET}, headers={"authorization": f"Bearer {gateway.credentials.issue_session().token}"})
    assert SECRET in capfd.readouterr().err


def test_a_librarys_exception_is_logged_without_its_message(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    configure_logs(settings)
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("library").exception("it failed")
    line = json.loads(capfd.readouterr().err)
    assert (line["event"], line["exception"]) == ("it failed", "ValueError")
    assert SECRET not in str(line)


async def test_a_line_from_a_task_or_a_thread_carries_the_trace_too(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    provider = start_telemetry(settings)

    def work(event: str) -> None:
        logging.getLogger("rag.worker").warning(event)

    async def task(event: str) -> None:
        structlog.stdlib.get_logger("pilots.task").warning(event)

    with provider.get_tracer("t").start_as_current_span("answer") as span:
        await asyncio.to_thread(work, "in a thread")
        await asyncio.create_task(task("in a task"))
    lines = {line["event"]: line.get("trace_id") for line in map(json.loads, capfd.readouterr().err.splitlines())}
    assert lines == dict.fromkeys(("in a thread", "in a task"), f"{span.get_span_context().trace_id:032x}")
