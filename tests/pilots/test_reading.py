import pytest

from pilots.lexemes import skeleton
from pilots.reading import Conditions, Term, read
from pilots.vocabulary import load_vocabulary
from tests.pilots.small_pilot import understood


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("yaşım 30-dur", (30, 31)),
        ("uşağın yaşı 5-dir", (5, 6)),
        ("oğlum 7 yaşlıdır", (7, 8)),
        ("16 yaş tamam olub", (16, 17)),
        ("altı yaşlı qız", (6, 7)),
        ("3 yaşadək uşağa", (0, 3)),
        ("3 yaşınadək uşaq", (0, 3)),
        ("3 yaşa qədər", (0, 3)),
        ("18 yaşdan yuxarı", (18, 130)),
        ("18 yaşından yuxarı", (18, 130)),
        ("16 yaşdan kiçik uşağa", (0, 16)),
        ("18 yasdan asagi", (0, 18)),
        ("6 aylıq körpə", (0, 1)),
        ("24 aylıq körpəyə", (2, 3)),
        ("yenidoğulmuş üçün", (0, 1)),
        ("oğluma pasport", (0, 18)),
    ],
)
def test_an_age_is_understood_in_its_usual_forms(text: str, age: tuple[int, int]):
    assert understood(text).conditions.age == age


@pytest.mark.parametrize("text", ["6 aylıq müavinət", "Bakıda yaşayıram", "5 yaşayış sahəsi", "pasport neçəyədir", "5000 yaş"])
def test_what_only_looks_like_an_age_is_none(text: str):
    assert understood(text).conditions.age is None


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("1 günə neçəyədir", Term(1, "day")),
        ("üç iş gününə", Term(3, "day")),
        ("10 iş günü", Term(10, "day")),
        ("10 təqvim gününə", Term(10, "day")),
        ("yeddi iş gününə", Term(7, "day")),
        ("altı günə", Term(6, "day")),
        ("səkkiz günə", Term(8, "day")),
        ("doqquz günə", Term(9, "day")),
        ("uc is gunune", Term(3, "day")),
        ("24 saata", Term(24, "hour")),
        ("2 həftəyə", Term(2, "week")),
        ("6 ayədək", Term(6, "month")),
        ("5 days", Term(5, "day")),
    ],
)
def test_a_term_is_understood_with_its_unit(text: str, term: Term):
    assert understood(text).conditions.term == term


@pytest.mark.parametrize(
    "text", ["neçə günə", "nece gune hazir olur", "1 ilə olar", "2 ailə", "3 satış", "2 eyni sənəd", "1 dəyişiklik", "5 nəfər gün keçirdi"]
)
def test_what_only_looks_like_a_term_is_none(text: str):
    assert understood(text).conditions.term is None


def test_an_age_is_not_taken_for_a_term_beside_it():
    conditions = understood("10 yaşlı uşağa pasport 1 günə").conditions

    assert conditions.age == (10, 11)
    assert conditions.term == Term(1, "day")


def test_numbers_of_a_case_are_no_topic():
    assert set(understood("10 yaşlı uşağa pasport 1 günə").topic) <= {skeleton("pasport"), skeleton("uşağa")}


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("necə alım", "steps"),
        ("NECƏ ALIM", "steps"),
        ("nece alim", "steps"),
        ("neçə verim", "quantity"),
        ("nece nefer", "quantity"),
        ("neçə səhifə", "quantity"),
    ],
)
def test_how_and_how_many_are_told_apart(text: str, aspect: str):
    assert set(understood(text).aspects) & {"steps", "quantity"} == {aspect}


@pytest.mark.parametrize("text", ["maşını necə sata bilərəm", "masini nece satmaq olar"])
def test_how_to_sell_is_not_how_many_hours(text: str):
    assert understood(text).aspects == ("steps",)


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("neçəyədir", "amount"),
        ("neçə günə hazır olur", "duration"),
        ("neçə saata hazır olur", "duration"),
        ("hansı sənədlər lazımdır", "documents"),
        ("harada verilir", "where"),
        ("saat neçədə açılır", "hours"),
        ("neçə il etibarlıdır", "validity"),
        ("cəriməsi var?", "penalty"),
        ("qaynar xətt", "contacts"),
        ("сколько стоит", "amount"),
        ("where", "where"),
    ],
)
def test_what_is_asked_is_understood(text: str, aspect: str):
    assert aspect in understood(text).aspects


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("vəsiqəm itib", "lost"),
        ("pasportumu itirmişəm", "lost"),
        ("vəsiqəmi oğurlayıblar", "lost"),
        ("bəs itirilibsə?", "lost"),
        ("dublikat lazımdır", "lost"),
        ("vəsiqəni dəyişdirmək", "replace"),
        ("pasportun müddəti bitib", "replace"),
        ("ilk dəfə pasport", "first"),
        ("icazəni uzatmaq", "extend"),
        ("avtomobilin qeydiyyatdan çıxarılması", "cancel"),
    ],
)
def test_an_event_is_understood(text: str, event: str):
    assert understood(text).conditions.event == event


@pytest.mark.parametrize("text", ["çıxarış almaq", "daşınmaz əmlakın çıxarışı neçəyədir", "pasport neçəyədir"])
def test_a_service_that_sounds_like_an_event_is_none(text: str):
    assert understood(text).conditions.event is None


def test_person_and_place_are_understood():
    conditions = understood("Əcnəbiyəm, səfirlikdə ala bilərəm?").conditions

    assert (conditions.person, conditions.place) == ("foreigner", "abroad")


@pytest.mark.parametrize(
    ("short", "full"),
    [("sv neçəyədir", "şəxsiyyət vəsiqəsi neçəyədir"), ("zaqran neceyedir", "xarici pasport neçəyədir"), ("prava itib", "sürücülük vəsiqəsi itib")],
)
def test_a_short_name_reads_as_the_full_one(short: str, full: str):
    assert understood(short).topic == understood(full).topic
    assert understood(short).tokens == understood(full).tokens


@pytest.mark.parametrize(
    "spelling",
    [
        "sexsiyyet vesiqesi itib, 3 is gunune neceyedir",
        "ŞƏXSİYYƏT VƏSİQƏSİ İTİB, 3 İŞ GÜNÜNƏ NEÇƏYƏDİR",
        "SEXSIYYET VESIQESI ITIB, 3 IS GUNUNE NECEYEDIR",
        "shexsiyyet vesiqesi itib, 3 ish gunune neceyedir",
        "sexsiyet vesigesi itib 3 is gunune neceyedir",
    ],
)
def test_every_spelling_gives_the_same_reading(spelling: str):
    proper, other = understood("Şəxsiyyət vəsiqəsi itib, 3 iş gününə neçəyədir?"), understood(spelling)

    assert (other.topic, other.aspects, other.conditions, other.is_public_service) == (proper.topic, proper.aspects, proper.conditions, True)


@pytest.mark.parametrize("word", ["elektron", "satış", "çıxarış", "aliment", "sata"])
def test_fillers_do_not_swallow_the_name_of_a_thing(word: str):
    assert skeleton(word) in understood(f"Salam, zəhmət olmasa deyin, {word} almaq istəyirəm").topic


@pytest.mark.parametrize("text", ["salam", "zəhmət olmasa deyin", "Bunu necə almaq olar?", "?!", ""])
def test_politeness_and_auxiliaries_name_nothing(text: str):
    assert understood(text).topic.keys() <= {skeleton("bunu")}


@pytest.mark.parametrize("text", ["Tüfəng saxlamağa icazə", "Pensiya neçəyədir?", "Балкон для справки", "passport"])
def test_a_question_about_public_services_is_known_by_its_words(text: str):
    assert understood(text).is_public_service


@pytest.mark.parametrize("text", ["Sabah hava necə olacaq?", "plov resepti", "futbol nə vaxtdır", "salam"])
def test_a_question_about_something_else_is_no_public_service(text: str):
    assert not understood(text).is_public_service


def test_later_conditions_take_the_place_of_earlier_ones():
    earlier = Conditions(age=(5, 6), event="lost", terms=(Term(1, "day"),))

    merged = earlier.merged(Conditions(age=(30, 31), place="abroad"))

    assert merged == Conditions(age=(30, 31), event="lost", place="abroad", terms=(Term(1, "day"),))


@pytest.mark.parametrize(
    "conditions",
    [Conditions(), Conditions(age=(0, 3)), Conditions(event="lost", person="foreigner", place="abroad", terms=(Term(10, "day"),), age=(18, 130))],
)
def test_conditions_survive_the_trip_through_json(conditions: Conditions):
    assert Conditions.from_json(conditions.as_json()) == conditions


@pytest.mark.parametrize(
    ("text", "event", "denied"),
    [
        ("vəsiqəmi itirməmişəm, müddəti bitib", "replace", ("lost",)),
        ("itməyib", None, ("lost",)),
        ("ilk dəfə yox, dəyişirəm", "replace", ("first",)),
        ("cırılıb, itirməmişəm", "lost", ()),
        ("pasportumu tapmıram", "lost", ()),
        ("itirməyə görə", "lost", ()),
        ("vaxtında dəyişməsəm", "replace", ()),
    ],
)
def test_what_is_ruled_out_did_not_happen(text: str, event: str | None, denied: tuple[str, ...]):
    conditions = understood(text).conditions

    assert conditions.event == event
    assert conditions.denied == denied


def test_a_denial_takes_back_what_was_said_before():
    merged = Conditions(event="lost").merged(Conditions(denied=("lost",)))

    assert merged.event is None
    assert Conditions.from_json(merged.as_json()) == merged


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("maşını qardaşıma bağışlayıram", "relative"),
        ("yad adama satıram", "other"),
        ("atamın evini dostuma satırıq", None),
        ("qızıl nömrə", None),
        ("DOST mərkəzi", None),
    ],
)
def test_it_is_understood_to_whom_something_goes(text: str, relation: str | None):
    assert understood(text).conditions.relation == relation


@pytest.mark.parametrize(
    ("text", "age"), [("1 yaşından 3 yaşınadək", (1, 3)), ("18 yaşadək uşaqlar, 2 yaşında", (2, 3)), ("15 yaşından 18 yaşınadək uşaq", (15, 18))]
)
def test_of_several_ages_the_narrowest_counts(text: str, age: tuple[int, int]):
    assert understood(text).conditions.age == age


def test_who_is_no_child_is_grown_up():
    assert understood("uşaq yox, özüm üçün").conditions.age == (18, 130)
    assert understood("uşağım yoxdur").conditions.age == (0, 18)


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("maaşım 900 manatdır, ödəniş neçə faiz olar", False),
        ("mehkumluq arayisi 5 manatdi?", True),
    ],
)
def test_a_given_sum_asks_for_the_amount_only_where_nothing_else_is_asked(text: str, aspects: bool):
    assert ("amount" in understood(text).aspects) is aspects


def test_given_figures_name_no_service():
    assert not {"60", "min", "85"} & {*understood("60 min manatlıq borc").topic, *understood("85% əlilliyim var").topic}


def test_who_is_denied_to_be_close_is_another():
    assert understood("dayım yaxın qohum sayılmır").conditions.relation == "other"


def test_by_tomorrow_is_one_day():
    assert understood("vəsiqəni sabaha istəyirəm").conditions.terms == (Term(1, "day"),)


def test_a_follow_up_changes_how_soon_and_keeps_for_how_long():
    earlier = read("60 gün uzatmaq istəyirəm, 3 iş gününə", load_vocabulary()).conditions
    later = Conditions.from_json(earlier.as_json()).merged(read("bəs 1 günə?", load_vocabulary()).conditions)
    assert {term.length for term in later.terms} == {(60, "day"), (1, "day")}


def test_what_something_is_worth_asks_for_no_amount():
    assert "amount" not in read("200 min manatlıq evim var, icazə verərlər?", load_vocabulary()).aspects


def test_time_that_has_passed_and_whether_it_may_be_asks_for_the_deadline():
    assert read("çeki 4 ay qabaq almışam, qaytarmaq olar?", load_vocabulary()).aspects == ("deadline",)
