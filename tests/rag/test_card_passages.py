"""Service cards become passages that a question finds by section and by any of the service's names."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rag.card_passages import OVERVIEW, SECTION_HEADINGS, card_passages, format_azn
from rag.cards import Benefit, Condition, Contact, Event, Fact, Fee, Rival, ServiceCard, Source, load_deck

LAW = "«Dövlət rüsumu haqqında» Qanun, maddə 14.3-1"


def build_card(**fields: object) -> ServiceCard:
    card: dict[str, object] = {
        "id": "sv-itirilmis",
        "title": "İtirilmiş şəxsiyyət vəsiqəsi",
        "category": "identity",
        "family": "sexsiyyet-vesiqesi",
        "aliases": ("vəsiqəm itib", "lost ID card"),
        "agency": Fact(text="Daxili İşlər Nazirliyi.", source="page"),
        "fees": (
            Fee(
                case="itirilmiş və ya korlanmış",
                term="10 iş günü",
                amount_azn=Decimal(30),
                legal_basis=LAW,
                source="law",
                when=Condition(event=Event.LOST),
                rivals=(Rival(text="Köhnə səhifədə 25 AZN yazılır.", source="köhnə səhifə"),),
            ),
            Fee(term="1 iş günü", amount_azn=Decimal(90), source="page"),
        ),
        "documents": (Fact(text="Ərizə.", source="page"), Fact(text="Doğum haqqında şəhadətnamə.", source="page")),
        "sources": {
            "page": Source(title="Daxili İşlər Nazirliyi: vəsiqə", url="https://example.az/sv", date="2024-05", confidence="high"),
            "law": Source(title="«Dövlət rüsumu haqqında» Qanun", date="2023-05", confidence="high"),
        },
        "as_of": date(2026, 11, 22),
        "review_by": date(2027, 5, 31),
    }
    return ServiceCard.model_validate(card | fields)


def test_gives_one_passage_for_each_section_with_content_after_an_overview():
    passages = card_passages(build_card(), pilot="citizen_chat")

    assert [(p.section, p.ordinal) for p in passages] == [(OVERVIEW, 0), ("documents", 1), ("fees", 2)]
    assert {p.source_id for p in passages} == {"sv-itirilmis"}
    assert {p.title for p in passages} == {"İtirilmiş şəxsiyyət vəsiqəsi"}
    assert len({p.id for p in passages}) == 3


def test_overview_carries_every_name_of_the_service():
    overview = card_passages(build_card(), pilot="citizen_chat")[0]

    for name in ("İtirilmiş şəxsiyyət vəsiqəsi", "vəsiqəm itib", "lost ID card", "Daxili İşlər Nazirliyi", "Tələb olunan sənədlər", "Dövlət rüsumu"):
        assert name in overview.text


def test_a_fee_row_reads_as_a_sentence_with_case_term_amount_and_basis():
    fees = card_passages(build_card(), pilot="citizen_chat")[-1]

    assert fees.text.splitlines()[0] == f"Dövlət rüsumu: itirilmiş və ya korlanmış, 10 iş günü – 30 AZN ({LAW})."
    assert fees.locator == "Dövlət rüsumu"


def test_rival_values_never_enter_a_passage():
    assert not any("25 AZN" in p.text for p in card_passages(build_card(), pilot="citizen_chat"))


def test_a_section_is_dated_and_trusted_by_its_first_source():
    overview, documents, fees = card_passages(build_card(), pilot="citizen_chat")

    assert (documents.url, documents.as_of, documents.trust) == ("https://example.az/sv", "2024-05", "official")
    assert (fees.url, fees.as_of, fees.trust) == (None, "2023-05", "law")
    assert overview.as_of == "2024-05"


def test_a_page_about_a_law_is_not_taken_for_the_law():
    sources = {
        "page": Source(title="Daxili İşlər Nazirliyi: Qanunun izahı", confidence="high"),
        "law": Source(title="Miqrasiya Məcəlləsi", confidence="high"),
    }
    _, documents, fees = card_passages(build_card(sources=sources), pilot="citizen_chat")

    assert (documents.trust, fees.trust) == ("official", "law")


def test_fines_and_charges_are_headed_by_their_own_name():
    fees = (
        Fee(amount_azn=Decimal(40), kind="fine", source="law"),
        Fee(amount_azn=Decimal("0.5"), unit="hər səhifə üçün", kind="service_charge", source="page"),
    )
    passage = card_passages(build_card(fees=fees), pilot="citizen_chat")[-1]

    assert passage.locator == "Cərimə və xidmət haqqı"
    assert passage.text == "Cərimə: 40 AZN.\nXidmət haqqı: 0,50 AZN hər səhifə üçün."


def test_benefits_and_contacts_read_as_sentences():
    card = build_card(
        benefits=(Benefit(case="1 yaşadək uşaq", amount_azn=Decimal(140), period="monthly", source="law"),),
        contacts=(Contact(label="Çağrı mərkəzi", value="108", kind="phone", source="page"),),
    )
    texts = {p.section: p.text for p in card_passages(card, pilot="citizen_chat")}

    assert texts["benefits"] == "Ödəniş: 1 yaşadək uşaq – aylıq 140 AZN."
    assert texts["contacts"] == "Çağrı mərkəzi: 108"


def test_long_lists_of_places_are_cut_into_groups_of_five():
    where = tuple(Fact(text=f"{number} saylı mərkəz, {number} küçəsi.", source="page") for number in range(28))
    passages = [p for p in card_passages(build_card(where=where), pilot="citizen_chat") if p.section == "where"]

    assert [len(p.text.splitlines()) for p in passages] == [5, 5, 5, 5, 5, 3]
    assert "\n".join(p.text for p in passages).splitlines() == [fact.text for fact in where]


def test_a_section_longer_than_the_limit_is_split_without_loss():
    notes = tuple(Fact(text=f"Qeyd {number}: müraciət edən şəxs sənədi özü təqdim edir.", source="page") for number in range(40))
    passages = [p for p in card_passages(build_card(notes=notes), pilot="citizen_chat", max_tokens=60) if p.section == "notes"]

    assert len(passages) > 5
    assert "\n".join(p.text for p in passages) == "\n".join(fact.text for fact in notes)


def test_ids_change_with_the_text_and_stay_with_it():
    first, second = (card_passages(build_card(), pilot="citizen_chat") for _ in range(2))
    other = card_passages(build_card(documents=(Fact(text="Yalnız ərizə.", source="page"),)), pilot="citizen_chat")

    assert [p.id for p in first] == [p.id for p in second]
    assert {p.section for p in first if p.id not in {o.id for o in other}} == {"documents"}
    assert replace(first[0], id="") == replace(other[0], id="")


@pytest.mark.parametrize(
    ("amount", "text"), [("0", "pulsuz (0 AZN)"), ("30", "30 AZN"), ("30.00", "30 AZN"), ("100", "100 AZN"), ("0.5", "0,50 AZN")]
)
def test_amounts_are_written_without_loss(amount: str, text: str):
    assert format_azn(Decimal(amount)) == text


def test_every_section_of_the_schema_has_a_heading():
    listed = {name for name, field in ServiceCard.model_fields.items() if str(field.annotation).startswith("tuple[") and name != "aliases"}

    assert listed == SECTION_HEADINGS.keys() - {OVERVIEW}


def test_the_shipped_cards_keep_every_amount_in_their_passages():
    deck = load_deck(Path(__file__).parents[2] / "pilots" / "citizen_chat" / "corpus")

    assert deck
    for card in deck.values():
        text = "\n".join(p.text for p in card_passages(card, pilot="citizen_chat"))
        assert all(format_azn(money.amount_azn) in text for money in (*card.fees, *card.benefits))
