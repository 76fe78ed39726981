"""The national AI strategy beside the guides, asked through the whole pipeline while no embedding model answers."""

import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import NoReturn

import pytest

from pilots.answer import Answer, AnswerStatus, Question, SentenceKind
from pilots.pipeline import Pipeline, build_pipeline
from pilots.registry import PILOTS_FOLDER, find_pilot, load_pilots
from rag.chunking import estimate_tokens
from rag.edge_index import EdgePassageIndex
from rag.index import IndexPoint
from rag.loaders import load_passages
from rag.passages import TrustTier
from rag.retriever import Retriever
from rag.sparse import SparseEncoder
from serving.errors import ModelUnavailable
from serving.protocols import EmbeddingKind

REPOSITORY = Path(__file__).parents[2]
STRATEGY = Path(os.environ.get("KORPU_SHARED_DATA", REPOSITORY / ".." / "shared" / "data")) / "strategy_2025_2028_az.txt"

pytestmark = [pytest.mark.data, pytest.mark.skipif(not STRATEGY.exists(), reason="the shared data folder is absent")]

PILOT = "document_qa"
DIMENSION = 8


class AbsentEmbedder:
    """A model that never answers, so that search is by words alone."""

    model_id = "absent"
    dimension = DIMENSION
    max_tokens = 512

    async def embed(self, texts: Sequence[str], *, kind: EmbeddingKind) -> NoReturn:
        raise ModelUnavailable("absent")

    def count_tokens(self, text: str, *, kind: EmbeddingKind) -> int:
        return estimate_tokens(text)

    async def close(self) -> None: ...


@pytest.fixture
async def pipeline(tmp_path: Path) -> AsyncIterator[Pipeline]:
    pilot = find_pilot(load_pilots(PILOTS_FOLDER), PILOT)
    guides = load_passages(list(pilot.corpus_paths), pilot=PILOT, trust=TrustTier.GUIDE, count_tokens=estimate_tokens)
    strategy = load_passages([STRATEGY], pilot=PILOT, trust=TrustTier.UPLOADED, count_tokens=estimate_tokens)
    encoder = SparseEncoder()
    points = [IndexPoint(passage=p, sparse=encoder.encode_passage(p), dense=None) for p in (*guides.passages, *strategy.passages)]
    index = await EdgePassageIndex.open(tmp_path / "index", dimension=DIMENSION)
    await index.upsert("r1", points)
    await index.switch(PILOT, "r1")
    yield build_pipeline(pilot, retriever=Retriever(index, AbsentEmbedder(), encoder))
    await index.close()


def first_fact(answer: Answer) -> str:
    return next(sentence.text for sentence in answer.sentences if sentence.kind is SentenceKind.FACT)


def is_of_strategy(source_id: str) -> bool:
    return source_id == STRATEGY.stem


@pytest.mark.parametrize(
    "question",
    [
        "Pilot neçə dövlət xidmətində TDE tətbiq ediləcək?",
        "pilot nece dovlet xidmetinde tde tetbiq edilecek",
        "PİLOT NEÇƏ DÖVLƏT XİDMƏTİNDƏ TDE TƏTBİQ EDİLƏCƏK?",
        "slm pilot neche dovlet xidmetinde tde tetbiq edilejek",
    ],
)
async def test_a_figure_of_a_measure_is_found_however_it_is_asked_for(pipeline: Pipeline, question: str) -> None:
    answer = await pipeline.answer(Question(text=question))

    assert answer.status is AnswerStatus.ANSWERED
    assert "5 dövlət xidmət" in first_fact(answer)
    assert [c.locator for c in answer.citations if is_of_strategy(c.source_id)] == ["Tədbir 8.2.2"]


@pytest.mark.parametrize(
    ("question", "fact", "locator"),
    [
        ("Neçə mühəndis yetişdiriləcək?", "500 mühəndis", "Tədbir 8.3.1"),
        ("Güzəştli kredit neçə sahibkarlıq subyektinə veriləcək?", "50 sahibkarlıq", "Tədbir 8.4.2"),
        ("tedbir 8.1.5 ne haqqindadir", "standart", "Tədbir 8.1.5"),
    ],
)
async def test_other_measures_are_cited_by_their_number(pipeline: Pipeline, question: str, fact: str, locator: str) -> None:
    answer = await pipeline.answer(Question(text=question))

    assert answer.status is AnswerStatus.ANSWERED
    assert fact in answer.text
    assert locator in {citation.locator for citation in answer.citations if is_of_strategy(citation.source_id)}


async def test_a_named_measure_answers_from_no_other(pipeline: Pipeline) -> None:
    answer = await pipeline.answer(Question(text="8.2.2 tədbiri hansı illərdə icra olunacaq?"))

    assert "2026–2028" in answer.text
    assert all("8.2.2" in citation.locator for citation in answer.citations)


@pytest.mark.parametrize("question", ["Strategiyada kvant kompüterlərinin alınması nəzərdə tutulub?", "Superkompüter nə vaxt qurulacaq?"])
async def test_what_the_strategy_does_not_say_is_not_answered(pipeline: Pipeline, question: str) -> None:
    answer = await pipeline.answer(Question(text=question))

    assert not answer.status.is_answer
    # Without the embedding model a search that finds too little is half a search: the person is told whom to call, and nothing else.
    assert {citation.source_id for citation in answer.citations} <= {"asan-108", "qaynar-xetler"}
