import pytest

from pilots.guiding.questions import Ask
from pilots.guiding.replies import Option, Replies, days_of, length_said, length_words, term_among
from pilots.lexemes import skeletons
from tests.pilots.small_pilot import understood

REPLIES = Replies()
TERM = Ask("term", ("10 iş günü", "3 iş günü", "1 iş günü"))
AGE = Ask("age", ("0-1", "1-3", "3-18", "18-130"))
EVENT = Ask("event", ("lost", "other"))
CASE = Ask("case", ("istifadə hüququ, yaxın qohuma", "istifadə hüququ, başqa şəxsə", "satış hüququ, yaxın qohuma"))
LABELS = {"0-1": "1 yaşınadək", "1-3": "1 yaşından 3 yaşınadək", "3-18": "3 yaşından 18 yaşınadək", "18-130": "18 yaş və yuxarı"}


def options(ask: Ask) -> list[Option]:
    return [Option(value, LABELS.get(value, value)) for value in ask.values]


def meaning(text: str, ask: Ask) -> str | None:
    return REPLIES.exact(text, ask, options(ask)) or REPLIES.free(understood(text), ask, options(ask))


@pytest.mark.parametrize(
    ("text", "ask", "value"),
    [
        ("3 iş günü", TERM, "3 iş günü"),
        ("3 is gunu", TERM, "3 iş günü"),
        ("3 İŞ GÜNÜ", TERM, "3 iş günü"),
        ("3 iş gnü", TERM, "3 iş günü"),
        ("3", TERM, "3 iş günü"),
        ("2", TERM, "3 iş günü"),
        ("2-ci", TERM, "3 iş günü"),
        ("variant 1", TERM, "10 iş günü"),
        ("ikinci", TERM, "3 iş günü"),
        ("təcili, bir günə", TERM, "1 iş günü"),
        ("təcili", TERM, "1 iş günü"),
        ("tələsmirəm", TERM, "10 iş günü"),
        ("за 3 рабочих дня", TERM, "3 iş günü"),
        ("7 günə", TERM, None),
        ("18 yaşım var", AGE, "18-19"),
        ("18", AGE, "18-19"),
        ("3", AGE, "3-4"),
        ("3-cü", AGE, "3-18"),
        ("мне 25 лет", AGE, "25-26"),
        ("3 yaşından 18 yaşınadək", AGE, "3-18"),
        ("uşaqdır", AGE, "0-18"),
        ("itirmişəm", EVENT, "lost"),
        ("hə", EVENT, "lost"),
        ("yox", EVENT, "other"),
        ("bilmirəm", EVENT, None),
        ("satış hüququ", CASE, "satış hüququ, yaxın qohuma"),
        ("qardaşıma, istifadə üçün", CASE, "istifadə hüququ, yaxın qohuma"),
        ("yaxın qohuma", CASE, None),
        ("salam necəsən", CASE, None),
    ],
)
def test_a_reply_means_an_option_or_nothing(text: str, ask: Ask, value: str | None):
    assert meaning(text, ask) == value


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("geri", "back"),
        ("zəhmət olmasa geri qayıt", "back"),
        ("GERİ", "back"),
        ("назад", "back"),
        ("go back", "back"),
        ("əvvələ qayıt", "restart"),
        ("yeniden basla", "restart"),
        ("start again", "restart"),
        ("hamısını göstər", "any"),
        ("bilmirəm", "any"),
        ("digər variantlar", "more"),
        ("ƏDV geri al", None),
        ("pasport", None),
    ],
)
def test_a_whole_message_is_a_command_in_any_spelling(text: str, command: str | None):
    assert REPLIES.command(skeletons(text)) == command


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("müddəti dəyiş", "term"),
        ("yaşı dəyişmək istəyirəm", "age"),
        ("yasi deyismek isteyirem", "age"),
        ("Изменить срок", "term"),
        ("change the age", "age"),
        ("vəsiqəni dəyişdirmək", None),
        ("müddəti nə qədərdir", None),
        ("halı dəyiş", "case"),
    ],
)
def test_a_wish_to_change_names_a_given_answer(text: str, changed: str | None):
    assert REPLIES.change(skeletons(text), ["age", "term"]) == changed


def test_a_number_inside_a_written_span_means_that_span():
    ask = Ask("case", ("81–100% əlillik", "61–80% əlillik", "31–60% əlillik"))

    assert meaning("70% əlillik", ask) == "61–80% əlillik"
    assert meaning("61-80", ask) == "61–80% əlillik"
    assert meaning("20%", ask) is None


@pytest.mark.parametrize(
    ("said", "value"),
    [("6 aylıq", "6 ayadək"), ("1 il 6 aya", "1 il 6 ayadək"), ("1 illik", "1 ilədək"), ("iki illik", "2 ilədək"), ("3 illik", None)],
)
def test_a_length_of_time_means_the_value_that_names_just_it(said: str, value: str | None):
    assert term_among(length_said(skeletons(said)), ["3 ayadək", "6 ayadək", "1 ilədək", "1 il 6 ayadək", "2 ilədək"]) == value


def test_the_words_of_a_length_of_time_name_no_service():
    assert length_words(skeletons("iş icazəsi 10 iş gününə")) == {"10", "is", "gunune"}


def test_terms_are_compared_by_their_length():
    assert [days_of(term) for term in ("dərhal", "1 iş günü", "2 ay", "hazır olanda")] == [0, 1, 60, None]
