"""Clauses keep their order, their children and every word when they are packed."""

from hypothesis import given
from hypothesis import strategies as st

from rag.legal.clauses import pack_clauses, parse_clauses


def test_clauses_nest_by_their_numbers():
    intro, clauses = parse_clauses("Giriş.\n1. Birinci\n1) hal\na) növ\n2. İkinci\ndavamı", base="5")

    assert intro == "Giriş."
    assert [(c.number, len(c.children)) for c in clauses] == [("1", 2), ("2", 0)]
    assert clauses[1].text == "2. İkinci\ndavamı"


def test_an_inserted_clause_is_a_sibling_not_a_child():
    _, clauses = parse_clauses("14.3. Bir\n14.3-1. İki\n14.3-1.1. Üç\n14.4. Dörd", base="14")

    assert [(c.number, [child.number for child in c.children]) for c in clauses] == [("14.3", []), ("14.3-1", ["14.3-1.1"]), ("14.4", [])]


def test_a_decimal_inside_the_text_is_no_clause():
    _, clauses = parse_clauses("1. Rüsum\n2.5 manat təşkil edir", base="7")

    assert [c.text for c in clauses] == ["1. Rüsum 2.5 manat təşkil edir"]


@given(st.lists(st.integers(min_value=1, max_value=60), min_size=1, max_size=20), st.integers(min_value=40, max_value=200))
def test_packing_loses_no_clause_and_respects_the_limit(lengths: list[int], limit: int):
    text = "\n".join(f"7.{place}. {'söz ' * length}".strip() for place, length in enumerate(lengths, start=1))
    _, clauses = parse_clauses(text, base="7")
    packed = pack_clauses("Maddə 7. Ad", "", clauses, count_tokens=len, max_tokens=limit)

    assert all(len(piece.text) <= limit for piece in packed)
    kept = " ".join(piece.text.removeprefix("Maddə 7. Ad") for piece in packed).split()
    assert kept == text.split()
