"""What a client gets when parts of the service fail: never a bare 500, always a final event, and as much of the answer as is left."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from evaluation.adversary.prompts import Prompt
from evaluation.adversary.replies import Forever, Piece, Reply, Reset, Said, Stall, in_pieces, write
from evaluation.adversary.server import ScriptedServer, serve
from gateway.app import create_app
from gateway.settings import Settings
from pilots.generation.writing import PromptStyle, WritingModel
from pilots.manifest import Generation
from pilots.pipeline import Pipeline, build_pipeline
from pilots.registry import Pilot
from rag.errors import CollectionMissing, IndexUnavailable, RetrievalFailed
from rag.passages import ScoredPassage
from serving.client import Circuit, OpenAIModel, ResilientModel, RetryBudget, build_http_client
from tests.gateway.conftest import RunApp
from tests.gateway.events import read_events
from tests.pilots.small_pilot import CARDS, TODAY, ScriptedSource, found, write_pilot

URL = "/v1/pilots/kicik_pilot/answers"
ASK = {"question": "Xarici pasport 1 günə neçəyədir? 30 yaşım var"}
EVENTS = {"accept": "text/event-stream"}
ROW = "Dövlət rüsumu: 18 yaşdan yuxarı, 1 iş günü – 213 AZN."


def live_pilot(folder: Path) -> Pilot:
    pilot = write_pilot(folder)
    rules = Generation(deadline_s=0.5)
    manifest = pilot.manifest.model_copy(update={"stage": "live", "composer": "generative", "generation": rules, "examples": ("Pasport neçəyədir?",)})
    return Pilot(manifest, pilot.folder)


def app_of(pilot: Pilot, pipeline: Pipeline, settings: Settings) -> FastAPI:
    return create_app(settings, served_pilots={pilot.name: pilot}, pipelines={pilot.name: pipeline})


async def signed_in(client: httpx.AsyncClient) -> httpx.AsyncClient:
    client.headers["authorization"] = f"Bearer {(await client.post('/v1/sessions')).json()['token']}"
    return client


@pytest.fixture
def server():
    with serve() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with build_http_client(timeout_s=5) as client:
        yield client


def writing(server: ScriptedServer, http: httpx.AsyncClient, style: PromptStyle, circuit: Circuit | None = None) -> WritingModel:
    bare = OpenAIModel(http, base_url=server.base_url, model="m")
    model = ResilientModel(bare, circuit=circuit, budget=RetryBudget(ratio=0, most=0))
    return WritingModel(model=model, prompt_style=style, context_tokens=8000)


def true_then(*end: Piece, cut: int = 0):
    """A script that writes one true sentence, and part of a second one where the reply is cut `cut` characters before its end."""

    def script(prompt: Prompt) -> Reply:
        said = [Said("18 yaşdan yuxarı, 1 iş günü üçün dövlət rüsumu 213 manatdır.", (1,)), Said("Sənəd: şəxsiyyət vəsiqəsi.", (1,))]
        text = write(said, prompt.style)
        return Reply(pieces=(*in_pieces(text[: len(text) - cut]), *end))

    return script


FAULTS: dict[str, tuple[Sequence[Piece], int]] = {
    "reset at once": ((Reset(),), 1000),
    "reset in the middle": ((Reset(),), 20),
    "stall in the middle": ((Stall(30),), 20),
    "endless": ((Forever(" söz"),), 20),
}


@pytest.mark.parametrize("style", ["structured", "completion"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_an_engine_that_dies_while_it_writes_ends_in_a_final_event_and_the_sources_own_words(
    tmp_path: Path, settings: Settings, run_app: RunApp, server: ScriptedServer, http: httpx.AsyncClient, fault: str, style: PromptStyle
) -> None:
    end, cut = FAULTS[fault]
    server.script = true_then(*end, cut=cut)
    pilot = live_pilot(tmp_path)
    pipeline = build_pipeline(
        pilot, retriever=ScriptedSource([found(card) for card in CARDS]), today=lambda: TODAY, writing=writing(server, http, style)
    )
    async with run_app(app_of(pilot, pipeline, settings)) as (client, _):
        events = read_events((await (await signed_in(client)).post(URL, json=ASK, headers=EVENTS)).text)

    assert [name for name, _ in events].count("done") == 1
    name, answer = events[-1]
    assert (name, answer["status"]) == ("done", "answered")
    assert "213" in answer["text"]
    assert answer["composition"]["fallback"] is None or answer["details"]["degraded"] == ["extractive"]
    told = [data["text"] for name, data in events if name == "sentence"]
    assert told == [sentence["text"] for sentence in answer["sentences"]]


async def test_a_dead_model_costs_its_time_a_few_times_and_then_nothing(
    tmp_path: Path, settings: Settings, run_app: RunApp, server: ScriptedServer, http: httpx.AsyncClient
) -> None:
    server.script = lambda _: Reply(pieces=(Stall(30),))
    pilot, circuit = live_pilot(tmp_path), Circuit("m", threshold=2)
    source = ScriptedSource([found(card) for card in CARDS])
    pipeline = build_pipeline(pilot, retriever=source, today=lambda: TODAY, writing=writing(server, http, "structured", circuit))
    async with run_app(app_of(pilot, pipeline, settings)) as (client, gateway):
        gateway.parts.circuits["model"] = circuit
        await signed_in(client)
        answers = [(await client.post(URL, json=ASK)).json() for _ in range(4)]
        parts = (await client.get("/readyz")).json()["parts"]

    assert server.asked == 2
    assert [answer["composition"]["fallback"] for answer in answers] == ["model_timeout", "model_timeout", "model_unavailable", "model_unavailable"]
    assert all(ROW in answer["text"] and answer["details"]["degraded"] == ["extractive"] for answer in answers)
    assert (parts["model"]["state"], parts["model"]["refused"]) == ("down", 2)


@pytest.mark.parametrize("status", [429, 503])
async def test_an_overloaded_model_leads_to_the_sources_own_words_at_once(
    tmp_path: Path, settings: Settings, run_app: RunApp, server: ScriptedServer, http: httpx.AsyncClient, status: int
) -> None:
    server.script = lambda _: Reply(pieces=(), status=status)
    pilot = live_pilot(tmp_path)
    source = ScriptedSource([found(card) for card in CARDS])
    pipeline = build_pipeline(pilot, retriever=source, today=lambda: TODAY, writing=writing(server, http, "structured"))
    async with run_app(app_of(pilot, pipeline, settings)) as (client, _):
        answer = (await (await signed_in(client)).post(URL, json=ASK)).json()

    assert server.asked == 1
    assert ROW in answer["text"]
    assert (answer["composition"]["fallback"], answer["details"]["degraded"]) == ("model_unavailable", ["extractive"])


@pytest.mark.parametrize("fault", [IndexUnavailable("i"), RetrievalFailed("i"), CollectionMissing("i")], ids=repr)
async def test_without_search_a_person_is_told_whom_to_ask_over_every_route(
    tmp_path: Path, settings: Settings, run_app: RunApp, fault: Exception
) -> None:
    pilot = live_pilot(tmp_path)
    pipeline = build_pipeline(pilot, retriever=ScriptedSource(fault=fault), today=lambda: TODAY)
    async with run_app(app_of(pilot, pipeline, settings)) as (client, _):
        await signed_in(client)
        answer = await client.post(URL, json=ASK)
        streamed = await client.post(URL, json=ASK, headers=EVENTS)
        chat = await client.post("/v1/chat/completions", json={"model": pilot.name, "messages": [{"role": "user", "content": ASK["question"]}]})

    assert (answer.status_code, answer.json()["status"], answer.json()["details"]) == (200, "error_retrieval", {"degraded": ["contacts"]})
    assert "Sınaq idarəsi, əlaqə: 100" in answer.json()["text"]
    name, problem = read_events(streamed.text)[-1]
    assert (name, problem["answer"]["status"]) == ("error", "error_retrieval")
    assert "Sınaq idarəsi, əlaqə: 100" in problem["answer"]["text"]
    assert chat.status_code < 500 or chat.headers["content-type"] == "application/problem+json"
    assert "Sınaq idarəsi" in chat.text


async def test_a_search_that_hangs_ends_at_the_deadline_with_whom_to_ask(tmp_path: Path, settings: Settings, run_app: RunApp) -> None:
    class HangingSource(ScriptedSource):
        async def retrieve(self, query: str, *, pilot: str, top_k: int = 10, as_of: date | None = None) -> list[ScoredPassage]:
            await asyncio.sleep(30)
            return []

    pilot = live_pilot(tmp_path)
    pilot = Pilot(pilot.manifest.model_copy(update={"deadline_s": 0.2}), pilot.folder)
    async with run_app(app_of(pilot, build_pipeline(pilot, retriever=HangingSource(), today=lambda: TODAY), settings)) as (client, _):
        answer = (await (await signed_in(client)).post(URL, json=ASK)).json()

    assert (answer["status"], answer["details"]) == ("error_timeout", {"degraded": ["contacts"]})
    assert "əlaqə: 100" in answer["text"]
