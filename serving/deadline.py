"""The one deadline of a question, handed down to every call that is made for it.

It lies in a context variable, because it passes through layers that have nothing else to do with time. A task that is started for
the question inherits it; a background task has none.
"""

import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

_ends_at: ContextVar[float | None] = ContextVar("korpu_deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Generator[None]:
    """Let the calls of the block end within `seconds` from now; a deadline around it that comes sooner stays."""
    ends_at, outer = time.monotonic() + seconds, _ends_at.get()
    token = _ends_at.set(ends_at if outer is None else min(outer, ends_at))
    try:
        yield
    finally:
        _ends_at.reset(token)


def remaining_s() -> float | None:
    """Return the seconds that are left, 0 when none are, None without a deadline."""
    ends_at = _ends_at.get()
    return None if ends_at is None else max(0.0, ends_at - time.monotonic())
