"""Articles are recognised in questions however they are typed, and figures that are no articles are left alone."""

import pytest

from rag.legal import parse_references


@pytest.mark.parametrize(
    ("query", "article", "clause", "part"),
    [
        ("Əmək Məcəlləsinin 98-ci maddəsi", "98", None, None),
        ("98 madde emek mecellesi", "98", None, None),
        ("EMEK MECELLESININ 98-CI MADDESI", "98", None, None),
        ("98 ci madde nə deyir", "98", None, None),
        ("98ci maddesi", "98", None, None),
        ("maddə № 98", "98", None, None),
        ("doxsan səkkizinci maddə", "98", None, None),
        ("maddə 10-1", "10-1", None, None),
        ("10-1-ci maddə", "10-1", None, None),
        ("mehkeme 375.0.1", "375", "375.0.1", None),
        ("maddə 14.3-1", "14", "14.3-1", None),
        ("14-cü maddənin 14.3-1-ci bəndi", "14", "14.3-1", None),
        ("14.3-1.2", "14", "14.3-1.2", None),
        ("114-cü maddənin 3-cü hissəsi", "114", None, "3"),
        ("114-cü maddənin üçüncü hissəsi", "114", None, "3"),
        ("maddə 55 hissə 2", "55", None, "2"),
        ("CM 177", "177", None, None),
        ("İXM-in 329-cu maddəsi", "329", None, None),
        ("VM m. 164", "164", None, None),
        ("inzibati xətalar məcəlləsi 329", "329", None, None),
        ("konstitusiya 12", "12", None, None),
        ("98-ci mddə", "98", None, None),
        ("madda 98", "98", None, None),
        ("155-ci maddəsinin 155.3 bəni", "155", "155.3", None),
        ("Әмәк Мәҹәлләсинин 98-ҹи маддәси", "98", None, None),
    ],
)
def test_finds_the_article_clause_and_part(query: str, article: str, clause: str | None, part: str | None):
    [reference] = parse_references(query)

    assert (reference.article, reference.clause, reference.part) == (article, clause, part)


@pytest.mark.parametrize(
    "query",
    [
        "18 yaşım var pasport neçəyədir",
        "60 manat ödəmişəm",
        "2.5 manat",
        "01.05.2023 tarixində",
        "əmək məcəlləsi 2023",
        "əmək məcəlləsi 30 gün məzuniyyət",
        "102 zəng edim",
        "5 mm qalınlıq",
        "uşağım 3 yaşındadır",
        "martın 2-9-da",
        "100 maddi yardım",
        "",
    ],
)
def test_leaves_ages_sums_dates_and_years_alone(query: str):
    assert parse_references(query) == []


def test_several_articles_are_returned_in_order():
    assert [reference.article for reference in parse_references("Əmək Məcəlləsinin 98 və 99-cu maddələri")] == ["98", "99"]


def test_abbreviations_of_codes_are_spelled_out_and_ordinals_left_out_of_the_words():
    [reference] = parse_references("İXM-in 329-cu maddəsi")

    assert reference.law_words == ("inzibati", "xetalar", "mecellesi")


def test_a_bare_clause_number_is_weak_evidence():
    assert [parse_references(query)[0].explicit for query in ("375.0.1", "maddə 375.0.1", "VM 102.1.6")] == [False, True, True]
