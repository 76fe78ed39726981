from typing import Any

import httpx
import pytest

from serving.client import EmbeddingKind, OpenAIEmbedder
from serving.errors import ModelReplyInvalid
from tests.serving.endpoint import ScriptedEndpoint, fixed


def count_words(text: str, kind: EmbeddingKind) -> int:
    return len(f"{kind} {text}".split())


@pytest.fixture
def embedder(endpoint: ScriptedEndpoint, http: httpx.AsyncClient) -> OpenAIEmbedder:
    return OpenAIEmbedder(http, base_url=endpoint.base_url + "/", model="e5", count_tokens=count_words, dimension=2, api_key="k")


def vectors(*rows: list[float]) -> dict[str, Any]:
    return {"data": [{"index": index, "embedding": row} for index, row in enumerate(rows)]}


async def test_sends_the_e5_prefix_and_the_key(endpoint: ScriptedEndpoint, embedder: OpenAIEmbedder) -> None:
    endpoint.reply = fixed(200, vectors([3, 4]))
    rows = await embedder.embed(["pasport"], kind=EmbeddingKind.QUERY)
    await embedder.embed(["pasport"], kind=EmbeddingKind.PASSAGE)
    assert rows.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)]]
    assert [body["input"] for body in endpoint.received] == [["query: pasport"], ["passage: pasport"]]
    assert endpoint.keys == ["Bearer k", "Bearer k"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(vectors([1, 0]), id="a vector is missing"),
        pytest.param({"data": [{"index": 0, "embedding": [1, 0]}] * 2}, id="an index comes twice"),
        pytest.param(vectors([1, 0], [1, 0, 0]), id="another dimension"),
        pytest.param(vectors([1, 0], [0, 0]), id="a vector of zeros"),
    ],
)
async def test_vectors_that_do_not_fit_the_texts_are_invalid(endpoint: ScriptedEndpoint, embedder: OpenAIEmbedder, body: dict[str, Any]) -> None:
    endpoint.reply = fixed(200, body)
    with pytest.raises(ModelReplyInvalid):
        await embedder.embed(["pasport", "viza"], kind=EmbeddingKind.PASSAGE)
