"""The real pilot behind the real application: cards, index, model, pipeline, database."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gateway.app import create_app
from gateway.readiness import Stage
from gateway.settings import Settings
from pilots.registry import load_pilots
from tests.gateway.conftest import RunApp, Running
from tests.gateway.events import read_events

pytestmark = [pytest.mark.model, pytest.mark.slow]

URL = "/v1/pilots/citizen_chat/answers"
QUESTION = "Şəxsiyyət vəsiqəm itib, təzəsi neçəyədir?"


@asynccontextmanager
async def started(settings: Settings, run_app: RunApp) -> AsyncGenerator[Running]:
    pilots = {"citizen_chat": load_pilots()["citizen_chat"]}
    async with run_app(create_app(settings, served_pilots=pilots)) as (client, gateway):
        async with asyncio.timeout(120):
            progress = await gateway.readiness.settled("citizen_chat")
        assert progress.stage is not Stage.FAILED, progress.fault
        client.headers["authorization"] = f"Bearer {gateway.credentials.issue_session().token}"
        yield client, gateway


async def test_a_citizen_is_answered_with_sources_while_vectors_are_still_made(
    settings: Settings, run_app: RunApp, capfd: pytest.CaptureFixture[str]
) -> None:
    spans = InMemorySpanExporter()
    async with started(settings.model_copy(update={"log_level": "debug"}), run_app) as (client, gateway):
        provider = trace.get_tracer_provider()
        assert isinstance(provider, TracerProvider)
        provider.add_span_processor(SimpleSpanProcessor(spans))
        assert gateway.readiness.progress["citizen_chat"].stage is Stage.FILLING
        assert (await client.get("/readyz")).status_code == 200
        answer = (await client.post(URL, json={"question": QUESTION})).json()
        assert answer["status"] == "answered"
        assert "30 AZN" in answer["text"]
        assert {n for sentence in answer["sentences"] for n in sentence["citations"]} == {citation["n"] for citation in answer["citations"]}
        assert answer["trace_id"]

        events = read_events((await client.post(URL, json={"question": QUESTION}, headers={"accept": "text/event-stream"})).text)
        assert events[-1][0] == "done"
        assert events[-1][1]["text"] == answer["text"]
        told: set[int] = set()
        for name, data in events:
            if name == "citation":
                told.add(data["n"])
            elif name == "sentence":
                assert told >= set(data["citations"])

        declined = (await client.post(URL, json={"question": "Marsda hava necədir, zürafə?"})).json()
        assert not declined["status"].startswith(("answered", "error"))
        assert declined["citations"] == []
    recorded = "".join(span.to_json() for span in spans.get_finished_spans()) + capfd.readouterr().err
    assert "retrieve_passages" in recorded
    for words in ("zürafə", "Şəxsiyyət vəsiqəm"):
        assert words not in recorded
        assert json.dumps(words)[1:-1] not in recorded


async def test_a_second_start_finds_the_release_and_the_conversation(settings: Settings, run_app: RunApp) -> None:
    async with started(settings, run_app) as (client, _):
        token = client.headers["authorization"]
        first = (await client.post(URL, json={"question": QUESTION})).json()
    async with started(settings, run_app) as (client, _):
        client.headers["authorization"] = token
        assert (await client.get(f"/v1/answers/{first['id']}")).json() == first
        follow_up = {"question": "bəs hansı sənədlər lazımdır?", "conversation_id": first["conversation_id"]}
        second = (await client.post(URL, json=follow_up)).json()
        assert second["status"].startswith("answered")
        assert {citation["source_id"] for citation in second["citations"]} <= {citation["source_id"] for citation in first["citations"]}
