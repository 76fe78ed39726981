"""Both ways to ask must see one conversation a case and return the same answer."""

from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from pathlib import Path

import httpx
import pytest

from evaluation.asking import Asker, GatewayAsker, PipelineAsker
from evaluation.errors import GatewayUnreachable
from gateway.app import create_app
from gateway.settings import Settings
from pilots.answer import AnswerStatus
from tests.gateway.scripted import CITATION, FACT, FOCUS, ITEM, ScriptedPipeline, fact_answer, make_pilot


@pytest.fixture
def pipeline() -> ScriptedPipeline:
    return ScriptedPipeline()


@pytest.fixture
async def http(tmp_path: Path, pipeline: ScriptedPipeline) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway that takes 50 questions a minute from a session."""
    pilots = {"citizen_chat": make_pilot(per_minute=50)}
    app = create_app(Settings(data_dir=tmp_path, sessions_per_minute=1000), served_pilots=pilots, pipelines={"citizen_chat": pipeline})
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        yield client


@pytest.fixture(params=["pipeline", "gateway"])
def asker(request: pytest.FixtureRequest, pipeline: ScriptedPipeline, http: httpx.AsyncClient) -> Asker:
    return (
        PipelineAsker(pipeline, history_turns=6)
        if request.param == "pipeline"
        else GatewayAsker(http, base_url="http://gateway/", pilot="citizen_chat")
    )


async def test_returns_the_answer_with_its_sentences_and_citations(asker: Asker) -> None:
    reply = await asker.ask(["Rüsum neçədir?"])
    assert reply.answer.status is AnswerStatus.ANSWERED
    assert reply.answer.sentences == (FACT, ITEM)
    assert reply.answer.citations == (CITATION,)
    assert reply.answer.timings_ms == {"total": 1.5}
    assert reply.latency_ms > 0


async def test_really_asks_the_earlier_questions_first(asker: Asker, pipeline: ScriptedPipeline) -> None:
    await asker.ask(["Vəsiqəm itib.", "Rüsum neçədir?", "bəs sənədlər?"])
    assert [question.text for question in pipeline.questions] == ["Vəsiqəm itib.", "Rüsum neçədir?", "bəs sənədlər?"]
    last = pipeline.questions[-1]
    assert [turn.question for turn in last.history] == ["Vəsiqəm itib.", "Rüsum neçədir?"]
    assert [turn.focus for turn in last.history] == [FOCUS, FOCUS]


async def test_a_question_hears_as_many_earlier_ones_as_in_a_gateway(asker: Asker, pipeline: ScriptedPipeline) -> None:
    await asker.ask([f"sual {number}" for number in range(9)])
    assert [turn.question for turn in pipeline.questions[-1].history] == [f"sual {number}" for number in range(2, 8)]


async def test_an_earlier_question_with_personal_data_is_heard_without_its_words(asker: Asker, pipeline: ScriptedPipeline) -> None:
    pipeline.script = partial(fact_answer, status=AnswerStatus.GUARDRAIL_PERSONAL_DATA)
    await asker.ask(["FİN kodum 5ABC12D", "Rüsum neçədir?"])
    assert [turn.question for turn in pipeline.questions[-1].history] == [""]


async def test_all_questions_are_asked_for_the_cases_day(asker: Asker, pipeline: ScriptedPipeline) -> None:
    await asker.ask(["Vəsiqəm itib.", "Rüsum neçədir?"], as_of=date(2023, 6, 1))
    assert [question.as_of for question in pipeline.questions] == [date(2023, 6, 1)] * 2


async def test_a_case_does_not_hear_the_one_before_it(asker: Asker, pipeline: ScriptedPipeline) -> None:
    await asker.ask(["Vəsiqəm itib."])
    await asker.ask(["Rüsum neçədir?"])
    assert pipeline.questions[-1].history == ()


async def test_more_cases_than_a_session_may_ask_are_asked(asker: Asker, pipeline: ScriptedPipeline) -> None:
    for _ in range(60):
        await asker.ask(["Rüsum neçədir?"])
    assert len(pipeline.questions) == 60


async def test_a_gateway_that_refuses_is_a_fault_and_not_a_result(http: httpx.AsyncClient) -> None:
    with pytest.raises(GatewayUnreachable, match="HTTP 404"):
        await GatewayAsker(http, base_url="http://gateway", pilot="no_such_pilot").ask(["salam"])


async def test_a_used_up_quota_is_waited_for() -> None:
    answers = iter([httpx.Response(429, headers={"retry-after": "0"}), httpx.Response(201, json={"token": "t", "expires_in": 60})])
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: next(answers, httpx.Response(200, json={})))) as http:
        with pytest.raises(GatewayUnreachable, match="not an answer"):
            await GatewayAsker(http, base_url="http://gateway", pilot="citizen_chat").ask(["salam"])
    assert next(answers, None) is None


async def test_a_quota_that_stays_used_up_is_a_fault() -> None:
    refusal = httpx.Response(429, headers={"retry-after": "0"})
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: refusal)) as http:
        with pytest.raises(GatewayUnreachable, match="quota"):
            await GatewayAsker(http, base_url="http://gateway", pilot="citizen_chat").ask(["salam"])


async def test_a_quota_may_name_the_moment_at_which_it_ends() -> None:
    """Proxies send `Retry-After` as a date."""
    answers = iter([httpx.Response(429, headers={"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}), httpx.Response(404)])
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: next(answers))) as http:
        with pytest.raises(GatewayUnreachable, match="HTTP 404"):
            await GatewayAsker(http, base_url="http://gateway", pilot="citizen_chat").ask(["salam"])
