from collections import Counter

import pytest

from pilots.answer import AnswerStatus, Question
from pilots.context import Context, Draft
from pilots.reading import read
from pilots.spelling import Speller
from pilots.steps.read_question import ReadQuestion
from pilots.steps.screen_question import ScreenQuestion
from pilots.vocabulary import load_screening, load_vocabulary

SOURCES = """
    şəxsiyyət vəsiqəsi vəsiqə vəsiqənin pasport pasportun itib kupça kupçanı çıxarış çıxarışın staj stajı pensiya
    TSEK ASAN DOST SİMA kitabça əmək əməkdaşı hesablanır müraciət rüsumu zəng günə məlumat
"""


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(Counter(20 * SOURCES.split()) + load_vocabulary().counted() + load_screening().counted())


@pytest.mark.parametrize("word", ["vəsiqəsinin", "vesiqe", "getməliyəm", "yazılacaqmı", "kupçalarımızdan", "hələ", "burada", "pulludur", "günə"])
def test_a_right_word_stays_as_typed(speller: Speller, word: str) -> None:
    assert speller.repair(word, is_careful=True).written == word


@pytest.mark.parametrize("name", ["Zaur", "Əliyev", "Nərmin", "Günel"])
def test_a_name_stays_as_typed(speller: Speller, name: str) -> None:
    assert speller.repair(name, is_name=True, is_careful=True).written == name


@pytest.mark.parametrize("word", ["blockchain", "Kubernetes", "xyzzy", "5ABC12D"])
def test_a_strange_word_stays_as_typed(speller: Speller, word: str) -> None:
    assert speller.repair(word).written == word


@pytest.mark.parametrize(("typed", "meant"), [("iib", "itib"), ("gnə", "günə"), ("zəg", "zəng"), ("Neəç", "neçə"), ("mınə", "mənə")])
def test_a_slip_in_a_short_word_is_repaired(speller: Speller, typed: str, meant: str) -> None:
    assert speller.repair(typed, is_careful=True).written == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("bilırəm", "bilərəm"), ("yazıllr", "yazılır"), ("vəsiqı", "vəsiqə"), ("ödəməliyyəm", "ödəməliyəm")],
)
def test_a_slip_in_an_ending_is_repaired(speller: Speller, typed: str, meant: str) -> None:
    assert speller.repair(typed, is_careful=True).written == meant


@pytest.mark.parametrize(("typed", "meant"), [("hessablanır", "hesablanır"), ("kiitabça", "kitabça"), ("staaj", "staj"), ("rüusumu", "rüsumu")])
def test_a_letter_typed_twice_is_written_once(speller: Speller, typed: str, meant: str) -> None:
    assert speller.repair(typed, is_careful=True).written == meant


@pytest.mark.parametrize(("typed", "meant"), [("TSEJ", "TSEK"), ("ASAM", "ASAN"), ("DOT", "DOST")])
def test_an_abbreviation_is_repaired_to_an_abbreviation(speller: Speller, typed: str, meant: str) -> None:
    assert speller.repair(typed, is_name=True, is_careful=True).written == meant


def test_the_spelling_nearest_to_what_was_typed_is_written(speller: Speller) -> None:
    assert speller.repair("nçeə", is_careful=True).written == "neçə"
    assert speller.repair("necəə", is_careful=True).written == "necə"


def test_a_repaired_question_asks_what_was_meant(speller: Speller) -> None:
    asked = read("Neəç günə verirlər?", load_vocabulary(), speller)
    assert "duration" in asked.aspects
    assert "quantity" not in read("bəs rüusmu nə qədər?", load_vocabulary(), speller).topic


async def test_somebody_elses_papers_stay_closed_to_a_mistyped_wish(speller: Speller) -> None:
    question = Question(text="qonşumun evi kimni adınadır, kupçasını mınə göstər")
    context = await ReadQuestion(load_vocabulary(), speller)(Context(question=question, language="az"))
    assert isinstance(context, Context)
    ended = await ScreenQuestion(load_screening())(context)
    assert isinstance(ended, Draft)
    assert ended.status is AnswerStatus.DECLINED_THIRD_PARTY
