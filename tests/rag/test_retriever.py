import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import rag.retriever
from rag.azerbaijani import fold, upper, words
from rag.chunking import number_passages
from rag.edge_index import EdgePassageIndex
from rag.editions import settle_editions
from rag.errors import CollectionMissing, RetrievalFailed
from rag.index import IndexPoint, PassageIndex, SearchScope
from rag.passages import Passage, TrustTier
from rag.retriever import PassageRetriever, Retriever
from rag.sparse import SparseEncoder
from serving.errors import ModelUnavailable
from serving.protocols import EmbeddingKind

PILOT = "citizen_chat"
DIMENSION = 32


class WordEmbedder:
    """Texts that share beginnings of words are near; `fails` is what the model raises."""

    model_id = "words"
    dimension = DIMENSION
    max_tokens = 512

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails: Exception | None = None

    async def embed(self, texts: Sequence[str], *, kind: EmbeddingKind) -> NDArray[np.float32]:
        if kind is EmbeddingKind.QUERY:
            self.asked.extend(texts)
            if self.fails:
                raise self.fails
        return np.array([self.vector(text) for text in texts], dtype=np.float32).reshape(len(texts), DIMENSION)

    @staticmethod
    def vector(text: str) -> NDArray[np.float32]:
        row = np.full(DIMENSION, 0.01, dtype=np.float32)
        for word in words(text):
            row[sum(fold(word)[:3].encode()) % DIMENSION] += 1
        return (row / np.linalg.norm(row)).astype(np.float32)

    def count_tokens(self, text: str, *, kind: EmbeddingKind) -> int:
        return len(text.split())

    async def close(self) -> None: ...


def passage(source_id: str, text: str, *, title: str = "", section: str = "", trust: TrustTier = TrustTier.OFFICIAL, pilot: str = PILOT) -> Passage:
    return Passage(id="", pilot=pilot, source_id=source_id, title=title or source_id, text=text, section=section, trust=trust)


CARDS = [
    passage("itmis-vesiqe", "Şəxsiyyət vəsiqəsi itibsə, polisə müraciət edin.", section="steps"),
    passage("itmis-vesiqe", "Dövlət rüsumu: 30 AZN.", section="fees", trust=TrustTier.GUIDE),
    passage("xarici-pasport", "Xarici pasport on iş gününə verilir."),
    passage("emek", "Maddə 98. Gecə işi. Gecə vaxtı işləyənlərə əlavə haqq verilir.", title="Əmək Məcəlləsi", section="98", trust=TrustTier.LAW),
    passage("emek", "Maddə 99. İşdən sonra istirahət verilir.", title="Əmək Məcəlləsi", section="99", trust=TrustTier.LAW),
    passage("vergi", "Maddə 98. Vergi orqanı bəyannaməni yoxlayır.", title="Vergi Məcəlləsi", section="98", trust=TrustTier.LAW),
]


async def publish(index: PassageIndex, release: str, passages: Sequence[Passage], *, pilot: str = PILOT) -> None:
    encoder = SparseEncoder()
    points = [
        IndexPoint(passage=passage, sparse=encoder.encode_passage(passage), dense=WordEmbedder.vector(passage.text))
        for passage in number_passages(list(passages))
    ]
    await index.upsert(release, points)
    await index.switch(pilot, release)


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[PassageIndex]:
    opened = await EdgePassageIndex.open(tmp_path / "index", dimension=DIMENSION)
    await publish(opened, "r1", CARDS)
    yield opened
    await opened.close()


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def retriever(index: PassageIndex, embedder: WordEmbedder) -> Retriever:
    return Retriever(index, embedder, SparseEncoder())


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(rag.retriever, "tracer", provider.get_tracer("test"))
    return exporter


QUESTION = "Şəxsiyyət vəsiqəsi itibsə nə etməli?"


@pytest.mark.parametrize(
    "query", [QUESTION, upper(QUESTION), "sexsiyyet vesiqesi itibse ne etmeli", "shaxsiyat vasiqasi itib", "Шәхсијјәт вәсигәси итиб"]
)
async def test_finds_the_passage_however_the_question_is_typed(retriever: Retriever, query: str) -> None:
    found = await retriever.retrieve(query, pilot=PILOT)
    assert found[0].passage.text == CARDS[0].text
    assert found[0].lexical is not None
    assert [scored.score for scored in found] == sorted((scored.score for scored in found), reverse=True)


async def test_one_question_asks_the_model_once_for_one_spelling(retriever: Retriever, embedder: WordEmbedder) -> None:
    question = "Şəxsiyyət vəsiqəsi itibsə"
    for query in (question, upper(question), question.translate(str.maketrans("əğışçöüŞ", "egiscouS"))):
        await retriever.retrieve(query, pilot=PILOT)
    assert len(embedder.asked) == 3
    assert len(set(embedder.asked)) == 1


async def test_returns_at_most_top_k(retriever: Retriever) -> None:
    assert len(await retriever.retrieve("vəsiqə pasport vergi", pilot=PILOT, top_k=2)) == 2


@pytest.mark.parametrize("query", ["", "  ", "?!…", "😀"])
async def test_a_query_without_words_finds_nothing_and_asks_no_model(retriever: Retriever, embedder: WordEmbedder, query: str) -> None:
    assert await retriever.retrieve(query, pilot=PILOT) == []
    assert embedder.asked == []


async def test_a_failing_model_leaves_search_by_words(
    retriever: Retriever, embedder: WordEmbedder, spans: InMemorySpanExporter, caplog: pytest.LogCaptureFixture
) -> None:
    embedder.fails = ModelUnavailable("words")
    with caplog.at_level(logging.WARNING):
        found = await retriever.retrieve(QUESTION, pilot=PILOT)
    assert found[0].passage.text == CARDS[0].text
    assert all(scored.dense is None for scored in found)
    assert "ModelUnavailable" in caplog.text
    assert "vəsiqə" not in caplog.text
    assert _attributes(spans, f"retrieval {PILOT}")["korpu.degraded"] is True


async def test_a_failing_model_and_no_search_term_is_a_fault_and_not_an_empty_result(retriever: Retriever, embedder: WordEmbedder) -> None:
    embedder.fails = ModelUnavailable("words")
    with pytest.raises(RetrievalFailed):
        await retriever.retrieve("nə üçün?", pilot=PILOT)


async def test_a_fault_of_our_own_is_not_taken_for_a_failing_model(retriever: Retriever, embedder: WordEmbedder) -> None:
    embedder.fails = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await retriever.retrieve(QUESTION, pilot=PILOT)


async def test_a_pilot_without_a_corpus_is_a_fault(retriever: Retriever) -> None:
    with pytest.raises(CollectionMissing):
        await retriever.retrieve(QUESTION, pilot="document_qa")


@pytest.mark.parametrize("query", ["Əmək Məcəlləsinin 98-ci maddəsi", "emek mecellesi madde 98"])
async def test_a_named_article_comes_first(retriever: Retriever, query: str) -> None:
    found = await retriever.retrieve(query, pilot=PILOT, top_k=4)
    assert (found[0].passage.source_id, found[0].passage.section) == ("emek", "98")
    assert len({scored.passage.id for scored in found}) == len(found)
    assert found[0].score > found[1].score
    assert [scored.is_lookup for scored in found] == [True, *[False] * (len(found) - 1)]


async def test_an_article_of_several_laws_takes_at_most_half_of_the_places(retriever: Retriever) -> None:
    found = await retriever.retrieve("maddə 98 gecə işi", pilot=PILOT, top_k=4)
    assert [scored.passage.source_id for scored in found[:2]] == ["emek", "vergi"]
    assert {scored.passage.section for scored in found[:2]} == {"98"}
    assert len(found) == 4


async def test_laws_with_the_named_article_take_turns(retriever: Retriever, index: PassageIndex) -> None:
    long = [passage("emek", f"Maddə 98. Gecə işi. {part}. Gecə növbəsi.", title="Əmək Məcəlləsi", section="98") for part in (1, 2, 3)]
    await publish(index, "r2", [*long, CARDS[-1]])
    found = await retriever.retrieve("maddə 98", pilot=PILOT, top_k=6)
    assert [scored.passage.source_id for scored in found if scored.is_lookup][:2] in (["emek", "vergi"], ["vergi", "emek"])
    assert [scored.passage.text for scored in found if scored.is_lookup and scored.passage.source_id == "emek"] == [
        item.text for item in long[: sum(scored.is_lookup for scored in found) - 1]
    ]


async def test_a_scope_narrows_search_and_look_up(retriever: Retriever) -> None:
    laws = SearchScope(pilot=PILOT, trust=frozenset({TrustTier.LAW}))
    assert {scored.passage.trust for scored in await retriever.retrieve(QUESTION, pilot=PILOT, scope=laws)} == {TrustTier.LAW}
    one = SearchScope(pilot=PILOT, source_ids=frozenset({"vergi"}))
    found = await retriever.retrieve("Əmək Məcəlləsinin 98-ci maddəsi", pilot=PILOT, scope=one)
    assert {scored.passage.source_id for scored in found} == {"vergi"}
    other_section = SearchScope(pilot=PILOT, sections=frozenset({"99"}))
    found = await retriever.retrieve("Əmək Məcəlləsinin 98-ci maddəsi", pilot=PILOT, scope=other_section)
    assert {scored.passage.section for scored in found} == {"99"}


async def test_a_scope_cannot_reach_another_pilot(retriever: Retriever, index: PassageIndex) -> None:
    await publish(index, "d1", [passage("gizli", "Şəxsiyyət vəsiqəsi itibsə, gizli qayda.", pilot="document_qa")], pilot="document_qa")
    found = await retriever.retrieve(QUESTION, pilot=PILOT, scope=SearchScope(pilot="document_qa"))
    assert {scored.passage.pilot for scored in found} == {PILOT}


async def test_a_new_release_brings_its_own_vocabulary(retriever: Retriever, index: PassageIndex, embedder: WordEmbedder) -> None:
    await retriever.retrieve("gomruk beyannamesi", pilot=PILOT)
    await publish(index, "r2", [passage("gomruk", "Malın gömrük bəyannaməsi burada verilir.", title="Gömrük")])
    await retriever.retrieve("gomruk beyannamesi", pilot=PILOT)
    assert embedder.asked == ["gomruk bəyannaməsi", "gömrük bəyannaməsi"]


async def test_many_first_questions_read_the_vocabulary_once(retriever: Retriever, index: PassageIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []
    passages = index.passages

    async def counted(pilot: str, *, missing_dense: bool = False) -> list[Passage]:
        reads.append(pilot)
        return await passages(pilot, missing_dense=missing_dense)

    monkeypatch.setattr(index, "passages", counted)
    await asyncio.gather(*(retriever.retrieve(QUESTION, pilot=PILOT) for _ in range(5)))
    assert reads == [PILOT]


async def test_spans_carry_numbers_and_ids_but_no_text(retriever: Retriever, spans: InMemorySpanExporter) -> None:
    await retriever.retrieve(QUESTION, pilot=PILOT, top_k=3)
    attributes = _attributes(spans, f"retrieval {PILOT}")
    documents = attributes.pop("gen_ai.retrieval.documents")
    assert [set(document) for document in documents] == [{"id", "score", "source", "section"}] * 3
    scores = [document["score"] for document in documents]
    assert scores == sorted(scores, reverse=True)
    assert attributes | {"korpu.terms": 0} == {
        "gen_ai.operation.name": "retrieval",
        "gen_ai.data_source.id": PILOT,
        "gen_ai.request.top_k": 3,
        "korpu.pilot": PILOT,
        "korpu.top_k": 3,
        "korpu.release": "r1",
        "korpu.terms": 0,
        "korpu.hits.lexical": 2,
        "korpu.hits.dense": len(CARDS),
        "korpu.hits.looked_up": 0,
        "korpu.degraded": False,
    }


async def test_langchain_gets_documents_with_their_sources(retriever: Retriever) -> None:
    documents = await PassageRetriever(retriever=retriever, pilot=PILOT, top_k=2).ainvoke(QUESTION)
    assert len(documents) == 2
    assert documents[0].page_content == CARDS[0].text
    assert documents[0].metadata["source_id"] == "itmis-vesiqe"
    assert documents[0].id


def test_langchain_cannot_call_it_synchronously(retriever: Retriever) -> None:
    with pytest.raises(NotImplementedError, match="ainvoke"):
        PassageRetriever(retriever=retriever, pilot=PILOT).invoke(QUESTION)


def _attributes(exporter: InMemorySpanExporter, name: str) -> dict[str, Any]:
    span: ReadableSpan = next(span for span in exporter.get_finished_spans() if span.name == name)
    return dict(span.attributes or {})


def amended(since: str, fee: str, **others: str) -> list[Passage]:
    articles = {"98": f"Maddə 98. Bağa giriş {fee} manatdır.", "99": "Maddə 99. Bağ axşam bağlanır.", **others}
    made = [passage("bag", text, title="Bağ Məcəlləsi", section=number) for number, text in articles.items()]
    return [replace(one, editions=(since,)) for one in number_passages(made)]


@pytest.fixture
async def dated(index: PassageIndex, embedder: WordEmbedder) -> Retriever:
    """Three editions of a law, the last of them not yet in force."""
    editions = [*amended("2023-05", "3"), *amended("2024-02-08", "5", **{"100": "Maddə 100. Fəvvarə var."}), *amended("2027", "7")]
    await publish(index, "r2", settle_editions(editions))
    return Retriever(index, embedder, SparseEncoder(), today=lambda: date(2026, 11, 22))


@pytest.mark.parametrize(
    ("day", "fee"),
    [(date(2020, 1, 1), "3"), (date(2024, 2, 7), "3"), (date(2024, 2, 8), "5"), (None, "5"), (date(2027, 1, 1), "7")],
)
@pytest.mark.parametrize("query", ["Bağ Məcəlləsinin 98-ci maddəsi", "bağa giriş neçə manatdır"])
async def test_finds_the_text_that_was_in_force_on_the_day(dated: Retriever, query: str, day: date | None, fee: str) -> None:
    found = await dated.retrieve(query, pilot=PILOT, as_of=day)

    assert [scored.passage.text for scored in found if scored.passage.section == "98"] == [f"Maddə 98. Bağa giriş {fee} manatdır."]
    assert [text[0].text.split()[4] for text in found[0].versions] == ["3", "5", "7"]


async def test_an_article_is_not_found_before_it_was_there(dated: Retriever) -> None:
    named = await dated.retrieve("Bağ Məcəlləsinin 100-cü maddəsi", pilot=PILOT, as_of=date(2024, 1, 1))

    assert "100" not in {scored.passage.section for scored in named}
    assert (await dated.retrieve("Bağ Məcəlləsinin 100-cü maddəsi", pilot=PILOT, as_of=date(2024, 3, 1)))[0].passage.section == "100"


async def test_an_article_that_never_changed_has_no_versions(dated: Retriever) -> None:
    found = await dated.retrieve("Bağ Məcəlləsinin 99-cu maddəsi", pilot=PILOT)

    assert found[0].passage.editions == ("2023-05", "2024-02-08", "2027")
    assert found[0].versions == ()


async def test_a_chain_asks_for_its_day(dated: Retriever) -> None:
    documents = await PassageRetriever(retriever=dated, pilot=PILOT, as_of=date(2023, 6, 1)).ainvoke("Bağ Məcəlləsinin 98-ci maddəsi")

    assert "3 manat" in documents[0].page_content
    assert documents[0].metadata["editions"] == ["2023-05"]


async def test_words_that_find_nothing_while_the_model_fails_are_a_fault_and_not_an_empty_result(
    retriever: Retriever, embedder: WordEmbedder
) -> None:
    embedder.fails = ModelUnavailable("words")
    with pytest.raises(RetrievalFailed):
        await retriever.retrieve("Zxcvb qwrtp", pilot=PILOT)


async def test_what_was_found_by_words_alone_says_so(retriever: Retriever, embedder: WordEmbedder) -> None:
    assert not any(scored.by_words_alone for scored in await retriever.retrieve(QUESTION, pilot=PILOT))
    embedder.fails = ModelUnavailable("words")
    assert all(scored.by_words_alone for scored in await retriever.retrieve("Əmək Məcəlləsinin 98-ci maddəsi", pilot=PILOT))
