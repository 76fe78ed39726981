import pytest

from evaluation.metrics.terms import wrong_terms

NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("text", "known", "quote", "wrong"),
    [
        ("15 iş günü ərzində", ["15 iş günü"], "", NOTHING),
        ("on beş gün ərzində", ["15 gün"], "", NOTHING),
        ("15 gün, sonra 3 ay", ["15 gün"], "", frozenset({"3 ay"})),
        ("15 gün, sonra 3 ay", [], "15 gündən sonra 3 ay keçir", NOTHING),
        ("2 il qüvvədədir", [], "1 il qüvvədədir", frozenset({"2 il"})),
        ("maddə 14.3-1.1 üzrə", [], "Maddə 14.3-1.1", NOTHING),
        ("98-ci maddə üzrə", ["maddə 98"], "", NOTHING),
        ("maddə 99 üzrə", ["98-ci maddə"], "", frozenset({"maddə 99"})),
        ("Rüsum 5 AZN-dir", [], "", NOTHING),
    ],
)
def test_terms_and_articles_that_neither_case_nor_source_says(text: str, known: list[str], quote: str, wrong: frozenset[str]) -> None:
    assert wrong_terms(text, known=known, quotes=[quote]) == wrong
