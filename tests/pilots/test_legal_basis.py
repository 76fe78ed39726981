import pytest

from pilots.legal_basis import LegalBasis, amounts_in, is_law, parse_bases, quote_guide, quote_law
from rag.passages import Passage, ScoredPassage

FEES = "«Dövlət rüsumu haqqında» Qanun"
ARTICLE = """Maddə 14. Sınaq vəsiqələri.
14.3. Vəsiqənin verilməsinə görə:
14.3.1. on iş günü müddətində
7 manat
14.3.10. başqa hal
9 manat
14.3-1. İtirilmiş vəsiqəyə görə:
14.3-1.1. on iş günü müddətində 31 manat
14.3-1.2. üç iş günü müddətində 72 manat"""


def passage(text: str = ARTICLE, *, title: str = "Dövlət rüsumu haqqında", section: str = "14", is_lookup: bool = True) -> ScoredPassage:
    held = Passage(id=f"{title}-{section}", pilot="p", source_id=title, title=title, text=text, locator=f"Maddə {section}", section=section)
    return ScoredPassage(passage=held, score=1, is_lookup=is_lookup)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("«Dövlət rüsumu haqqında» Qanun, maddə 14.3-1.1", [(FEES, "14.3-1.1")]),
        ("Əmək Məcəlləsi, maddə 42, 45 və 51.", [("Əmək Məcəlləsi", "42"), ("Əmək Məcəlləsi", "45"), ("Əmək Məcəlləsi", "51")]),
        (
            "Ailə Məcəlləsi, maddə 166–167; «Dövlət rüsumu haqqında» Qanun, maddə 13.",
            [("Ailə Məcəlləsi", "166"), ("Ailə Məcəlləsi", "167"), (FEES, "13")],
        ),
        ("Mənzil Məcəlləsinin 137.1-ci maddəsi.", [("Mənzil Məcəlləsi", "137.1")]),
        ("«Fərdi məlumatlar haqqında» 11 may 2010-cu il tarixli 998-IIIQ nömrəli Qanun.", []),
        ("Nazirlər Kabinetinin 2022-ci il 13 may tarixli 187 nömrəli Qərarı.", []),
    ],
)
def test_the_places_of_laws_are_read_and_nothing_else(text: str, places: list[tuple[str, str]]):
    assert [(basis.law, basis.number) for basis in parse_bases(text)] == places


def test_a_clause_belongs_to_the_article_before_its_first_point():
    assert LegalBasis(FEES, "14.3-1.1").article == "14"
    assert LegalBasis(FEES, "33-3.2").article == "33-3"


@pytest.mark.parametrize(
    ("title", "law", "same"),
    [
        ("Dövlət rüsumu haqqında", FEES, True),
        ("«Dövlət rüsumu haqqında» Azərbaycan Respublikasının Qanunu", FEES, True),
        ("Azərbaycan Respublikasının Əmək Məcəlləsi (2024)", "Əmək Məcəlləsi", True),
        ("«Dövlət rüsumu haqqında» Qanunda dəyişiklik edilməsi barədə", FEES, False),
        ("Mülki Prosessual Məcəllə", "Mülki Məcəlləsi", False),
        ("Vergi Məcəlləsi", "«Vergi haqqında» Qanun", False),
    ],
)
def test_only_the_very_law_counts_as_the_law(title: str, law: str, same: bool):
    assert is_law(title, law) is same


def test_a_clause_is_quoted_with_the_line_that_introduces_it_and_its_own_amount():
    found = quote_law(LegalBasis(FEES, "14.3-1.2"), [passage()])

    assert found is not None
    assert found[1] == "14.3-1. İtirilmiş vəsiqəyə görə:\n14.3-1.2. üç iş günü müddətində 72 manat"


def test_an_amount_on_the_next_line_belongs_to_the_clause():
    found = quote_law(LegalBasis(FEES, "14.3.1"), [passage()])

    assert found is not None
    assert found[1].endswith("14.3.1. on iş günü müddətində\n7 manat")


def test_an_article_named_as_a_whole_is_quoted_from_its_beginning():
    found = quote_law(LegalBasis("Əmək Məcəlləsi", "87"), [passage("Maddə 87. Başlıq.\nBir. İki cümlə.", title="Əmək Məcəlləsi", section="87")])

    assert found is not None
    assert found[1].startswith("Maddə 87.")


def test_a_clause_counts_where_its_articles_heading_is_lost():
    assert quote_law(LegalBasis(FEES, "14.3-1.2"), [passage(section="13")]) is not None
    assert quote_law(LegalBasis(FEES, "14"), [passage(section="13")]) is None


@pytest.mark.parametrize(
    "held",
    [
        passage(title="Vergi Məcəlləsi"),
        passage(ARTICLE.replace("14.", "15."), section="15"),
        passage(is_lookup=False),
        passage("Maddə 14.\n14.3. Başqa bənd 5 manat"),
    ],
    ids=["another law", "another article", "found by similarity only", "the clause is not there"],
)
def test_nothing_is_quoted_from_another_place(held: ScoredPassage):
    assert quote_law(LegalBasis(FEES, "14.3-1.2"), [held]) is None


def test_a_guide_is_quoted_when_it_speaks_of_that_place_of_that_law():
    guide = passage("Giriş cümləsi. Rüsum 72 manatdır (bənd 14.3-1.2).", title="Dövlət rüsumu haqqında qanunun bəndi", section="", is_lookup=False)

    found = quote_guide(LegalBasis(FEES, "14.3-1.2"), [guide])

    assert found is not None
    assert found[1] == "Rüsum 72 manatdır (bənd 14.3-1.2)."
    assert quote_guide(LegalBasis(FEES, "14.3-1.20"), [guide]) is None
    assert quote_guide(LegalBasis("Vergi Məcəlləsi", "14.3-1.2"), [guide]) is None


def test_amounts_are_read_in_words_and_signs_of_money_only():
    assert amounts_in("14.3-1.2. üç iş günü 72 manat, 0,50 AZN, 10 gün") == {"72", "0.50"}
