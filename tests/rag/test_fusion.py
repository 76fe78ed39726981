import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fusion import fuse
from rag.index import Hit, Hits
from rag.passages import Passage

SCORES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 30, allow_nan=False))


def hits(scores: dict[str, float]) -> list[Hit]:
    found = [Hit(passage=Passage(id=name, pilot="p", source_id=name, title="", text=name), score=score) for name, score in scores.items()]
    return sorted(found, key=lambda hit: -hit.score)


def order(lexical: dict[str, float], dense: dict[str, float]) -> list[str]:
    return [scored.passage.id for scored in fuse(Hits(lexical=hits(lexical), dense=hits(dense)))]


def test_nothing_found_fuses_to_nothing() -> None:
    assert fuse(Hits()) == []


def test_one_channel_alone_keeps_its_order() -> None:
    assert order({"a": 9.0, "b": 5.0, "c": 1.0}, {}) == ["a", "b", "c"]
    assert order({}, {"a": 0.9, "b": 0.8, "c": 0.7}) == ["a", "b", "c"]


def test_agreement_of_both_channels_wins() -> None:
    assert order({"a": 9.0, "b": 8.9, "c": 1.0}, {"b": 0.9, "a": 0.7, "c": 0.6})[0] == "b"


def test_words_weigh_more_than_meaning() -> None:
    assert order({"a": 9.0, "b": 1.0}, {"b": 0.9, "a": 0.8}) == ["a", "b"]


def test_a_passage_that_a_channel_missed_takes_its_lowest_score() -> None:
    found = {scored.passage.id: scored for scored in fuse(Hits(lexical=hits({"a": 9.0, "b": 3.0}), dense=hits({"a": 0.9, "c": 0.8})))}
    assert found["b"].score == found["c"].score < found["a"].score
    assert (found["b"].dense, found["b"].lexical) == (None, 3.0)
    assert (found["c"].dense, found["c"].lexical) == (0.8, None)


def test_scores_that_tell_nothing_apart_leave_the_other_channel_to_decide() -> None:
    assert order({"a": 5.0, "b": 5.0, "c": 5.0}, {"c": 0.9, "b": 0.8, "a": 0.7}) == ["c", "b", "a"]


@given(SCORES, SCORES)
def test_fusion_returns_each_passage_once_and_descends(lexical: dict[str, float], dense: dict[str, float]) -> None:
    fused = fuse(Hits(lexical=hits(lexical), dense=hits(dense)))
    assert {scored.passage.id for scored in fused} == lexical.keys() | dense.keys()
    assert len(fused) == len(lexical.keys() | dense.keys())
    assert [scored.score for scored in fused] == sorted((scored.score for scored in fused), reverse=True)


@given(SCORES, SCORES)
def test_a_channel_may_use_any_unit(lexical: dict[str, float], dense: dict[str, float]) -> None:
    one = {scored.passage.id: scored.score for scored in fuse(Hits(lexical=hits(lexical), dense=hits(dense)))}
    scaled = {name: 4 * score for name, score in lexical.items()}
    other = {scored.passage.id: scored.score for scored in fuse(Hits(lexical=hits(scaled), dense=hits(dense)))}
    if max(lexical.values(), default=0) - min(lexical.values(), default=0) > 1e-3:
        assert one == pytest.approx(other, abs=1e-6)
