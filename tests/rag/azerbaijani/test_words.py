import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.azerbaijani import STOP_WORDS, fold, is_suffix, locate, normalise, words

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FİN-im 5ABC12D-dir", ["FİN", "5ABC12D"]),
        ("FİNim ASANın 5ABC12Ddir", ["FİN", "ASAN", "5ABC12D"]),
        ("114-cü maddə, 14.3-1.2", ["114", "maddə", "14.3-1.2"]),
        ("8.1.3.5-ci 4cü 2025-ci", ["8.1.3.5", "4", "2025"]),
        ("50 manatdır 50manat", ["50", "manatdır", "50", "manat"]),
        ("3,5 faiz 17.05.2023 saat 9:00-da", ["3,5", "faiz", "17.05.2023", "saat", "9:00"]),
        ("PAC-3 COVID-19 AA1234567 5abc12d F5", ["PAC-3", "COVID-19", "AA1234567", "5abc12d", "F5"]),
        ("sosial-iqtisadi Əbu-Dabiyə", ["sosial", "iqtisadi", "Əbu", "Dabiyə"]),
        ("AZƏRTAC-a BƏƏ-nin Respublikası’nın sən'ət", ["AZƏRTAC", "BƏƏ", "Respublikası", "sənət"]),
        ("+994 12 493-00-01", ["994", "12", "493-00-01"]),
        ("asan.gov.az", ["asan", "gov", "az"]),
        ("  …—?! ", []),
    ],
)
def test_splits_as_search_needs(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(ANY_TEXT)
def test_every_word_is_found_where_it_says(text: str) -> None:
    clean = normalise(text)
    end = 0
    for word in locate(clean):
        assert end <= word.start < word.end <= len(clean)
        assert word.text
        assert set(word.text) <= set(clean[word.start : word.end])
        end = word.end


def test_an_ending_is_told_from_a_word() -> None:
    assert all(map(is_suffix, ["cü", "nin", "DƏN", "dir", "lar", "dakı"]))
    assert not any(map(is_suffix, ["", "manat", "faiz", "maddə"]))


def test_stop_words_are_folded_and_hold_no_topic() -> None:
    assert all(fold(word) == word for word in STOP_WORDS)
    assert {"ne", "ucun", "haqqinda", "necedir"} <= STOP_WORDS
    assert STOP_WORDS.isdisjoint({"pasport", "rusum", "sened", "muddet", "vesiqe"})
