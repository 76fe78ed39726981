"""A citizen's question, answered through the real model by the gateway that `make run-llm` starts."""

import httpx
import pytest

from tests.gateway.events import read_events
from tests.serving.engine.running import MODEL, PILOT

pytestmark = pytest.mark.engine

QUESTION = "İnformasiya sorğusuna neçə günə cavab verilir?"
"""The packaged model finds the term in the passage when it writes greedily, as the gateway lets it."""


def ask(gateway: httpx.Client, *, stream: bool) -> httpx.Response:
    accept = "text/event-stream" if stream else "application/json"
    reply = gateway.post(f"/v1/pilots/{PILOT}/answers", json={"question": QUESTION}, headers={"accept": accept})
    assert reply.status_code == 200, reply.text
    return reply


def test_an_answer_is_written_by_the_model_and_cites_its_source(gateway: httpx.Client):
    answer = ask(gateway, stream=False).json()
    assert answer["status"] == "answered"
    composition = answer["composition"]
    assert (composition["composer"], composition["model"]) == ("generative", MODEL)
    assert composition["shown"] >= 1
    assert composition["output_tokens"] > 0
    facts = [sentence for sentence in answer["sentences"] if sentence["kind"] == "fact"]
    assert any("7 iş günü" in fact["text"] for fact in facts)
    assert all(fact["citations"] for fact in facts)
    assert answer["citations"]


def test_the_same_answer_streams_sentence_by_sentence(gateway: httpx.Client):
    events = read_events(ask(gateway, stream=True).text)
    names = [name for name, _ in events]
    assert names[0] == "meta"
    assert names[-1] == "done"
    assert names.index("citation") < names.index("sentence")
    assert events[-1][1]["composition"]["composer"] == "generative"


def test_an_openai_client_gets_it_too(gateway: httpx.Client):
    reply = gateway.post("/v1/chat/completions", json={"model": PILOT, "messages": [{"role": "user", "content": QUESTION}]}).json()
    assert reply["korpu"]["status"] == "answered"
    assert "7 iş günü" in reply["choices"][0]["message"]["content"]
