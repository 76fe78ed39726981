"""Look-ups name one article of one law, of several laws, or nothing."""

import pytest

from rag.legal import ArticleLookup, LawDirectory
from rag.passages import Passage

TITLES = {
    "emek": "Əmək Məcəlləsi",
    "emek-pensiyalari": "Əmək pensiyaları haqqında",
    "mulki": "Mülki Məcəllə",
    "mulki-prosessual": "Mülki Prosessual Məcəllə",
    "xetalar": "İnzibati Xətalar Məcəlləsi",
    "icraat": "İnzibati icraat haqqında",
    "gemicilik": "Ticarət Gəmiçiliyi Məcəlləsi",
    "rusum": "Dövlət rüsumu haqqında",
    "normativ": "Normativ hüquqi aktlar haqqında (Konstitusiya Qanunu)",
    "konstitusiya": "Azərbaycan Respublikasının Konstitusiyası",
}


def passage(source_id: str, section: str, text: str, ordinal: int = 0) -> Passage:
    return Passage(
        id=f"{source_id}-{section}-{ordinal}", pilot="p", source_id=source_id, title=TITLES[source_id], text=text, section=section, ordinal=ordinal
    )


@pytest.mark.parametrize(
    ("query", "source_id", "section"),
    [
        ("Əmək Məcəlləsinin 98-ci maddəsi", "emek", "98"),
        ("98 madde emek mecellesi", "emek", "98"),
        ("emek 98-ci madde", "emek", "98"),
        ("EM 98", "emek", "98"),
        ("əmək pensiyaları qanununun 7-ci maddəsi", "emek-pensiyalari", "7"),
        ("mulki mecelle madde 390", "mulki", "390"),
        ("mülki prosessual məcəllənin 5-ci maddəsi", "mulki-prosessual", "5"),
        ("əmək müqaviləsi üçün mülki məcəllənin 390-cı maddəsi", "mulki", "390"),
        ("inzibati xətalar məcəlləsi 329", "xetalar", "329"),
        ("inzibati xettalar mecellesi 329", "xetalar", "329"),
        ("gəmiçilik məcəlləsi maddə 5", "gemicilik", "5"),
        ("konstitusiyanın 12-ci maddəsi", "konstitusiya", "12"),
        ("normativ hüquqi aktlar haqqında qanun maddə 3", "normativ", "3"),
    ],
)
def test_a_named_law_is_resolved_however_it_is_typed(query: str, source_id: str, section: str):
    lookup = LawDirectory(TITLES).resolve(query)

    assert lookup == ArticleLookup(source_ids=frozenset({source_id}), section=section)


def test_without_a_law_every_source_with_the_article_is_meant():
    directory = LawDirectory(TITLES, {"emek": frozenset({"98", "99"}), "mulki": frozenset({"98"}), "rusum": frozenset({"14"})})

    assert directory.resolve("98-ci maddə") == ArticleLookup(source_ids=frozenset({"emek", "mulki"}), section="98")
    assert directory.resolve("500-cü maddə") is None


@pytest.mark.parametrize("query", ["Rabitə haqqında qanunun 5-ci maddəsi", "Meşə məcəlləsinin 5-ci maddəsi"])
def test_an_article_of_a_law_that_is_not_here_is_never_taken_from_another(query: str):
    assert LawDirectory(TITLES).resolve(query) is None


@pytest.mark.parametrize("query", ["məzuniyyət neçə gündür", "əmək məcəlləsi nədir", "18 yaş pasport", "8.2.2"])
def test_a_question_that_names_no_article_is_no_lookup(query: str):
    assert LawDirectory(TITLES).resolve(query) is None


def test_a_measure_is_looked_up_by_its_full_number():
    directory = LawDirectory.of_passages([passage("rusum", "8.2.2", "8.2.2. Tədbir"), passage("rusum", "8", "8. Plan")])

    assert directory.resolve("8.2.2 tədbiri nədir") == ArticleLookup(source_ids=frozenset({"rusum"}), section="8.2.2", clause="8.2.2")


def test_a_point_that_shares_a_passage_is_looked_up_in_it():
    points = [passage("rusum", "5.1.1", "5. Məqsədlər\n5.1.1. bir\n5.1.2. iki", 0), passage("rusum", "5.1.3", "5.1.3. üç", 1)]
    directory = LawDirectory.of_passages(points)
    lookup = directory.resolve("5.1.2-ci bənd")

    assert lookup == ArticleLookup(source_ids=frozenset({"rusum"}), section="5.1.1", clause="5.1.2")


def test_a_slip_in_the_name_of_a_code_never_leads_to_another_code():
    directory = LawDirectory({**TITLES, "ipm": "İnzibati Prosessual Məcəllə"})

    assert directory.resolve("İnzibati Xətlaar Məcəlləsinin 94-cü maddəsi") == ArticleLookup(source_ids=frozenset({"xetalar"}), section="94")
    assert directory.resolve("İnzibati Xztlzar Məcəlləsinin 94-cü maddəsi") is None
    assert directory.resolve("Mülki Prsssual Məcəllənin 94-cü maddəsi") is None


def test_sections_of_service_cards_are_no_articles():
    directory = LawDirectory.of_passages([passage("emek", "fees", "60 AZN"), passage("mulki", "5", "Maddə 5.")])

    assert directory.resolve("5-ci maddə") == ArticleLookup(source_ids=frozenset({"mulki"}), section="5")


def test_a_bare_clause_means_the_laws_that_have_it():
    passages = [
        passage("mulki", "375", "Maddə 375. Hüquqlar"),
        passage("xetalar", "375", "Maddə 375.\n375.0. Pozuntu:\n375.0.1. qeydiyyatsız toplama"),
    ]

    assert LawDirectory.of_passages(passages).resolve("mehkeme 375.0.1") == ArticleLookup(
        source_ids=frozenset({"xetalar"}), section="375", clause="375.0.1"
    )


def test_the_passage_with_the_named_clause_comes_first():
    passages = [
        passage("mulki", "14", "Maddə 14. Başqa qanun"),
        passage("rusum", "14", "Maddə 14.\n14.1. Pasport 60 manat", 0),
        passage("rusum", "14", "Maddə 14.\n14.3. Vəsiqə", 1),
        passage("rusum", "14", "Maddə 14.\n14.3-1. İtirilmiş vəsiqə\n14.3-1.1. 30 manat", 2),
    ]
    lookup = LawDirectory.of_passages(passages).resolve("14.3-1.1")

    assert lookup is not None
    assert [p.ordinal for p in lookup.order(passages) if p.source_id == "rusum"] == [2, 0, 1]
    assert lookup.order(passages)[-1].source_id == "mulki"


def test_the_likelier_law_comes_first_and_its_clauses_keep_their_order():
    passages = [
        passage("mulki", "14", "Maddə 14.\n14.1. Başqa qanun", 0),
        passage("rusum", "14", "Maddə 14.\n14.1. Pasport", 0),
        passage("rusum", "14", "Maddə 14.\n14.2. Vəsiqə", 1),
    ]
    lookup = LawDirectory.of_passages(passages).resolve("14.2-ci bənd maddə 14")
    assert lookup is not None
    assert [(p.source_id, p.ordinal) for p in lookup.order(passages, laws=["mulki", "rusum"])] == [("rusum", 1), ("rusum", 0), ("mulki", 0)]

    lookup = LawDirectory.of_passages(passages).resolve("maddə 14")
    assert lookup is not None
    assert [(p.source_id, p.ordinal) for p in lookup.order(passages, laws=["rusum", "mulki"])] == [("rusum", 0), ("rusum", 1), ("mulki", 0)]


def test_a_clause_whose_last_number_is_the_articles_own_is_not_confused_with_another():
    passages = [passage("rusum", "14", "Maddə 14.\n14.1. Bir", 0), passage("rusum", "14", "Maddə 14.\n14.14. On dörd", 1)]
    lookup = LawDirectory.of_passages(passages).resolve("dövlət rüsumu maddə 14.14")

    assert lookup is not None
    assert [p.ordinal for p in lookup.order(passages)] == [1, 0]


def test_the_passage_with_the_named_part_comes_first():
    passages = [passage("emek", "114", "Maddə 114.\n1. Bir\n2. İki", 0), passage("emek", "114", "Maddə 114.\n3. Üç", 1)]
    lookup = LawDirectory.of_passages(passages).resolve("114-cü maddənin 3-cü hissəsi")

    assert lookup is not None
    assert lookup.order(passages)[0].ordinal == 1
