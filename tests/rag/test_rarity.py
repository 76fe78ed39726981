from rag.passages import Passage
from rag.rarity import Rarity


def passage(text: str) -> Passage:
    return Passage(id=text, pilot="p", source_id="s", title="", text=text)


RARITY = Rarity.of([passage("Rüsum on manatdır"), passage("Rüsum bankda ödənilir"), passage("Rüsumun qaytarılması")])


def test_a_word_that_fewer_passages_have_in_any_form_weighs_more():
    common, rare = RARITY.weigh("rüsum qaytarılır").values()

    assert 0 < common < rare


def test_a_word_that_no_passage_has_weighs_most_and_stop_words_nothing():
    weights = RARITY.weigh("rüsum üçün kosmos")

    assert len(weights) == 2
    assert max(weights, key=lambda key: weights[key]).startswith("kosm")
