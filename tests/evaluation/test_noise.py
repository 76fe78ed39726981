import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from evaluation.noise import NOISE_KINDS, NoiseKind, apply_noise
from rag.azerbaijani import fold, lower, words

QUESTION = "Şəxsiyyət vəsiqəsi itibsə, yenisi üçün hansı sənədlər lazımdır və nə qədər çəkir?"
KINDS = pytest.mark.parametrize("kind", NOISE_KINDS)


@KINDS
def test_the_same_seed_gives_the_same_noise(kind: NoiseKind) -> None:
    assert apply_noise(QUESTION, kind, seed=1) == apply_noise(QUESTION, kind, seed=1)


@KINDS
def test_every_kind_changes_the_question(kind: NoiseKind) -> None:
    assert apply_noise(QUESTION, kind, seed=1) != QUESTION


@pytest.mark.parametrize("kind", ["chat", "typo"])
def test_seeds_differ(kind: NoiseKind) -> None:
    assert len({apply_noise(QUESTION, kind, seed=seed) for seed in range(20)}) > 5


def test_ascii_keeps_case_and_drops_diacritics() -> None:
    assert apply_noise(QUESTION, "ascii", seed=0) == "Sexsiyyet vesiqesi itibse, yenisi ucun hansi senedler lazimdir ve ne qeder cekir?"


def test_upper_is_azerbaijani() -> None:
    assert apply_noise("işıq rüsumu", "upper", seed=0) == "İŞIQ RÜSUMU"


@pytest.mark.parametrize("seed", range(30))
def test_chat_is_small_ascii_without_a_question_mark(seed: int) -> None:
    typed = apply_noise(QUESTION, "chat", seed=seed)
    assert typed.isascii()
    assert typed == typed.lower()
    assert not typed.endswith("?")


@pytest.mark.parametrize("spelling", ["w", "sh", "s"])
def test_chat_spells_sh_in_each_usual_way(spelling: str) -> None:
    assert any(apply_noise("şad", "chat", seed=seed).startswith(f"{spelling}a") for seed in range(40))


@pytest.mark.parametrize("seed", range(30))
def test_typo_makes_one_or_two_slips_in_long_words_only(seed: int) -> None:
    typed = apply_noise(QUESTION, "typo", seed=seed)
    assert len(words(typed)) == len(words(QUESTION))
    changed = [(one, other) for one, other in zip(words(QUESTION), words(typed), strict=True) if one != other]
    assert len(changed) <= 2
    assert all(len(one) >= 4 and OSA.distance(one, other) == 1 and one[0] == other[0] for one, other in changed)


def test_numbers_and_identifiers_are_typed_right() -> None:
    for kind in NOISE_KINDS:
        assert "14.3-1" in apply_noise("Bənd 14.3-1 üzrə vəsait nə qədərdir?", kind, seed=3)


def test_cyrillic_uses_letters_that_russian_lacks_and_the_russian_keyboard_does_not() -> None:
    assert apply_noise("Həyət çörəyi, güc", "cyrillic", seed=0) == "Һәјәт чөрәји, ҝүҹ"
    typed = apply_noise("Həyət çörəyi, güc, dağ", "ru_keyboard", seed=0)
    assert set(lower(typed)) <= set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя ,")


@given(st.text(), st.sampled_from(NOISE_KINDS), st.integers())
def test_any_text_can_be_made_noisy(text: str, kind: NoiseKind, seed: int) -> None:
    assert isinstance(apply_noise(text, kind, seed=seed), str)


@given(st.text("abcçdeəfgğhxıijkqlmnoöprsştuüvyz ,?", max_size=60))
def test_ascii_and_capitals_fold_to_the_question(text: str) -> None:
    assert fold(apply_noise(text, "ascii", seed=0)) == fold(apply_noise(text, "upper", seed=0)) == fold(text)
