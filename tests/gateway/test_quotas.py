import pytest

from gateway.errors import QuotaExceeded
from gateway.quotas import SWEEP_ABOVE, Quotas


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_refuses_what_exceeds_the_minute_and_says_when_to_come_back() -> None:
    clock = Clock()
    quotas = Quotas(clock)
    quotas.take("a", per_minute=2)
    clock.now = 10
    quotas.take("a", per_minute=2)
    clock.now = 30
    with pytest.raises(QuotaExceeded) as caught:
        quotas.take("a", per_minute=2)
    assert caught.value.retry_after_s == 30


def test_the_window_slides() -> None:
    clock = Clock()
    quotas = Quotas(clock)
    quotas.take("a", per_minute=1)
    clock.now = 60
    quotas.take("a", per_minute=1)


def test_callers_do_not_share_a_quota() -> None:
    quotas = Quotas(Clock())
    quotas.take("a", per_minute=1)
    quotas.take("b", per_minute=1)


def test_many_quiet_callers_are_forgotten_and_busy_ones_are_not() -> None:
    clock = Clock()
    quotas = Quotas(clock)
    for number in range(SWEEP_ABOVE + 1):
        quotas.take(str(number), per_minute=1)
    clock.now = 50
    quotas.take("busy", per_minute=1)
    clock.now = 70
    quotas.take("late", per_minute=1)
    assert quotas.tracked == 2
    with pytest.raises(QuotaExceeded):
        quotas.take("busy", per_minute=1)
