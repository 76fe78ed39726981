import pytest

from pilots.personal_data import redact
from pilots.triage.facts import AppealFacts, FactReader, Sender

READER = FactReader(["Quba", "Guba", "Gəncə", "Şəki", "Qax", "Qubadlı", "Nizami rayonu"])


def read(text: str) -> AppealFacts:
    redacted = redact(text)
    return READER.read(redacted.text, redacted.masked)


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("Qazım yoxdur.", Sender.PERSON),
        ("Binanın sakinləri adından yazıram.", Sender.GROUP),
        ("Просим отремонтировать дорогу.", Sender.GROUP),
        ("VÖEN 1403456782, hesabım bağlanıb.", Sender.COMPANY),
    ],
)
def test_the_sender_is_told_in_general_terms(text: str, sender: Sender):
    assert read(text).sender is sender


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Quba rayonunda yol yoxdur", ("Quba",)),
        ("gencede isiq yoxdur", ("Gəncə",)),
        ("Lerikin Vistən kəndində məktəb yoxdur", ("Vistən kəndində",)),
        ("Qubadlıda su yoxdur", ("Qubadlı",)),
        ("Kübar adamlar qaxınc edir", ()),
    ],
)
def test_places_are_known_in_any_typing(text: str, places: tuple[str, ...]):
    assert read(text).places == places


def test_dates_and_lengths_of_time_are_told_as_written():
    assert read("12.03.2026-da yazmışam, üç gündür qaz yoxdur.").dates == ("12.03.2026", "üç gündür")


def test_the_request_is_the_last_sentence_that_asks():
    assert read("Qaz yoxdur. Usta göndərin. Təzyiqin yoxlanılmasını xahiş edirəm. Sağ olun.").request == "Təzyiqin yoxlanılmasını xahiş edirəm."
    assert read("Qaz yoxdur.").request is None


def test_an_appeal_without_name_or_contact_is_called_anonymous():
    assert read("Qaz yoxdur.").is_anonymous
    assert not read("Qaz yoxdur. Tel 0501234567").is_anonymous
