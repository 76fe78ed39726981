from datetime import date

import pytest

from pilots.triage.deadline import add_working_days


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday → Monday
        (date(2026, 11, 21), 3, date(2026, 11, 25)),  # received on a Saturday
        (date(2026, 11, 23), 15, date(2026, 12, 14)),
        (date(2026, 11, 23), 30, date(2027, 1, 4)),
    ],
)
def test_weekends_are_not_counted(start: date, days: int, last: date):
    assert add_working_days(start, days) == last
