from datetime import date
from pathlib import Path

import pytest

from gateway.freshness import Freshness, measure_freshness
from pilots.registry import load_pilots
from tests.pilots.small_pilot import CARDS, write_pilot

FIRST_DUE = date(2026, 5, 31)
"""One of the small pilot's cards; the others follow on 10 January 2027."""


@pytest.mark.parametrize(
    ("today", "overdue", "longest_days"), [(FIRST_DUE, 0, 0), (date(2026, 6, 1), 1, 1), (date(2027, 1, 11), len(CARDS), 225)], ids=str
)
def test_a_card_is_overdue_from_the_day_after_its_review_date(tmp_path: Path, today: date, overdue: int, longest_days: int) -> None:
    assert measure_freshness(write_pilot(tmp_path), today=today) == Freshness(cards=len(CARDS), overdue=overdue, longest_days=longest_days)


def test_documents_have_no_review_date() -> None:
    assert measure_freshness(load_pilots()["document_qa"], today=date(2030, 1, 1)) == Freshness(cards=0, overdue=0, longest_days=0)
