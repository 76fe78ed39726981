"""How fast a caller may ask, counted in this process over the last minute."""

import math
import time
from collections import deque
from collections.abc import Callable

from gateway.errors import QuotaExceeded

WINDOW_S = 60.0
SWEEP_ABOVE = 10_000


class Quotas:
    """A sliding window a key. Keys that went quiet are swept once there are many, so strangers cannot fill the memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._moments: dict[str, deque[float]] = {}

    @property
    def tracked(self) -> int:
        """How many callers are remembered."""
        return len(self._moments)

    def take(self, key: str, *, per_minute: int) -> None:
        """Count one use.

        Raises:
            QuotaExceeded: `per_minute` uses lie within the last minute; says after how many seconds the next one fits.
        """
        moment = self._clock()
        if len(self._moments) > SWEEP_ABOVE:
            self._moments = {name: moments for name, moments in self._moments.items() if moments and moments[-1] > moment - WINDOW_S}
        self.check(key, per_minute=per_minute)
        self._moments.setdefault(key, deque()).append(moment)

    def check(self, key: str, *, per_minute: int) -> None:
        """Raise as `take` does, and count nothing."""
        moments, moment = self._moments.get(key, deque[float]()), self._clock()
        while moments and moments[0] <= moment - WINDOW_S:
            moments.popleft()
        if len(moments) >= per_minute:
            raise QuotaExceeded(math.ceil(moments[0] + WINDOW_S - moment))
