import asyncio
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from serving.client import Circuit, EmbeddingKind, ResilientEmbedder
from serving.deadline import deadline
from serving.errors import CircuitOpen, ModelTimeout


class SlowEmbedder:
    model_id = "slow"
    dimension = 2
    max_tokens = 10

    def __init__(self, pause_s: float) -> None:
        self.pause_s = pause_s
        self.calls = 0

    async def embed(self, texts: Sequence[str], *, kind: EmbeddingKind) -> NDArray[np.float32]:
        self.calls += 1
        await asyncio.sleep(self.pause_s)
        return np.zeros((len(texts), 2), dtype=np.float32)

    def count_tokens(self, text: str, *, kind: EmbeddingKind) -> int:
        return len(text)

    async def close(self) -> None: ...


async def test_a_slow_model_costs_its_budget_three_times_and_then_nothing() -> None:
    slow = SlowEmbedder(30)
    embedder = ResilientEmbedder(slow, budget_s=0.02, circuit=Circuit("slow", threshold=3))
    for _ in range(3):
        with pytest.raises(ModelTimeout):
            await embedder.embed(["a"], kind=EmbeddingKind.QUERY)
    with pytest.raises(CircuitOpen):
        await embedder.embed(["a"], kind=EmbeddingKind.QUERY)
    assert slow.calls == 3


async def test_several_texts_have_the_budget_of_each() -> None:
    embedder = ResilientEmbedder(SlowEmbedder(0.3), budget_s=0.1, circuit=Circuit("slow"))
    assert (await embedder.embed(["a"] * 50, kind=EmbeddingKind.QUERY)).shape == (50, 2)


async def test_the_questions_deadline_leaves_time_for_the_rest_of_the_answer() -> None:
    embedder = ResilientEmbedder(SlowEmbedder(30), budget_s=30, circuit=Circuit("slow"))
    async with asyncio.timeout(2):
        with deadline(2), pytest.raises(ModelTimeout):
            await embedder.embed(["a"], kind=EmbeddingKind.QUERY)


async def test_a_question_without_time_does_not_ask_and_blames_nobody() -> None:
    slow, circuit = SlowEmbedder(0), Circuit("slow", threshold=1)
    with deadline(0), pytest.raises(ModelTimeout):
        await ResilientEmbedder(slow, budget_s=1, circuit=circuit).embed(["a"], kind=EmbeddingKind.QUERY)
    assert (slow.calls, circuit.report.state) == (0, "closed")


async def test_passages_may_take_their_time() -> None:
    embedder = ResilientEmbedder(SlowEmbedder(0.1), budget_s=0.01, circuit=Circuit("slow"))
    assert (await embedder.embed(["a"], kind=EmbeddingKind.PASSAGE)).shape == (1, 2)
