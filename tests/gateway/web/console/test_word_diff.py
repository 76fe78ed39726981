from hypothesis import given, strategies

from gateway.web.console.word_diff import Change, word_diff


def test_names_the_words_that_changed() -> None:
    assert word_diff("Rüsum 30 AZN-dir.", "Rüsum 31 AZN-dir.") == [
        Change("kept", "Rüsum "),
        Change("removed", "30"),
        Change("added", "31"),
        Change("kept", " AZN-dir."),
    ]


def test_a_word_is_whole_whatever_its_letters() -> None:
    assert [change.text for change in word_diff("şəxsiyyət", "İşsizlik") if change.kind != "kept"] == ["şəxsiyyət", "İşsizlik"]


@given(strategies.text(), strategies.text())
def test_both_texts_can_be_read_out_of_it(before: str, after: str) -> None:
    changes = word_diff(before, after)
    assert "".join(change.text for change in changes if change.kind != "added") == before
    assert "".join(change.text for change in changes if change.kind != "removed") == after
