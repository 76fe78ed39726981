"""The counter pilot with real laws in its index, while no embedding model answers: what stands there is quoted, nothing else is."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import JsonValue

from pilots.answer import Answer, AnswerStatus, Question
from pilots.pipeline import Pipeline, build_pipeline
from pilots.registry import PILOTS_FOLDER, find_pilot, load_pilots
from rag.chunking import estimate_tokens
from rag.edge_index import EdgePassageIndex
from rag.index import IndexPoint
from rag.loaders import load_passages
from rag.passages import TrustTier
from rag.retriever import Retriever
from rag.sparse import SparseEncoder
from tests.pilots.test_strategy import DIMENSION, AbsentEmbedder

REPOSITORY = Path(__file__).parents[2]
LAWS = Path(os.environ.get("KORPU_SHARED_DATA", REPOSITORY / ".." / "shared" / "data")) / "laws_2023" / "articles.jsonl"

pytestmark = [pytest.mark.data, pytest.mark.skipif(not LAWS.exists(), reason="the shared data folder is absent")]

PILOT = "staff_assistant"


async def open_pipeline(folder: Path, *law_ids: str) -> tuple[Pipeline, EdgePassageIndex]:
    """Index the pilot's own corpora and, as uploads, the laws of these ids."""
    pilot = find_pilot(load_pilots(PILOTS_FOLDER), PILOT)
    lines = LAWS.read_text(encoding="utf-8").splitlines()
    uploads = folder / "laws.jsonl"
    uploads.write_text("\n".join(line for line in lines if any(f'"law_id": "{law}"' in line for law in law_ids)), encoding="utf-8")
    passages = load_passages(list(pilot.corpus_paths), pilot=PILOT, trust=TrustTier.OFFICIAL, count_tokens=estimate_tokens).passages
    if law_ids:
        passages += load_passages([uploads], pilot=PILOT, trust=TrustTier.UPLOADED, count_tokens=estimate_tokens).passages
    encoder = SparseEncoder()
    index = await EdgePassageIndex.open(folder / "index", dimension=DIMENSION)
    await index.upsert("r1", [IndexPoint(passage=p, sparse=encoder.encode_passage(p), dense=None) for p in passages])
    await index.switch(PILOT, "r1")
    return build_pipeline(pilot, retriever=Retriever(index, AbsentEmbedder(), encoder)), index


@pytest.fixture
async def pipeline(tmp_path: Path) -> AsyncIterator[Pipeline]:
    opened, index = await open_pipeline(tmp_path, "dovlet_rusumu", "emek_mecellesi")
    yield opened
    await index.close()


def articles(answer: Answer) -> list[dict[str, JsonValue]]:
    found = answer.details["articles"]
    assert isinstance(found, list)
    return [article for article in found if isinstance(article, dict)]


@pytest.mark.parametrize(
    ("question", "number", "amount"),
    [
        ("vətəndaş SV itirib, 1 günə, rüsum?", "14.3-1.3", "90 manat"),
        ("nikah qeydiyyatı rüsumu, müştəri", "10.1", "manat"),
        ("vesiyyetname tesdiqi rusum musteri", "9.1.1", "manat"),
    ],
)
async def test_the_clause_behind_a_fee_stands_beside_it(pipeline: Pipeline, question: str, number: str, amount: str) -> None:
    answer = await pipeline.answer(Question(text=question))

    assert answer.status is AnswerStatus.ANSWERED
    (article,) = articles(answer)
    assert article["is_law"] is True
    assert str(article["number"]) in str(article["text"])
    cited = next(citation for citation in answer.citations if citation.n == article["citation"])
    assert cited.title == "Dövlət rüsumu haqqında"
    assert cited.locator.startswith(f"Maddə {str(article['number']).split('.')[0]}")
    if number.startswith("14."):
        assert article["number"] == number
    assert amount in str(article["text"])


async def test_rows_of_one_table_stand_under_the_line_that_introduces_them(pipeline: Pipeline) -> None:
    answer = await pipeline.answer(Question(text="vətəndaşın SV-si itib, rüsum"))

    (article,) = articles(answer)
    text = str(article["text"])
    assert text.count("14.3-1. ") == 1
    assert all(clause in text for clause in ("14.3-1.1.", "14.3-1.2.", "14.3-1.3."))


async def test_a_law_that_is_not_in_the_index_is_named_by_the_card_only(tmp_path: Path) -> None:
    pipeline, index = await open_pipeline(tmp_path)

    answer = await pipeline.answer(Question(text="nikah qeydiyyatı rüsumu, müştəri"))
    await index.close()

    assert answer.status is AnswerStatus.ANSWERED
    assert "maddə" in answer.text
    assert articles(answer) == []
