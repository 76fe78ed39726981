import pytest

from pilots.row_words import as_written

TABLE = frozenset({"ev", "menzil", "setis", "hugugu", "edi"})


@pytest.mark.parametrize(
    ("word", "expected"),
    [("evin", "ev"), ("evimi", "ev"), ("evden", "ev"), ("evlenme", "evlenme"), ("setmeg", "setis"), ("yezmeg", "yezmeg"), ("menzil", "menzil")],
)
def test_a_word_is_met_in_the_form_of_the_table(word: str, expected: str):
    assert as_written(word, TABLE) == expected
