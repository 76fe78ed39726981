"""What became of the questions of the last days."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from gateway.store.answer_records import DailyCount
from pilots.answer import AnswerStatus

DAYS = 14
Ending = Literal["answered", "clarification", "refused", "blocked", "failed"]
ENDINGS: tuple[Ending, ...] = ("answered", "clarification", "refused", "blocked", "failed")
"""Statuses by what they mean to the person: an answer, a question back, no answer, a stopped attempt, a fault of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayUsage:
    day: date
    by_ending: Counter[Ending]

    @property
    def total(self) -> int:
        return self.by_ending.total()


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """`days` are consecutive, the oldest first. Rates are shares of all questions in [0, 1]; 0 without questions."""

    days: Sequence[DayUsage]
    by_status: Counter[str]

    @property
    def total(self) -> int:
        return self.by_status.total()

    @property
    def busiest(self) -> int:
        return max((day.total for day in self.days), default=0)

    def rate(self, *endings: Ending) -> float:
        wanted = sum(count for status, count in self.by_status.items() if ending_of(status) in endings)
        return wanted / self.total if self.total else 0.0


def usage(counts: Iterable[DailyCount], *, today: date) -> Usage:
    """`today` is the day in UTC; counts of other days than the last DAYS are passed over."""
    days = {today - timedelta(days=back): Counter[Ending]() for back in reversed(range(DAYS))}
    by_status = Counter[str]()
    for one in counts:
        if one.day in days:
            days[one.day][ending_of(one.status)] += one.count
            by_status[one.status] += one.count
    return Usage(days=[DayUsage(day=day, by_ending=endings) for day, endings in days.items()], by_status=by_status)


def ending_of(status: str) -> Ending:
    known = AnswerStatus(status)
    if known.is_answer:
        return "answered"
    if known is AnswerStatus.CLARIFICATION:
        return "clarification"
    if known.is_error:
        return "failed"
    return "blocked" if status.startswith("guardrail_") else "refused"
