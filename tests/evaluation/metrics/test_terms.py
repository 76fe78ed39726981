import pytest

from evaluation.metrics.terms import wrong_terms


@pytest.mark.parametrize(
    ("text", "known", "quote", "wrong"),
    [
        ("15 iş günü ərzində", ["15 iş günü"], "", set()),
        ("on beş gün ərzində", ["15 gün"], "", set()),
        ("15 gün, sonra 3 ay", ["15 gün"], "", {"3 ay"}),
        ("15 gün, sonra 3 ay", [], "15 gündən sonra 3 ay keçir", set()),
        ("2 il qüvvədədir", [], "1 il qüvvədədir", {"2 il"}),
        ("maddə 14.3-1.1 üzrə", [], "Maddə 14.3-1.1", set()),
        ("98-ci maddə üzrə", ["maddə 98"], "", set()),
        ("maddə 99 üzrə", ["98-ci maddə"], "", {"maddə 99"}),
        ("Rüsum 5 AZN-dir", [], "", set()),
    ],
)
def test_terms_and_articles_that_neither_case_nor_source_says(text: str, known: list[str], quote: str, wrong: set[str]) -> None:
    assert wrong_terms(text, known=known, quotes=[quote]) == wrong
