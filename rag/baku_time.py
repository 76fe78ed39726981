"""The day on an Azerbaijani calendar, wherever the server stands: from midnight to four in the morning in Baku it is still yesterday in UTC."""

from datetime import date, datetime, timedelta, timezone

BAKU = timezone(timedelta(hours=4))
"""Azerbaijan has kept this time all year since 2016."""


def today_in_baku() -> date:
    """Return the day that terms, editions of a law and reviews of a card are counted from."""
    return datetime.now(BAKU).date()
