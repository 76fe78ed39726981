"""Passages of one pilot never appear for another: by words, by meaning, by a named article, with either engine."""

from collections.abc import AsyncIterator
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest

from rag.errors import RetrievalFailed
from rag.index import PassageIndex
from rag.passages import Passage, TrustTier
from rag.retriever import Retriever
from rag.sparse import SparseEncoder
from serving.errors import ModelUnavailable
from tests.rag.engines import ENGINES, open_engine
from tests.rag.test_retriever import DIMENSION, WordEmbedder, passage, publish

pytestmark = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant:UserWarning"),
    pytest.mark.filterwarnings("ignore:Local mode performs exact:UserWarning"),
]

LAW = "Maddə 98. Gecə işi. Gecə vaxtı işləyənlərə əlavə haqq verilir."
SHARED = "Pasportun rüsumu otuz manatdır."
OURS = [
    passage("bizim", SHARED, pilot="ours"),
    passage("mecelle", LAW, title="Əmək Məcəlləsi", section="98", trust=TrustTier.LAW, pilot="ours"),
]
THEIRS = [
    passage("onlarin", SHARED, pilot="theirs"),
    passage("onlarin-sirri", "Yalnız onların sənədində yazılan söz: zürafə.", pilot="theirs"),
    passage("mecelle", LAW, title="Əmək Məcəlləsi", section="98", trust=TrustTier.LAW, pilot="theirs"),
    passage("onlarin-mecellesi", LAW, title="Vergi Məcəlləsi", section="98", trust=TrustTier.LAW, pilot="theirs"),
]
QUESTIONS = [SHARED, "zürafə", "Yalnız onların sənədində yazılan söz", "Əmək Məcəlləsinin 98-ci maddəsi", "Vergi Məcəlləsinin 98-ci maddəsi"]


@pytest.fixture(params=ENGINES)
async def index(request: pytest.FixtureRequest, index_path: Path) -> AsyncIterator[PassageIndex]:
    async with open_engine(request.param, index_path, dimension=DIMENSION) as opened:
        await publish(opened, "o1", OURS, pilot="ours")
        await publish(opened, "t1", THEIRS, pilot="theirs")
        yield opened


@pytest.mark.parametrize("pilot", ["ours", "theirs"])
@pytest.mark.parametrize("model_works", [True, False], ids=["words and meaning", "words alone"])
async def test_a_search_finds_passages_of_its_own_pilot_only(index: PassageIndex, pilot: str, model_works: bool) -> None:
    embedder = WordEmbedder()
    embedder.fails = None if model_works else ModelUnavailable("off")
    retriever = Retriever(index, embedder, SparseEncoder())
    found: list[Passage] = []
    for question in QUESTIONS:
        # Words alone that find nothing are half a search that failed.
        with nullcontext() if model_works else suppress(RetrievalFailed):
            found += [scored.passage for scored in await retriever.retrieve(question, pilot=pilot, top_k=50)]
    assert {passage.pilot for passage in found} == {pilot}
    assert ("onlarin-sirri" in {passage.source_id for passage in found}) == (pilot == "theirs")


async def test_a_named_article_is_looked_up_in_the_pilots_own_laws(index: PassageIndex) -> None:
    retriever = Retriever(index, WordEmbedder(), SparseEncoder())
    found = await retriever.retrieve("Əmək Məcəlləsinin 98-ci maddəsi", pilot="ours", top_k=50)
    assert [scored.passage.pilot for scored in found if scored.is_lookup] == ["ours"]


async def test_a_new_release_of_one_pilot_leaves_the_other_as_it_was(index: PassageIndex) -> None:
    before = await index.passages("theirs")
    await publish(index, "o2", [passage("bizim", "Yeni mətn.", pilot="ours")], pilot="ours")
    await index.drop("ours", keep="o2")
    assert await index.passages("theirs") == before
    assert {stored.pilot for stored in await index.passages("ours")} == {"ours"}
