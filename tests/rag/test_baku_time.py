from datetime import UTC, date, datetime

import pytest

from rag import baku_time


class Clock(datetime):
    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return datetime(2026, 12, 31, 20, 30, tzinfo=UTC).astimezone(tz)  # pyright: ignore[reportArgumentType]


def test_the_new_year_begins_in_baku_while_a_server_in_utc_still_has_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baku_time, "datetime", Clock)
    assert baku_time.today_in_baku() == date(2027, 1, 1)
