import pytest

from evaluation.metrics.facts import normalise_facts, states_fact, wrong_facts


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("20 000 manat", "20000 azn"),
        ("20\u00a0000 AZN", "20000 azn"),
        ("1.500 ₼", "1500 azn"),
        ("1,50 AZN", "1.5 azn"),
        ("2,00 manat", "2 azn"),
        ("2 manat 50 qəpik", "2.5 azn"),
        ("50 qəpik", "0.5 azn"),
        ("5 faiz", "5%"),
        ("12.05.2011 tarixli", "12.05.2011 tarixli"),
        ("maddə 14.3-1.2", "maddə 14.3-1.2"),
        ("saat 09:00–18:00", "saat 09:00-18:00"),
        ("FİN və ASAN", "fin və asan"),
    ],
)
def test_writes_numbers_and_letters_in_one_way(text: str, normal: str) -> None:
    assert normalise_facts(text) == normal


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Rüsum 30 manatdır.", "30 AZN"),
        ("10–15 AZN ödənilir", "10 AZN"),
        ("10–15 AZN ödənilir", "15 AZN"),
        ("20 və ya 30 AZN", "20 AZN"),
        ("Müddət: 10 İŞ GÜNÜ.", "10 iş günü"),
        ("Çağrı mərkəzi: 142.", "142"),
        ("20 000 nəfər", "20000"),
        ("Doğum haqqında şəhadətnaməsinin surəti", "doğum haqqında şəhadətnamə"),
    ],
)
def test_a_fact_stands_in_the_text(text: str, fact: str) -> None:
    assert states_fact(text, fact)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Rüsum 15 AZN-dir.", "5 AZN"),
        ("Rüsum 1,5 AZN-dir.", "5 AZN"),
        ("Rüsum 5 AZN-dir.", "5,5 AZN"),
        ("Rüsum 50 AZN-dir.", "5 AZN"),
        ("110 gün", "10 gün"),
        ("Telefon: 1420", "142"),
        ("Rüsum 30 AZN-dir.", "tibbi arayış"),
        ("qis", "qış"),
        ("", "30 AZN"),
    ],
)
def test_a_part_of_a_number_or_another_letter_is_not_the_fact(text: str, fact: str) -> None:
    assert not states_fact(text, fact)


def test_amounts_and_phone_numbers_without_a_known_fact_are_wrong() -> None:
    text = "Rüsum 5 AZN, təcili 70 AZN. Qaynar xətt 142, telefon (012) 555-01-02, *1155."
    assert wrong_facts(text, known=["5 AZN"]) == ["0125550102", "1155", "142", "70 AZN"]


def test_known_amounts_and_phone_numbers_are_right_however_they_are_written() -> None:
    text = "Rüsum 20 000 manat, 10–15 AZN. Qaynar xətt 142, telefon +994 12 555 01 02, *1155."
    assert wrong_facts(text, known=["20000", "10-15 AZN", "142 nömrəli qaynar xətt", "(012) 555 01 02", "*1155"]) == []


def test_numbers_that_are_neither_money_nor_telephones_are_left_alone() -> None:
    assert wrong_facts("15 yaşından 110 gün ərzində, maddə 12.3, 2023-cü il, 3x4 sm, 108 nəfər.", known=[]) == []


def test_a_duration_in_a_sentence_about_telephones_is_not_a_telephone_number() -> None:
    assert wrong_facts("Telefonla zəng edin: 120 gün gözləmək lazımdır.", known=[]) == []
