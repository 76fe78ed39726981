"""Working days. No source here lists the public holidays of a year, so none is left out: a date is early rather than late."""

from datetime import date, timedelta

SATURDAY = 5


def add_working_days(start: date, days: int) -> date:
    """Return the last day of a term that begins on the day after `start`, Monday to Friday counted."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day
