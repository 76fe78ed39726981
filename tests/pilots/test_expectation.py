import pytest

from pilots.expectation import Expectation
from tests.pilots.small_pilot import understood


@pytest.mark.parametrize(
    ("question", "sentence", "met"),
    [
        ("Məzuniyyət neçə gündür?", "Məzuniyyət 21 təqvim günüdür.", True),
        ("Məzuniyyət neçə gündür?", "Məzuniyyət 6 aya verilir.", False),
        ("Neçə dövlət xidmətində tətbiq ediləcək?", "Texnologiya 5 dövlət xidmətində tətbiq edilir.", True),
        ("Neçə dövlət xidmətində tətbiq ediləcək?", "Tədbir 2026-cı ildə başlayır.", False),
        ("Sınaq müddəti nə qədərdir?", "Sınaq müddəti üç aydan çox olmur.", True),
        ("Rüsum nə qədərdir?", "Rüsum 30 manatdır.", True),
        ("Rüsum nə qədərdir?", "Rüsum bank vasitəsilə ödənilir.", False),
        ("Tədbir hansı illərdə icra olunur?", "İcra müddəti 2026–2028-ci illərdir.", True),
    ],
)
def test_a_sentence_holds_what_is_asked_for_or_not(question: str, sentence: str, met: bool) -> None:
    assert Expectation.of(understood(question)).met_by(sentence) is met


def test_how_is_no_question_for_a_number() -> None:
    assert Expectation.of(understood("Layihə necə maliyyələşdiriləcək?")).counted == ()


def test_an_amount_is_needed_only_where_money_is_asked_for() -> None:
    assert Expectation.of(understood("Rüsum nə qədərdir?")).needed is not None
    assert Expectation.of(understood("Artıq rüsum neçə günə qaytarılır?")).needed is None


def test_a_telephone_number_is_needed_where_one_is_asked_for() -> None:
    needed = Expectation.of(understood("Qaynar xəttin nömrəsi neçədir?")).needed

    assert needed is not None
    assert needed.search("zəng edin: 012 123 45 67")
    assert not needed.search("məlumat 2025-11-24 tarixinə olandır")


@pytest.mark.parametrize(
    "question",
    [
        "Bu qərarın qəbulu ilə əlaqədar hansı sənədlər qüvvədən düşür?",
        "328 nömrəli bağça haradadır?",
        "Qiymətləndirmə hansı qaydada aparılır?",
        "Qaz sektorunda tənzimlənən tariflər hansı qurum tərəfindən müəyyən edilir və saytda dərc olunur?",
    ],
)
def test_a_word_that_only_looks_like_a_question_for_money_or_a_number_needs_neither(question: str) -> None:
    assert Expectation.of(understood(question)).needed is None


def test_a_long_question_for_an_amount_needs_one_in_any_currency() -> None:
    needed = Expectation.of(understood("Qaz sektorunda təsdiq edilən illik dövlət rüsumunun ümumi məbləği yeni qaydada nə qədərdir?")).needed

    assert needed is not None
    assert needed.search("1 milyon funt sterlinq")
    assert not needed.search("rüsum bank vasitəsilə ödənilir")
