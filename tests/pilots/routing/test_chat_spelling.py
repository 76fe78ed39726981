import pytest

from pilots.routing.chat_spelling import ChatSpelling

SPELT = ChatSpelling(["Şəxsiyyət vəsiqəm itib", "maaş neçə manatdır", "çıxarış lazımdır"])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("wexsiyyet vesiqam itib", ["sexsiyyet", "vesiqem", "itib"]),
        ("xyzzy", ["xyzzy"]),
        ("maash", ["maas"]),
        ("chixarish", ["cixaris"]),
        ("MAAŞ", ["maas"]),
        ("sv", ["sexsiyyet", "vesiqesi"]),
        ("2026 tv3", ["2026", "tv3"]),
    ],
)
def test_habits_of_typing_are_read_as_the_examples_words(typed: str, read: list[str]) -> None:
    assert list(SPELT(typed)) == read


def test_a_word_that_the_examples_have_stays_as_it_is() -> None:
    spelt = ChatSpelling(["ana gəldi", "ənə ənə ənə"])
    assert list(spelt("ana")) == ["ana"]
