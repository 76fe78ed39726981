"""Lines break where a reader expects, and dates are written as they are here."""

import pytest

from gateway.web.typesetting import before_last_word, typeset


@pytest.mark.parametrize("joined", ["14.3-1.1).", "1-dən", "09:00–18:00", "e-qanun.az", "myGov-a", "61–80%"])
def test_a_word_with_a_hyphen_stays_on_one_line(joined: str) -> None:
    assert typeset(f"hələ {joined} qalır") == f'hələ <span class="joined">{joined}</span> qalır'


def test_a_dash_never_begins_a_line() -> None:
    assert typeset("Pasport – 18 yaş") == "Pasport\u00a0– 18 yaş"


def test_an_amount_stays_with_its_currency_and_an_article_with_its_number() -> None:
    assert typeset("3 gün 70 AZN, maddə 14.6") == "3 gün 70\u00a0AZN, maddə\u00a014.6"


def test_a_word_too_long_for_a_narrow_page_may_break_at_its_hyphen() -> None:
    long = "aile-bascisini-itirmeye-gore"
    assert typeset(long) == long


def test_a_text_stays_text() -> None:
    assert typeset("<b>a-b</b> \u202eterse") == '<span class="joined">&lt;b&gt;a-b&lt;/b&gt;</span> terse'


def test_the_last_word_is_told_apart() -> None:
    assert before_last_word("Rüsum: 30 AZN. ") == ("Rüsum: ", "30\u00a0AZN.")
    assert before_last_word("Bəli") == ("", "Bəli")
