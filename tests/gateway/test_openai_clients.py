"""OpenAI's own client and LangChain's, against a gateway that listens on a real port."""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

import httpx
import pytest
from fastapi import FastAPI
from langchain_core.messages import AIMessage, HumanMessage
from langchain_openai import ChatOpenAI
from openai import APIError, AuthenticationError, NotFoundError, OpenAI, UnprocessableEntityError

from gateway.app import create_app
from gateway.settings import Settings
from pilots.answer import AnswerStatus
from pilots.registry import Pilot
from tests.gateway.listening import listening
from tests.gateway.scripted import ScriptedPipeline, fact_answer

TEXT = "Rüsum 30 manatdır. [1]\n• ərizə [1]\n\n[1] Vəsiqənin bərpası, Rüsumlar, 2024-05, https://example.az/v"


@pytest.fixture
def server(settings: Settings, pilots: dict[str, Pilot], pipeline: ScriptedPipeline) -> Iterator[str]:
    app: FastAPI = create_app(settings, served_pilots=pilots, pipelines={"citizen_chat": pipeline})
    with listening(app) as address:
        yield address


@pytest.fixture
def token(server: str) -> str:
    return httpx.post(f"{server}/v1/sessions").json()["token"]


@pytest.fixture
def openai_client(server: str, token: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{server}/v1", api_key=token, max_retries=0) as client:
        yield client


def test_the_models_are_the_pilots(openai_client: OpenAI) -> None:
    service, model = openai_client.models.list().data
    assert (service.id, service.owned_by) == ("korpu", "korpu")
    assert (model.id, model.object, model.owned_by) == ("citizen_chat", "model", "ASAN")
    assert openai_client.models.retrieve("citizen_chat").id == "citizen_chat"


def test_a_completion_has_the_answer_its_sources_and_its_status(openai_client: OpenAI) -> None:
    completion = openai_client.chat.completions.create(model="citizen_chat", messages=[{"role": "user", "content": "Rüsum?"}], temperature=0)
    (choice,) = completion.choices
    assert (choice.message.role, choice.message.content, choice.finish_reason) == ("assistant", TEXT, "stop")
    assert (completion.object, completion.model) == ("chat.completion", "citizen_chat")
    extra = (completion.model_extra or {})["korpu"]
    assert (extra["status"], extra["citations"][0]["quote"]) == ("answered", "30 manat")


def test_chunks_put_together_are_the_completion(openai_client: OpenAI) -> None:
    stream = openai_client.chat.completions.create(
        model="citizen_chat", messages=[{"role": "user", "content": "Rüsum?"}], stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == TEXT
    assert all(one.id == other.id and other.object == "chat.completion.chunk" for one, other in pairwise(chunks))
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices] == [None] * (len(chunks) - 2) + ["stop"]
    assert (chunks[-1].choices, chunks[-1].usage is not None) == ([], True)
    assert (chunks[-2].model_extra or {})["korpu"]["status"] == "answered"


def test_a_stream_ends_with_the_word_done(server: str, token: str) -> None:
    body = {"model": "citizen_chat", "messages": [{"role": "user", "content": "Rüsum?"}], "stream": True}
    response = httpx.post(f"{server}/v1/chat/completions", json=body, headers={"authorization": f"Bearer {token}"})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.text.endswith("data: [DONE]\n\n")


def test_options_of_a_clarification_are_part_of_both_texts(openai_client: OpenAI, pipeline: ScriptedPipeline) -> None:
    pipeline.script = partial(fact_answer, status=AnswerStatus.CLARIFICATION, options=("Yeni", "İtirilmiş"))
    ask = openai_client.chat.completions.create
    whole = ask(model="citizen_chat", messages=[{"role": "user", "content": "pasport"}]).choices[0].message.content
    chunks = ask(model="citizen_chat", messages=[{"role": "user", "content": "pasport"}], stream=True)
    assert "• Yeni\n• İtirilmiş" in str(whole)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole


def test_a_repeated_conversation_goes_on_where_it_was(openai_client: OpenAI, pipeline: ScriptedPipeline) -> None:
    first = openai_client.chat.completions.create(model="citizen_chat", messages=[{"role": "user", "content": "Vəsiqəm itib"}])
    second = openai_client.chat.completions.create(
        model="citizen_chat",
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Vəsiqəm itib"},
            {"role": "assistant", "content": "…"},
            {"role": "user", "content": [{"type": "text", "text": "bəs neçəyədir?"}]},
        ],
    )
    assert (second.model_extra or {})["korpu"]["conversation_id"] == (first.model_extra or {})["korpu"]["conversation_id"]
    assert [turn.question for turn in pipeline.questions[-1].history] == ["Vəsiqəm itib"]
    assert len(pipeline.questions) == 2


def test_a_conversation_from_elsewhere_is_asked_again_to_learn_its_subject(openai_client: OpenAI, pipeline: ScriptedPipeline) -> None:
    openai_client.chat.completions.create(
        model="citizen_chat", messages=[{"role": "user", "content": text} for text in ("bir", "iki", "üç", "dörd", "beş")]
    )
    assert [question.text for question in pipeline.questions] == ["iki", "üç", "dörd", "beş"]
    assert [turn.focus.family for turn in pipeline.questions[-1].history] == ["sexsiyyet-vesiqesi"] * 3


def test_a_failure_in_a_stream_reaches_the_client_as_an_error(openai_client: OpenAI, pipeline: ScriptedPipeline) -> None:
    pipeline.fault_after_first = RuntimeError("Rüsum?")
    stream = openai_client.chat.completions.create(model="citizen_chat", messages=[{"role": "user", "content": "Rüsum?"}], stream=True)
    with pytest.raises(APIError) as caught:
        list(stream)
    assert "Rüsum" not in str(caught.value)


def test_refusals_are_the_clients_own_exceptions(openai_client: OpenAI, server: str) -> None:
    ask = openai_client.chat.completions.create
    with pytest.raises(NotFoundError) as unknown:
        ask(model="gpt-4o", messages=[{"role": "user", "content": "Rüsum?"}])
    assert unknown.value.code == "pilot-unknown"
    with pytest.raises(UnprocessableEntityError):
        ask(model="citizen_chat", messages=[{"role": "user", "content": " "}])
    with pytest.raises(UnprocessableEntityError):
        ask(model="citizen_chat", messages=[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}])
    with pytest.raises(UnprocessableEntityError):
        ask(model="citizen_chat", messages=[{"role": "user", "content": "Rüsum?"}], n=2)
    with OpenAI(base_url=f"{server}/v1", api_key="wrong", max_retries=0) as stranger, pytest.raises(AuthenticationError):
        stranger.models.list()


def test_langchain_asks_and_streams(server: str, token: str, pipeline: ScriptedPipeline) -> None:
    chat = ChatOpenAI(model="citizen_chat", base_url=f"{server}/v1", api_key=token, max_retries=0)  # pyright: ignore
    assert chat.invoke("Rüsum?").content == TEXT
    assert "".join(str(chunk.content) for chunk in chat.stream("Rüsum?")) == TEXT
    history = [HumanMessage("Rüsum?"), AIMessage(TEXT), HumanMessage("bəs müddəti?")]
    assert chat.invoke(history).content == TEXT
    assert pipeline.questions[-1].history[0].question == "Rüsum?"
