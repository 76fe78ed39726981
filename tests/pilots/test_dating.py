"""Days that a question says in words, however it is typed, and years that are no such day."""

from datetime import date

import pytest

from pilots.dating import names_law, read_day
from rag.azerbaijani import upper

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-cü ildə Əmək Məcəlləsinin 98-ci maddəsi nə deyirdi?", date(2023, 12, 31)),
        ("2023 cu ilde gece isi hamilelere olar?", date(2023, 12, 31)),
        ("2023cu ilde gece isi", date(2023, 12, 31)),
        ("98-ci maddə 2023-də necə idi?", date(2023, 12, 31)),
        ("2024-cü ilin fevralında nikah üçün nə lazım idi?", date(2024, 2, 29)),
        ("mart 2024-də ƏM 98", date(2024, 3, 31)),
        ("1 mart 2023-cü il tarixinə Ailə Məcəlləsinin 13-cü maddəsi", date(2023, 3, 1)),
        ("2023-cü il martın 1-də", None),
        ("01.03.2023 tarixinə maddə 13", date(2023, 3, 1)),
        ("2023-03-01 tarixində maddə 13", date(2023, 3, 1)),
        ("Ailə Məcəlləsinin 13-cü maddəsi, 2023 redaksiyası", date(2023, 12, 31)),
        ("2023-cü il redaksiyasında maddə 13", date(2023, 12, 31)),
        ("2023-cü ildə qüvvədə olan maddə 13", date(2023, 12, 31)),
        ("2024-cü ildən əvvəl gecə işi kimə olmazdı?", date(2023, 12, 31)),
        ("2024-cü ilə qədər gecə işi kimə olmazdı?", date(2023, 12, 31)),
        ("2024-cü ilin əvvəlində maddə 13", date(2024, 1, 1)),
        ("2024-cü ilin sonunda maddə 13", date(2024, 12, 31)),
        ("2026-cı ildə maddə 13", TODAY),
        ("2023-cü ildə ərizə nə vaxt təqdim olunurdu?", date(2023, 12, 31)),
    ],
)
def test_a_day_is_understood_however_it_is_typed(text: str, day: date | None):
    for typed in (text, upper(text)):
        found = read_day(typed, today=TODAY)
        assert (found.day if found else None) == day


@pytest.mark.parametrize(
    "text",
    [
        "2023-cü il hesabatı haradadır?",
        "2022-ci ilin büdcəsi nə qədər idi?",
        "2025–2028-ci illər üçün strategiya nə deyir?",
        "2023-cü ildə işə girmişəm, məzuniyyətim neçə gündür?",
        "2021-ci ildə evlənmişik, nikah şəhadətnaməsi necə alınır?",
        "2023-cü ildə qəbul edilmiş qanun hansıdır?",
        "2023-cü ildə verilən icazə etibarlıdır?",
        "12 may 2022-ci il tarixli qərar nə deyir?",
        "15.03.2024 tarixindən etibarən nə dəyişdi?",
        "2023-cü ildən sonra doğulanlar",
        "2027-ci ildə neçə mühəndis yetişdiriləcək?",
        "2023 nömrəli qərar",
        "Maddə 2023",
        "31.02.2023 tarixinə maddə 13",
        "1990 manat",
        "",
    ],
)
def test_other_years_are_no_day(text: str):
    assert read_day(text, today=TODAY) is None


def test_the_words_of_the_day_are_told_and_taken_out():
    found = read_day("1 mart 2023-cü il tarixinə Ailə Məcəlləsinin 13-cü maddəsi", today=TODAY)

    assert found is not None
    assert found.text == "aile mecellesinin 13-cu maddesi"
    assert found.words >= {"1", "mert", "2023", "il"}


@pytest.mark.parametrize(
    ("text", "names"),
    [("Ailə Məcəlləsinin 13-cü maddəsi", True), ("Əmək Məcəlləsində gecə işi", True), ("maddə 13", True), ("gecə işi kimə olmaz?", False)],
)
def test_a_law_is_named_by_its_article_or_its_kind(text: str, names: bool):
    assert names_law(text) is names
