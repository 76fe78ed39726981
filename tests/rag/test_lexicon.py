from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.azerbaijani import fold, upper
from rag.lexicon import Lexicon
from rag.passages import Passage

TEXTS = [
    "Şəxsiyyət vəsiqəsi itibsə, vətəndaş dərhal polisə müraciət edir. Dövlət rüsumu 30 manatdır.",
    "O, xarici pasport istəyir: Bakı şəhərində on iş günü ərzində verilir, ön qeydiyyat lazımdır.",
    "Pasport üçün uşaqların valideyni ərizə yazır, şəxsiyyət vəsiqəsi göstərir. ASAN xidmət mərkəzi Bakı şəhərindədir.",
    "Maaşın və maşının vergisi ayrıdır, raketlər qadağandır. Hər gün dövlət rüsumu birdir, günə görə deyil.",
]


def lexicon(texts: list[str] | None = None) -> Lexicon:
    return Lexicon.build(
        Passage(id=str(place), pilot="p", source_id="s", title="Şəxsiyyət vəsiqəsi", text=text) for place, text in enumerate(texts or TEXTS)
    )


LEXICON = lexicon()


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        ("sexsiyyet vesiqesi itib", "şəxsiyyət vəsiqəsi itib"),
        ("ŞƏXSİYYƏT VƏSİQƏSİ", "şəxsiyyət vəsiqəsi"),
        ("SEXSIYYET VESIQESI", "şəxsiyyət vəsiqəsi"),
        ("shaxsiyyat vasiqasi", "şəxsiyyət vəsiqəsi"),
        ("wexsiyyet vesiqesi ucun ne lazimdir", "şəxsiyyət vəsiqəsi üçün nə lazımdır"),
        ("xarıcı pasport baki seherinde", "xarici pasport Bakı şəhərində"),
        ("şəxsiyət vəsqəsi rüsmu", "şəxsiyyət vəsiqəsi rüsumu"),
        ("pasprot", "pasport"),
        ("вәсигәси итибсә", "vəsiqəsi itibsə"),
        ("паспорт нечя гюня верилир", "pasport neçə günə verilir"),
        ("asan xidmet", "ASAN xidmət"),
    ],
)
def test_a_query_is_spelled_as_the_corpus_spells(typed: str, restored: str) -> None:
    assert LEXICON.restore(typed) == restored


def test_an_unknown_form_of_a_known_word_takes_its_letters_and_vowel_harmony() -> None:
    assert LEXICON.restore("raketlerden vesiqelerimizden usaqlarimizdan") == "raketlərdən vəsiqələrimizdən uşaqlarımızdan"
    assert LEXICON.restore("vətəndaşlarımızdan") == "vətəndaşlarımızdan"


@pytest.mark.parametrize("typed", ["5ABC12D 14.3-1 2025", "qonşumun maaşını", "İndi kosmodrom", "", "  ?!", "iPhone"])
def test_what_the_corpus_does_not_know_stays_as_typed(typed: str) -> None:
    assert LEXICON.restore(typed) == typed


def test_words_of_one_folded_form_stay_what_a_careful_writer_meant() -> None:
    assert LEXICON.restore("ön qeydiyyat nə üçündür") == "ön qeydiyyat nə üçündür"
    assert LEXICON.restore("on iş günü nə deməkdir") == "on iş günü nə deməkdir"


@pytest.mark.parametrize("query", ["How much is a passport?", "Сколько стоит паспорт?"])
def test_other_languages_are_left_alone(query: str) -> None:
    assert LEXICON.restore(query) == query


@pytest.mark.parametrize("query", ["Şəxsiyyət vəsiqəsinin rüsumu neçəyədir?", "Bakı şəhərində uşaqların pasportu necə verilir?"])
def test_one_question_gives_one_text_however_it_is_typed(query: str) -> None:
    ascii_only = query.translate(str.maketrans("əğışçöüŞ", "egiscouS"))
    assert LEXICON.restore(query) == LEXICON.restore(upper(query)) == LEXICON.restore(ascii_only)


def test_an_error_of_the_corpus_does_not_become_the_rule() -> None:
    careless = lexicon(["O, vəsiqə alır."] * 30 + ["O, vesiqe alır."])
    assert careless.restore("vesiqe üçün") == "vəsiqə üçün"


def test_a_capital_at_the_start_of_a_sentence_is_not_taken_for_a_name() -> None:
    assert lexicon(["Notariat işləyir. Notariat bağlıdır. O, notariat açır."]).restore("notariat") == "notariat"


def test_an_empty_corpus_still_knows_question_words() -> None:
    assert Lexicon.build([]).restore("bu hansi ve ucun") == "bu hansı və üçün"
    assert Lexicon.build([]).restore("neçə və necə") == "neçə və necə"


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_restored_to_storable_text(text: str) -> None:
    LEXICON.restore(text).encode("utf-8")


@given(st.text("aeəiıoöuüsşcçgğqkmn -", max_size=40))
def test_restoring_keeps_the_number_of_words(text: str) -> None:
    assert len(LEXICON.restore(text).split()) == len(text.split())


def test_a_large_vocabulary_answers_within_a_few_milliseconds() -> None:
    syllables = ["ba", "də", "ki", "lo", "mü", "nə", "ra", "şi", "ta", "və"]
    words = [f"{a}{b}{c}{d}{e}" for a in syllables for b in syllables for c in syllables for d in syllables for e in syllables[:5]]
    large = lexicon([" ".join(words)])
    assert len(large.counts) > 50_000
    query = "badekilomu vederaşita nəlotabakı müqavilə bakıdərə kimüşita"
    started = perf_counter()
    for _ in range(10):
        large.restore(query)
    assert (perf_counter() - started) / 10 < 0.05, "ten times the usual 5 ms, for a machine that is busy"


def test_nearest_names_the_word_in_its_folded_form() -> None:
    assert LEXICON.nearest(fold("vəsiqəsi")) == "vesiqesi"
    assert LEXICON.nearest("pasprot") == "pasport"
    assert LEXICON.nearest("pasportlardan") is None
    assert LEXICON.nearest("kosmodrom") is None
