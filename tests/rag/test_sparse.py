from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.azerbaijani import upper
from rag.index import SparseVector
from rag.passages import Passage
from rag.sparse import SATURATION, SparseEncoder, search_words

ANY_TEXT = st.text(st.characters(exclude_categories=()))
ENCODER = SparseEncoder()


def passage(text: str, title: str = "", locator: str = "") -> Passage:
    return Passage(id="1", pilot="citizen_chat", source_id="s", title=title, locator=locator, text=text)


def score(query: str, document: Passage) -> float:
    """What the engine adds up, every term counting the same."""
    weights = dict(zip(*_columns(ENCODER.encode_passage(document)), strict=True))
    vector = ENCODER.encode_query(query)
    return sum(value * weights.get(index, 0.0) for index, value in zip(vector.indices, vector.values, strict=True))


def _columns(vector: SparseVector) -> tuple[tuple[int, ...], tuple[float, ...]]:
    return vector.indices, vector.values


@given(ANY_TEXT, ANY_TEXT)
def test_vectors_are_what_the_index_asks_for(title: str, text: str) -> None:
    for vector in (ENCODER.encode_passage(passage(text, title)), ENCODER.encode_query(text)):
        assert list(vector.indices) == sorted(set(vector.indices))
        assert all(0 <= index < 2**32 for index in vector.indices)
        assert len(vector.values) == len(vector.indices)
        assert all(0 < value < SATURATION + 1 for value in vector.values)


@pytest.mark.parametrize("query", ["vəsiqə itib", "VƏSİQƏ İTİB", "vesiqe itib", "vesiqem itibdir", "вәсигә итиб"])
def test_a_query_meets_a_passage_however_it_is_typed(query: str) -> None:
    assert score(query, passage("Şəxsiyyət vəsiqəsi itibsə, polisə müraciət edin.")) > 0


def test_typing_does_not_change_the_vector() -> None:
    query = "Şəxsiyyət vəsiqəsini harada dəyişdirmək olar?"
    plain = query.translate(str.maketrans("əşğıöüçŞ", "esgiouсS".replace("с", "c")))
    assert ENCODER.encode_query(query) == ENCODER.encode_query(upper(query)) == ENCODER.encode_query(plain)


def test_the_exact_form_scores_above_another_form_of_the_word() -> None:
    assert score("pasportun", passage("pasportun")) > score("pasportun", passage("pasportlar")) > 0


def test_title_and_locator_are_searched_too() -> None:
    assert score("pasport", passage("Otuz manat.", title="Xarici pasport")) > 0
    assert score("maddə 14", passage("Otuz manat.", locator="Maddə 14")) > 0


def test_a_repeated_word_counts_ever_less_and_a_long_passage_dilutes() -> None:
    once, twice, often = (score("rüsum", passage(" ".join(["rüsum"] * n + ["manat"] * (20 - n)))) for n in (1, 2, 10))
    assert once < twice < often < 2 * twice
    assert score("rüsum", passage("rüsum " + "manat " * 300)) < once


def test_stop_words_are_no_terms() -> None:
    assert ENCODER.encode_query("nə üçün və necə?") == SparseVector(indices=(), values=())


def test_repeating_a_word_does_not_change_a_query() -> None:
    assert ENCODER.encode_query("rüsum rüsum") == ENCODER.encode_query("rüsum")


def test_identifiers_are_found_whole_and_by_their_parts() -> None:
    assert search_words("PAC-3, 1941–1945, 3,5") == ["pac-3", "pac", "3", "1941–1945", "1941", "1945", "3.5"]
    assert score("14.3-1.2", passage("Bənd 14.3-1.2 üzrə")) > score("14.3-1.2", passage("Bənd 14.3-1 üzrə"))


def test_a_changed_encoding_needs_a_new_version() -> None:
    # Stored vectors are compared with query vectors of later processes: when this digest changes, so must `version`.
    vector = ENCODER.encode_passage(passage("Uşağın pasportu üçün 14.3-1 bəndi üzrə 30 manat.", title="Xarici pasport", locator="Maddə 14"))
    rounded = [(index, round(value, 4)) for index, value in zip(vector.indices, vector.values, strict=True)]
    assert (ENCODER.version, sha256(repr(rounded).encode()).hexdigest()[:12]) == ("az-bm25-2", "6b97a87fb1f1")
