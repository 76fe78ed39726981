from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from qdrant_client import AsyncQdrantClient, models

from rag.errors import IndexUnavailable
from rag.index import IndexPoint, SearchScope, SparseVector
from rag.passages import Passage
from rag.server_index import ServerPassageIndex

# The in-process server searches exactly and says so; a real one uses both settings.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant:UserWarning"),
    pytest.mark.filterwarnings("ignore:Local mode performs exact:UserWarning"),
]

TERM = SparseVector((7,), (1.0,))


def point(name: str) -> IndexPoint:
    return IndexPoint(passage=Passage(id=name, pilot="citizen_chat", source_id=name, title="t", text="x"), sparse=TERM)


async def test_a_server_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(IndexUnavailable, match="ResponseHandlingException"):
        await ServerPassageIndex.connect("http://127.0.0.1:9", timeout_s=1)


async def test_a_server_without_idf_per_pilot_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def info(self: AsyncQdrantClient) -> models.VersionInfo:
        return models.VersionInfo(title="qdrant", version="1.18.2", commit=None)

    monkeypatch.setattr(AsyncQdrantClient, "info", info)
    with pytest.raises(IndexUnavailable, match=r"1\.18\.2.*1\.19"):
        await ServerPassageIndex.connect(":memory:")


async def test_a_search_starts_again_when_its_release_is_replaced_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    index = await ServerPassageIndex.connect(":memory:", dimension=4)
    await index.upsert("r1", [point("old")])
    await index.switch("citizen_chat", "r1")
    await index.upsert("r2", [point("new")])
    query = AsyncQdrantClient.query_batch_points
    searches = 0

    async def query_late(self: AsyncQdrantClient, collection_name: str, requests: Sequence[Any]) -> Sequence[object]:
        nonlocal searches
        searches += 1
        if searches == 1:
            await index.switch("citizen_chat", "r2")
            await index.drop("citizen_chat", keep="r2")
        return await query(self, collection_name, requests)

    monkeypatch.setattr(AsyncQdrantClient, "query_batch_points", query_late)
    hits = await index.search(SearchScope(pilot="citizen_chat"), dense=None, sparse=TERM, depth=5)

    assert [hit.passage.source_id for hit in hits.lexical] == ["new"]
    assert searches == 2
    await index.close()


async def test_a_refusal_is_an_index_fault_that_does_not_repeat_the_request() -> None:
    index = await ServerPassageIndex.connect(":memory:", dimension=4)
    await index.upsert("r1", [point("old")])
    await index.switch("citizen_chat", "r1")

    with pytest.raises(IndexUnavailable) as refused:
        await index.search(SearchScope(pilot="citizen_chat"), dense=np.full(3, 0.25, dtype=np.float32), sparse=None, depth=5)

    assert str(refused.value) == "the Qdrant server failed (ValueError)"
    await index.close()
