from rag.passages import Passage, ScoredPassage
from rag.proximity import neighbours, positions_of, reorder, shares_near


def scored(name: str, text: str, score: float = 1.0) -> ScoredPassage:
    return ScoredPassage(passage=Passage(id=name, pilot="p", source_id=name, title="", text=text), score=score)


def share(query: str, text: str) -> float:
    return shares_near(neighbours(query), [positions_of(scored("one", text).passage)])[0]


FAR = "Məzuniyyət barədə ərizə yazılı verilir və ona on gün ərzində baxılır, işçinin əmək haqqı saxlanılır, sosial haqq ödənilir."
NEAR = "Sosial məzuniyyət ödənişlidir."


def test_a_passage_in_which_neighbours_of_the_question_stand_together_goes_first():
    found = [scored("far", FAR), scored("near", NEAR), scored("none", "Rüsum bankda ödənilir.")]

    assert reorder("sosial məzuniyyət", found)[0].passage.id == "near"


def test_forms_of_the_words_and_their_order_do_not_matter():
    assert share("sosial məzuniyyətlər", "Məzuniyyətin sosial növü") == 1.0


def test_words_farther_apart_than_the_window_are_no_phrase():
    assert share("sosial məzuniyyət", FAR) == 0.0


def test_a_clear_lead_in_the_search_is_kept():
    found = [scored("far", FAR, 9.0), scored("near", NEAR, 1.0)]

    assert [one.passage.id for one in reorder("sosial məzuniyyət", found)] == ["far", "near"]


def test_one_word_or_nothing_found_leaves_the_list_as_it_is():
    found = [scored("far", FAR, 2.0), scored("near", NEAR, 1.0)]

    assert reorder("məzuniyyət", found) == found
    assert reorder("sosial məzuniyyət", []) == []


def test_the_list_descends_over_the_edge_of_what_is_looked_at():
    found = [scored(f"p{place}", NEAR if place % 3 else FAR, 50.0 - place) for place in range(40)]
    scores = [one.score for one in reorder("sosial məzuniyyət", found)]

    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 40
