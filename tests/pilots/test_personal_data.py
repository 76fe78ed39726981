import pytest

from pilots.personal_data import PersonalKind, find_masks, redact


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("FİN-im 5ABC12D-dir, baxın", "FİN-im [FİN]-dir, baxın"),
        ("finim 94fmddd", "finim [FİN]"),
        ("Kodu Z84311F olan vəsiqə", "Kodu [FİN] olan vəsiqə"),
        ("Vəsiqəm AZE12345678 itib", "Vəsiqəm [sənəd №] itib"),
        ("Pasport C75090810.", "Pasport [sənəd №]."),
        ("Zəng edin: 0501234567-dən sonra yox", "Zəng edin: [telefon]-dən sonra yox"),
        ("Tel +994 (55) 123-45-67", "Tel [telefon]"),
        ("yazın: rena_t@inbox.az", "yazın: [e-poçt]"),
        ("IBAN AZ21NABZ00000000137010001944", "IBAN [IBAN]"),
        ("Kart 4169 7388 1234 5678", "Kart [kart №]"),
        ("maşın 10-BC-345 idi", "maşın [avtomobil №] idi"),
        ("VÖEN 1403456782", "VÖEN [VÖEN]"),
        ("Abonent kodum 10234567", "Abonent kodum [abonent kodu]"),
        ("14.03.1961 təvəllüdlüyəm", "[doğum tarixi] təvəllüdlüyəm"),
        ("Mən, Hüseynov Elçin Rauf oğlu, yazıram", "Mən, [ad], yazıram"),
        ("men eliyev resad kamil oglu", "men [ad]"),
        ("Hörmətlə, Aygün Məmmədova", "Hörmətlə, [ad]"),
        ("Direktor Səmədov Anar və Mən Allahverdiyeva Günay", "Direktor [ad] və Mən [ad]"),
        ("Ünvanım 28 May küçəsi 12, mənzil 7", "Ünvanım [ünvan]"),
        ("Прошу. Иванов Иван Петрович", "Прошу. [ad]"),
        ("Xətai rayonu, M. Hadi küçəsi 45, mənzil 12", "Xətai rayonu, [ünvan]"),
    ],
)
def test_personal_data_is_masked_and_its_ending_stays(text: str, masked: str):
    assert redact(text).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "Nəriman Nərimanov prospektində çala var.",
        "Nizami küçəsində asfalt dağılıb.",
        "Həsən Əliyev adına məktəbin damı axır.",
        "1 sentyabr 2026-cı ildən 20 manat yüklədim, sayğac 312 kubmetr yazır.",
        "65 nömrəli avtobus 15 dəqiqə gecikir, 2023-cü ildə də belə idi.",
        "Qəbələ Rayon Mərkəzi Xəstəxanasında həkim yoxdur.",
    ],
)
def test_places_amounts_and_dates_stay(text: str):
    assert redact(text).text == text


def test_the_kinds_are_told_in_the_order_of_the_text():
    redacted = redact("Tel 0501234567, FİN 5KT3M8A, tel 0551112233")

    assert redacted.masked == (PersonalKind.PHONE, PersonalKind.FIN, PersonalKind.PHONE)
    assert find_masks(redacted.text) == redacted.masked


def test_masking_what_is_masked_changes_nothing():
    once = redact("Mən, Rzayeva Gülnarə Fikrət qızı, tel 055-222-33-44, VÖEN 1403456782").text

    assert redact(once).text == once
