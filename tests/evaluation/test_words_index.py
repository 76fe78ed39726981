import pytest

from evaluation.words_index import WordsOnly, open_words_retriever
from rag.passages import Passage
from serving.errors import ModelUnavailable
from serving.protocols import EmbeddingKind


async def test_the_missing_embedder_fails_as_a_model_does():
    with pytest.raises(ModelUnavailable):
        await WordsOnly().embed(["söz"], kind=EmbeddingKind.QUERY)


async def test_passages_are_found_by_their_words():
    passages = [
        Passage(id=f"kitab-{n}", pilot="kitablar", source_id="kitab", title="Kitab", text=text)
        for n, text in enumerate(("Nar payızda yetişir.", "Dəniz dərindir."))
    ]
    async with open_words_retriever("kitablar", passages) as retriever:
        found = await retriever.retrieve("nar nə vaxt yetişir", pilot="kitablar")
    assert found[0].passage.text == "Nar payızda yetişir."
