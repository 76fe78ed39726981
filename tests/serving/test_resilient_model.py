import asyncio
from collections.abc import Iterable
from contextlib import aclosing

import httpx
import pytest

from serving.client import ChatMessage, Circuit, GenerationRequest, OpenAIModel, ResilientModel, RetryBudget, generate
from serving.deadline import deadline
from serving.errors import CircuitOpen, ModelOverloaded, ModelReplyInvalid, ModelTimeout, ModelUnavailable, ServingError
from tests.serving.endpoint import ScriptedEndpoint, fixed
from tests.serving.scripted_model import Pause, Piece, ScriptedModel

ASK = GenerationRequest(messages=(ChatMessage("user", "Salam"),), max_output_tokens=20, deadline_s=5)


def playing(*replies: Iterable[Piece]) -> ScriptedModel:
    """Plays one reply a request, the last one for ever."""
    left = [list(reply) for reply in replies]
    return ScriptedModel(lambda _: left.pop(0) if len(left) > 1 else left[0])


@pytest.mark.parametrize("fault", [ModelUnavailable("m"), ModelReplyInvalid("m")], ids=repr)
async def test_a_fault_before_the_first_text_is_tried_once_more(fault: ServingError) -> None:
    model = playing([fault], ["Salam!"])
    assert (await generate(ResilientModel(model), ASK)).text == "Salam!"
    assert len(model.requests) == 2


async def test_a_reply_that_has_begun_is_never_asked_for_again() -> None:
    model = playing(["Sa", ModelReplyInvalid("m")], ["Salam!"])
    async with aclosing(ResilientModel(model).stream(ASK)) as parts:
        assert await anext(parts) == "Sa"
        with pytest.raises(ModelReplyInvalid):
            await anext(parts)
    assert len(model.requests) == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_an_overloaded_endpoint_is_not_asked_again(endpoint: ScriptedEndpoint, http: httpx.AsyncClient, status: int) -> None:
    endpoint.reply = fixed(status)
    with pytest.raises(ModelOverloaded):
        await generate(ResilientModel(OpenAIModel(http, base_url=endpoint.base_url, model="m")), ASK)
    assert len(endpoint.received) == 1


async def test_retries_are_a_share_of_the_requests() -> None:
    model = playing([ModelUnavailable("m")])
    resilient = ResilientModel(model, circuit=Circuit("m", threshold=1000), budget=RetryBudget(ratio=0.1))
    for _ in range(40):
        with pytest.raises(ModelUnavailable):
            await generate(resilient, ASK)
    assert 40 + 1 < len(model.requests) <= 40 + 1 + 4


async def test_a_dead_model_is_left_alone() -> None:
    model = playing([ModelUnavailable("m")])
    resilient = ResilientModel(model, circuit=Circuit("m", threshold=2), budget=RetryBudget(ratio=0, most=0))
    faults: list[type[Exception]] = []
    for _ in range(4):
        with pytest.raises(ModelUnavailable) as raised:
            await generate(resilient, ASK)
        faults.append(raised.type)
    assert faults == [ModelUnavailable, ModelUnavailable, CircuitOpen, CircuitOpen]
    assert len(model.requests) == 2


async def test_requests_beyond_the_limit_are_refused_at_once_and_the_limit_frees_itself() -> None:
    resilient = ResilientModel(playing(["Sa", Pause(30)]), max_concurrent=1)
    async with aclosing(resilient.stream(ASK)) as first:
        assert await anext(first) == "Sa"
        with pytest.raises(ModelOverloaded):
            await generate(resilient, ASK)
        assert resilient.in_flight == 1
    assert resilient.in_flight == 0


async def test_the_questions_deadline_goes_before_the_requests() -> None:
    with deadline(0.3), pytest.raises(ModelTimeout):
        async with asyncio.timeout(3):
            await generate(ResilientModel(playing([Pause(30)])), ASK)


async def test_the_endpoint_is_told_the_time_that_is_left(endpoint: ScriptedEndpoint, http: httpx.AsyncClient) -> None:
    endpoint.reply = fixed(429)
    with deadline(2), pytest.raises(ModelOverloaded):
        await generate(ResilientModel(OpenAIModel(http, base_url=endpoint.base_url, model="m")), ASK)
    assert 0 < int(endpoint.headers[0]["x-envoy-upstream-rq-timeout-ms"]) <= 2000


async def test_a_reader_that_leaves_after_text_has_seen_a_living_model() -> None:
    circuit = Circuit("m", threshold=1, recovery_s=0.05)
    resilient = ResilientModel(playing([ModelTimeout("m")], ["Sa", Pause(30)]), circuit=circuit)
    with pytest.raises(ModelTimeout):
        await generate(resilient, ASK)
    await asyncio.sleep(0.06)
    async with aclosing(resilient.stream(ASK)) as parts:
        assert await anext(parts) == "Sa"
    assert circuit.report.state == "closed"
