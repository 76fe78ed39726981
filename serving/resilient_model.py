"""A language model that fails fast: circuit breaker, bulkhead, and retries that cannot become a storm."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from serving.circuit import Circuit, meter, refusals
from serving.deadline import remaining_s
from serving.errors import CircuitOpen, ModelOverloaded, ModelReplyInvalid, ModelTimeout, ModelUnavailable
from serving.protocols import Generation, GenerationRequest, LanguageModel

logger = logging.getLogger(__name__)
retries = meter.create_counter("korpu.model.retries", description="requests that were sent a second time")

MOST_ATTEMPTS = 2
LEAST_S = 0.1
"""With less time than this left a model is not asked, nor asked again."""

LONGEST_PAUSE_S = 0.2


class RetryBudget:
    """Lets retries be a share of the requests. When everything fails, the load on a sick endpoint grows by that share and no more."""

    def __init__(self, *, ratio: float = 0.1, most: float = 5.0) -> None:
        """`most` is how many retries may be saved up in quiet times. The first of all requests may be retried."""
        self._ratio = ratio
        self._most = most
        self._saved = min(1.0, most)

    def note_request(self) -> None:
        self._saved = min(self._most, self._saved + self._ratio)

    def spend(self) -> bool:
        """Take one retry if there is one."""
        if self._saved < 1:
            return False
        self._saved -= 1
        return True


class ResilientModel:
    """Wraps a model of the same Protocol.

    The reply ends within the request's deadline and within that of the question, whichever is sooner; attempts share it. A request is
    sent again only while nothing of its reply has been seen, and never to an endpoint that says it is overloaded. More than
    `max_concurrent` requests at once are refused instead of queued: a person is better served by the extractive composer at once.
    """

    def __init__(self, model: LanguageModel, *, circuit: Circuit | None = None, budget: RetryBudget | None = None, max_concurrent: int = 16) -> None:
        self._model = model
        self._budget = budget or RetryBudget()
        self._max_concurrent = max_concurrent
        self._in_flight = 0
        self.circuit = circuit or Circuit(model.model_id)

    @property
    def model_id(self) -> str:
        return self._model.model_id

    @property
    def in_flight(self) -> int:
        """Requests that are being answered now."""
        return self._in_flight

    async def stream(self, request: GenerationRequest) -> AsyncGenerator[str | Generation]:
        """See `LanguageModel.stream`.

        Raises:
            CircuitOpen: the model has failed on the requests before this one.
            ModelOverloaded: the endpoint, or this process for it, takes no more now.
        """
        if self._in_flight >= self._max_concurrent:
            refusals.add(1, {"korpu.model": self.model_id, "korpu.reason": "bulkhead"})
            raise ModelOverloaded(f"{self.model_id}: {self._in_flight} requests are under way")
        ends_at = time.monotonic() + min(request.deadline_s, _or_endless(remaining_s()))
        self._budget.note_request()
        self._in_flight += 1
        try:
            async with aclosing(self._attempts(request, ends_at)) as parts:
                async for part in parts:
                    yield part
        finally:
            self._in_flight -= 1

    async def _attempts(self, request: GenerationRequest, ends_at: float) -> AsyncGenerator[str | Generation]:
        for attempt in range(1, MOST_ATTEMPTS + 1):
            if (left := ends_at - time.monotonic()) < LEAST_S:
                raise ModelTimeout(f"{self.model_id}: no time is left")
            has_begun = False
            try:
                async with aclosing(self._once(replace(request, deadline_s=left))) as parts:
                    async for part in parts:
                        has_begun = True
                        yield part
                return
            except (ModelUnavailable, ModelReplyInvalid) as error:
                if has_begun or not self._may_repeat(error, attempt, ends_at):
                    raise
                logger.info("retrying: model %s failed with %s", self.model_id, type(error).__name__)
                retries.add(1, {"korpu.model": self.model_id})
            await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_S))  # noqa: S311 (spreads retries, hides nothing)

    def _may_repeat(self, error: ModelUnavailable | ModelReplyInvalid, attempt: int, ends_at: float) -> bool:
        """An endpoint that is overloaded or left alone is not asked again; others once, if the budget has it and time is left."""
        if isinstance(error, ModelOverloaded | CircuitOpen) or attempt == MOST_ATTEMPTS:
            return False
        return ends_at - time.monotonic() > LONGEST_PAUSE_S + LEAST_S and self._budget.spend()

    async def _once(self, request: GenerationRequest) -> AsyncGenerator[str | Generation]:
        with self.circuit.call() as call:
            async with aclosing(self._model.stream(request)) as parts:
                async for part in parts:
                    call.has_answered = True
                    yield part


def _or_endless(seconds: float | None) -> float:
    return float("inf") if seconds is None else seconds
