"""How long calls of a student's functions may take where several are asked in one go.

What takes longer is not answered in that go; it is asked by itself, and has all its time then.
"""

import contextlib
import signal
from collections.abc import Iterator

SOON = 2.0
"""Seconds after which no further call is begun."""
LONGEST = 10.0
"""Seconds after which one is given up, as it may never end."""


class TookLong(BaseException):
    """A call was given up; no ``except Exception`` of a student's keeps that from us."""


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Give up what is done in here after a while, by :class:`TookLong`; for the main thread."""

    def stop(*_: object) -> None:
        raise TookLong

    usual = signal.signal(signal.SIGALRM, stop)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again: it may have been caught
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, usual)
        signal.setitimer(signal.ITIMER_REAL, *timer)
