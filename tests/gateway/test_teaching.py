"""The router learns beside the gateway's start."""

import asyncio
from typing import cast

import pytest

from gateway import composition
from gateway.composition import teach_router
from gateway.knowledge import Knowledge
from gateway.readiness import Readiness, Stage
from pilots.routing.router import Router
from serving.errors import ModelUnavailable


class SlowLearner:
    """Fails as often as it is told, then knows."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.learnt = asyncio.Event()

    async def learn_meaning(self, embedder: object, cache: object) -> None:
        if self.failures:
            self.failures -= 1
            raise ModelUnavailable("not yet")
        self.learnt.set()


class NoKnowledge:
    embedder = cache = None


async def test_teaching_waits_for_the_pilots_and_survives_a_model_that_is_not_there_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composition, "RETRY_S", 0)
    readiness, learner = Readiness(["a", "b"]), SlowLearner(failures=2)
    again = asyncio.Event()
    teaching = asyncio.create_task(teach_router(cast("Router", learner), cast("Knowledge", NoKnowledge()), readiness, again=again))
    readiness.report("a", Stage.FILLING)
    await asyncio.sleep(0.05)
    assert not learner.learnt.is_set()
    readiness.report("b", Stage.FAILED)
    async with asyncio.timeout(5):
        await learner.learnt.wait()
    teaching.cancel()


async def test_the_router_is_taught_again_when_a_pilot_joins() -> None:
    readiness, learner, again = Readiness([]), SlowLearner(failures=0), asyncio.Event()
    teaching = asyncio.create_task(teach_router(cast("Router", learner), cast("Knowledge", NoKnowledge()), readiness, again=again))
    async with asyncio.timeout(5):
        await learner.learnt.wait()
    learner.learnt.clear()
    again.set()
    async with asyncio.timeout(5):
        await learner.learnt.wait()
    teaching.cancel()


async def test_a_pilot_that_joins_while_the_others_are_read_does_not_end_the_teaching() -> None:
    readiness, learner = Readiness(["a", "b"]), SlowLearner(failures=0)
    teaching = asyncio.create_task(teach_router(cast("Router", learner), cast("Knowledge", NoKnowledge()), readiness, again=asyncio.Event()))
    await asyncio.sleep(0)
    readiness.report("promoted", Stage.READING)
    for pilot in ("a", "b"):
        readiness.report(pilot, Stage.COMPLETE)
    async with asyncio.timeout(5):
        await learner.learnt.wait()
    teaching.cancel()
