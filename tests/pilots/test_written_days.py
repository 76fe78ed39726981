import pytest

from pilots.written_days import show_day


@pytest.mark.parametrize(("day", "shown"), [("2023", "2023"), ("2023-05", "05.2023"), ("2025-06-12", "12.06.2025"), ("2023-cü il", "2023-cü il")])
def test_a_date_stays_as_precise_as_it_is(day: str, shown: str) -> None:
    assert show_day(day) == shown
