import pytest

from pilots.naming import is_law_named, names_all
from rag.legal import parse_references
from tests.pilots.small_pilot import found

CODE = found("mülki məcəllə", "Maddə 12. Mülki hüquqlar.")
GUIDE = found("iş vaxtı", "Gecə işinə 18 yaşadək işçi cəlb edilmir (Əmək Məcəlləsi, maddə 98). Şikayət 12 gün ərzində verilir.")


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Gecə işi haqqında nə yazılıb?", True),
        ("Maddə 98 nə deyir?", True),
        ("98 ci madde emek mecellesi", True),
        ("Mülki Məcəllənin 98-ci maddəsi nə deyir?", False),
        ("Maddə 99 nə deyir?", False),
        ("Maddə 12 nə deyir?", False),
    ],
)
def test_a_number_counts_only_as_an_article_of_the_named_law(question: str, named: bool) -> None:
    assert names_all(GUIDE, question) is named


def test_the_law_may_be_named_by_the_documents_title() -> None:
    assert names_all(CODE, "Mülki Məcəllənin 12-ci maddəsi")
    assert not names_all(CODE, "Rabitə haqqında Qanunun 12-ci maddəsi")


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Maddə 98 nə deyir?", False),
        ("Əmək Məcəlləsinin 98-ci maddəsi", True),
        ("Konstitusiyanın 57-ci maddəsi", True),
        ("Qanunun 5-ci maddəsi", False),
    ],
)
def test_a_question_names_a_law_or_only_a_number(question: str, named: bool) -> None:
    assert [is_law_named(reference) for reference in parse_references(question)] == [named]
