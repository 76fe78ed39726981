import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.edge_index import EdgePassageIndex
from rag.embedding_cache import EmbeddingCache
from rag.errors import CollectionMissing, ReleaseRejected
from rag.index import IndexPoint, PassageIndex, SearchScope
from rag.ingest import Canary, Ingester, IngestOutcome, IngestStage, embedding_text
from rag.passages import Passage
from rag.sparse import SparseEncoder
from serving.errors import ModelUnavailable, TextTooLong
from serving.protocols import EmbeddingKind
from tests.rag.engines import ENGINES, open_engine

# The in-process server searches exactly and says so; a real one uses both settings.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant:UserWarning"),
    pytest.mark.filterwarnings("ignore:Local mode performs exact:UserWarning"),
]

PILOT = "citizen_chat"
DIMENSION = 16


class CountingEmbedder:
    """A vector drawn from each text, and a record of what was asked."""

    dimension = DIMENSION
    max_tokens = 50

    def __init__(self, model_id: str = "counting") -> None:
        self.model_id = model_id
        self.embedded: list[str] = []
        self.fails_after: int | None = None
        self.gate: asyncio.Event | None = None

    async def embed(self, texts: Sequence[str], *, kind: EmbeddingKind) -> NDArray[np.float32]:
        assert kind is EmbeddingKind.PASSAGE
        if self.gate:
            await self.gate.wait()
        if self.fails_after is not None and len(self.embedded) >= self.fails_after:
            raise ModelUnavailable(self.model_id)
        if any(self.count_tokens(text, kind=kind) > self.max_tokens for text in texts):
            raise TextTooLong(self.model_id)
        self.embedded.extend(texts)
        rows = np.array([np.random.default_rng(zlib.crc32(text.encode())).standard_normal(DIMENSION) for text in texts], dtype=np.float32)
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    def count_tokens(self, text: str, *, kind: EmbeddingKind) -> int:
        return len(text.split()) + 2

    async def close(self) -> None: ...


@pytest.fixture(params=ENGINES)
async def index(request: pytest.FixtureRequest, index_path: Path) -> AsyncIterator[PassageIndex]:
    async with open_engine(request.param, index_path, dimension=DIMENSION) as opened:
        yield opened


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[EmbeddingCache]:
    opened = EmbeddingCache(tmp_path / "embeddings.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def ingester(index: PassageIndex, embedder: CountingEmbedder, cache: EmbeddingCache) -> Ingester:
    return Ingester(index, embedder, cache, SparseEncoder())


def passage(name: str, text: str = "", *, pilot: str = PILOT) -> Passage:
    text = text or f"mətn {name} haqqında"
    return Passage(id=str(uuid5(NAMESPACE_OID, f"{pilot}/{name}/{text}")), pilot=pilot, source_id=name, title=f"Xidmət {name}", text=text)


CORPUS = [passage(f"s{n}") for n in range(40)]


async def found(index: PassageIndex, words: str, pilot: str = PILOT) -> list[str]:
    hits = await index.search(SearchScope(pilot=pilot), dense=None, sparse=SparseEncoder().encode_query(words), depth=3)
    return [hit.passage.source_id for hit in hits.fused]


async def test_a_corpus_is_searchable_by_words_before_anything_is_embedded(
    ingester: Ingester, index: PassageIndex, embedder: CountingEmbedder
) -> None:
    report = await ingester.build(PILOT, CORPUS)

    assert (report.outcome, report.passages, report.without_vector) == (IngestOutcome.BUILT, 40, 40)
    assert report.release == await index.live_release(PILOT)
    assert (await found(index, "s7"))[0] == "s7"
    assert embedder.embedded == []


async def test_filling_gives_every_passage_the_vector_of_its_embedding_text(
    ingester: Ingester, index: PassageIndex, embedder: CountingEmbedder
) -> None:
    await ingester.build(PILOT, CORPUS)

    assert await ingester.fill_dense(PILOT, batch=7) == 40

    assert await index.passages(PILOT, missing_dense=True) == []
    query = (await CountingEmbedder().embed([embedding_text(CORPUS[3])], kind=EmbeddingKind.PASSAGE))[0]
    hits = await index.search(SearchScope(pilot=PILOT), dense=query, sparse=None, depth=1)
    assert hits.dense[0].passage == CORPUS[3]
    assert hits.dense[0].score == pytest.approx(1.0, abs=1e-5)
    assert sorted(embedder.embedded) == sorted(embedding_text(one) for one in CORPUS)


def test_the_embedding_text_is_title_locator_and_text() -> None:
    assert embedding_text(replace(passage("a", "mətn"), locator="Maddə 3")) == "Xidmət a\nMaddə 3\nmətn"
    assert embedding_text(passage("a", "mətn")) == "Xidmət a\nmətn"


async def test_the_same_corpus_again_changes_nothing_and_embeds_nothing(ingester: Ingester, embedder: CountingEmbedder) -> None:
    first = await ingester.build(PILOT, CORPUS)
    await ingester.fill_dense(PILOT)
    embedder.embedded.clear()

    again = await ingester.build(PILOT, list(reversed(CORPUS)))

    assert again == replace(first, outcome=IngestOutcome.UNCHANGED, without_vector=0)
    assert await ingester.fill_dense(PILOT) == 0
    assert embedder.embedded == []


async def test_a_new_release_embeds_only_what_is_new(ingester: Ingester, index: PassageIndex, embedder: CountingEmbedder) -> None:
    before = await ingester.build(PILOT, CORPUS)
    await ingester.fill_dense(PILOT)
    embedder.embedded.clear()
    new = passage("s5", "yeni rüsum")

    report = await ingester.build(PILOT, [one for one in CORPUS if one.source_id != "s5"] + [new])

    assert (report.outcome, report.without_vector) == (IngestOutcome.BUILT, 1)
    assert await ingester.fill_dense(PILOT) == 1
    assert embedder.embedded == [embedding_text(new)]
    assert await index.count(PILOT, before.release) == 0


async def test_a_rebuilt_index_takes_all_vectors_from_the_cache(
    ingester: Ingester, embedder: CountingEmbedder, cache: EmbeddingCache, index_path: Path
) -> None:
    await ingester.build(PILOT, CORPUS)
    await ingester.fill_dense(PILOT)
    embedder.embedded.clear()

    fresh = await EdgePassageIndex.open(index_path.with_name("fresh"), dimension=DIMENSION)
    report = await Ingester(fresh, embedder, cache, SparseEncoder()).build(PILOT, CORPUS)
    await fresh.close()

    assert (report.outcome, report.without_vector, embedder.embedded) == (IngestOutcome.BUILT, 0, [])


async def test_another_encoder_starts_a_new_release_with_the_known_vectors(ingester: Ingester, monkeypatch: pytest.MonkeyPatch) -> None:
    await ingester.build(PILOT, CORPUS)
    await ingester.fill_dense(PILOT)
    monkeypatch.setattr(SparseEncoder, "version", "next")

    report = await ingester.build(PILOT, CORPUS)

    assert (report.outcome, report.without_vector) == (IngestOutcome.BUILT, 0)


async def test_another_model_starts_a_new_release_without_the_old_models_vectors(
    ingester: Ingester, index: PassageIndex, cache: EmbeddingCache
) -> None:
    await ingester.build(PILOT, CORPUS)
    await ingester.fill_dense(PILOT)

    report = await Ingester(index, CountingEmbedder("another"), cache, SparseEncoder()).build(PILOT, CORPUS)

    assert (report.outcome, report.without_vector) == (IngestOutcome.BUILT, 40)


async def test_a_canary_that_misses_its_source_leaves_the_old_release_live(ingester: Ingester, index: PassageIndex) -> None:
    old = await ingester.build(PILOT, CORPUS)
    new = [passage("n1", "pasport"), passage("n2", "viza")]

    with pytest.raises(ReleaseRejected, match="n1"):
        await ingester.build(PILOT, new, canaries=[Canary("pasport", "n1"), Canary("viza", "n1")])

    assert await index.live_release(PILOT) == old.release
    assert (await found(index, "s7"))[0] == "s7"
    assert await found(index, "pasport") == []

    passed = await ingester.build(PILOT, new, canaries=[Canary("pasport", "n1"), Canary("viza", "n2")])
    assert await index.live_release(PILOT) == passed.release


async def test_a_rejected_first_release_leaves_nothing_behind(ingester: Ingester, index: PassageIndex) -> None:
    with pytest.raises(ReleaseRejected):
        await ingester.build(PILOT, CORPUS, canaries=[Canary("yoxdur", "s1")])

    with pytest.raises(CollectionMissing):
        await found(index, "s1")
    published = await ingester.build(PILOT, CORPUS)
    assert await index.count(PILOT, published.release) == 40


async def test_a_release_that_lost_points_is_rejected(ingester: Ingester, index: PassageIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    old = await ingester.build(PILOT, CORPUS)
    store = index.upsert

    async def lose_one(release: str, points: Sequence[IndexPoint]) -> None:
        await store(release, points[:-1])

    monkeypatch.setattr(index, "upsert", lose_one)

    with pytest.raises(ReleaseRejected, match="holds 1 passages of 2"):
        await ingester.build(PILOT, CORPUS[:2])

    assert await index.live_release(PILOT) == old.release


async def test_a_live_release_that_lost_points_is_repaired(ingester: Ingester, index: PassageIndex) -> None:
    live = await ingester.build(PILOT, CORPUS)
    await index.drop(PILOT, keep="another")

    repaired = await ingester.build(PILOT, CORPUS)

    assert (repaired.release, repaired.outcome) == (live.release, IngestOutcome.BUILT)
    assert await index.count(PILOT, live.release) == 40


async def test_an_empty_corpus_is_published_only_when_it_is_meant(ingester: Ingester, index: PassageIndex) -> None:
    await ingester.build(PILOT, CORPUS)

    with pytest.raises(ReleaseRejected, match="no passage"):
        await ingester.build(PILOT, [])
    assert (await found(index, "s7"))[0] == "s7"

    await ingester.build(PILOT, [], allow_empty=True)
    assert await found(index, "s7") == []


async def test_another_pilots_passages_are_rejected(ingester: Ingester) -> None:
    with pytest.raises(ReleaseRejected, match="triage"):
        await ingester.build(PILOT, [*CORPUS, passage("x", pilot="triage")])


async def test_passages_without_any_term_are_rejected(ingester: Ingester) -> None:
    with pytest.raises(ReleaseRejected, match="no passage has a term"):
        await ingester.build(PILOT, [replace(passage("a"), title="—", text="…")])


async def test_a_passage_given_twice_is_stored_once(ingester: Ingester) -> None:
    assert (await ingester.build(PILOT, [*CORPUS, CORPUS[0]])).passages == 40


async def test_pilots_are_built_beside_each_other(ingester: Ingester, index: PassageIndex) -> None:
    triage = [passage(f"t{n}", pilot="triage") for n in range(5)]
    await asyncio.gather(ingester.build(PILOT, CORPUS), ingester.build("triage", triage))
    await ingester.build(PILOT, CORPUS[:3])

    assert (await found(index, "t2", "triage"))[0] == "t2"
    assert len(await index.passages("triage")) == 5
    assert len(await index.passages(PILOT)) == 3


async def test_a_failed_fill_goes_on_where_it_stopped(ingester: Ingester, index: PassageIndex, embedder: CountingEmbedder) -> None:
    await ingester.build(PILOT, CORPUS)
    embedder.fails_after = 20
    with pytest.raises(ModelUnavailable):
        await ingester.fill_dense(PILOT, batch=10)
    assert len(await index.passages(PILOT, missing_dense=True)) == 20

    embedder.fails_after = None
    assert await ingester.fill_dense(PILOT, batch=10) == 20
    assert len(embedder.embedded) == 40


async def test_a_release_that_goes_live_during_a_fill_is_filled_instead(ingester: Ingester, index: PassageIndex, embedder: CountingEmbedder) -> None:
    await ingester.build(PILOT, CORPUS[:10])
    embedder.gate = asyncio.Event()
    filling = asyncio.create_task(ingester.fill_dense(PILOT, batch=4))
    await asyncio.sleep(0.05)
    report = await ingester.build(PILOT, CORPUS[5:25])
    embedder.gate.set()
    await filling

    assert await index.live_release(PILOT) == report.release
    assert await index.passages(PILOT, missing_dense=True) == []
    assert await index.count(PILOT, report.release) == 20


async def test_two_fills_at_once_embed_everything_once(ingester: Ingester, embedder: CountingEmbedder) -> None:
    await ingester.build(PILOT, CORPUS)

    assert sorted(await asyncio.gather(ingester.fill_dense(PILOT), ingester.fill_dense(PILOT))) == [0, 40]
    assert len(embedder.embedded) == 40


async def test_a_passage_longer_than_the_model_reads_is_embedded_by_its_beginning(
    ingester: Ingester, index: PassageIndex, embedder: CountingEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    await ingester.build(PILOT, [passage("long", "söz " * 300), passage("short")])

    assert await ingester.fill_dense(PILOT) == 2

    assert await index.passages(PILOT, missing_dense=True) == []
    longest = max(embedder.embedded, key=len)
    assert longest.startswith("Xidmət long\nsöz")
    assert 40 <= len(longest.split()) <= 48
    assert "1 passages are longer than the model reads" in caplog.text


async def test_filling_needs_a_corpus(ingester: Ingester) -> None:
    with pytest.raises(CollectionMissing, match=PILOT):
        await ingester.fill_dense(PILOT)


async def test_progress_reaches_the_total_in_each_stage(ingester: Ingester) -> None:
    seen: list[tuple[int, int, IngestStage]] = []

    def report(done: int, total: int, stage: IngestStage) -> None:
        seen.append((done, total, stage))

    await ingester.build(PILOT, CORPUS, progress=report)
    await ingester.fill_dense(PILOT, progress=report, batch=16)

    assert seen == [(40, 40, IngestStage.WRITE), *[(done, 40, IngestStage.EMBED) for done in (16, 32, 40)]]
