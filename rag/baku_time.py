"""The day on an Azerbaijani calendar, wherever the server stands: between midnight and four in the morning UTC is a day behind."""

from datetime import date, datetime, timedelta, timezone

BAKU = timezone(timedelta(hours=4))
"""Azerbaijan has kept this time all year since 2016."""


def today_in_baku() -> date:
    """Return the day that terms, editions of a law and reviews of a card are counted from."""
    return datetime.now(BAKU).date()
