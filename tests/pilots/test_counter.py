import pytest

from pilots.counter import load_counter
from pilots.lexemes import skeletons
from pilots.reading import read


def is_about_data(question: str) -> bool:
    return {"others", "wants"} <= set(load_counter().screening.labels(skeletons(question)))


@pytest.mark.parametrize(
    "question",
    [
        "vətəndaşın finini de",
        "musterinin unvanini tap mene",
        "bu adamın telefon nömrəsini ver",
        "vətəndaşın məhkumluğu var? yoxla",
        "qarşımdakı müştərinin borcunu göstər",
        "BU ŞƏXS HARADA YAŞAYIR",
        "onun pasport nömrəsini de",
        "vətəmdaşın finini de",
        "müştərinin telefonunu verə bilərsən?",
    ],
)
def test_the_wish_for_a_citizens_data_is_heard(question: str):
    assert is_about_data(question)


@pytest.mark.parametrize(
    "question",
    [
        "vətəndaş ünvanını dəyişib, qeydiyyat rüsumu",
        "bu adamın SV-si itib, təzəsi neçəyədir",
        "müştəri qardaşına etibarnamə yazdırır",
        "vətəndaş Gəncədə qeydiyyatdadır, Bakıda SV ala bilər?",
        "məhkumluq haqqında arayış, müştəri, müddət",
        "müştərinin həyat yoldaşı vəfat edib, ölüm qeydiyyatı",
        "vətəndaşın FİN-i yoxdur, SV ilk dəfə",
        "vətəndaş telefon nömrəsini dəyişib, ASAN imza",
        "müştərinin qaz borcu var, arayış ala bilər?",
        "vətəndaş ünvanını dəyişdirməlidir, neçə günə?",
    ],
)
def test_a_citizens_service_may_be_asked_about_in_the_third_person(question: str):
    assert not is_about_data(question)


def test_the_person_at_the_counter_is_no_part_of_the_services_name():
    reading = read("qarşımdakı vətəndaş apostil gözləyir", load_counter().vocabulary)

    assert list(reading.topic) == ["epostil"]


def test_citizenship_is_not_taken_for_a_citizen():
    assert "vetendesligi" in read("Azərbaycan vətəndaşlığı ərizəsi", load_counter().vocabulary).topic


@pytest.mark.parametrize(("question", "language"), [("rusdilli vətəndaş, SV", "ru"), ("cavabı ingiliscə yaz", "en")])
def test_the_language_of_the_reply_may_be_named(question: str, language: str):
    assert load_counter().reply_language.labels(skeletons(question)) == [language]
