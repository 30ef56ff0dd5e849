"""Ctrl-C, heeded between two steps and never in the middle of one.

Python raises KeyboardInterrupt wherever it happens to be: in the middle of a submission's entry in
the gradebook, or in code that takes it for an error of its own, and goes on.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Heed = Callable[[], None]
"""To be called where a run may stop: raises KeyboardInterrupt if Ctrl-C was pressed."""


@contextmanager
def heeded() -> Iterator[Heed]:
    """Put Ctrl-C off until it is asked for, or the block is over; the second one comes at once.

    Only the main thread is told of it at all.

    Yields
    ------
    callable
        See :data:`Heed`.

    Raises
    ------
    KeyboardInterrupt
        At the end of the block, if nothing else is raised there.
    """
    pressed = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True

    def heed() -> None:
        if pressed:
            raise KeyboardInterrupt

    ignored = signal.getsignal(signal.SIGINT) == signal.SIG_IGN  # as a shell's background jobs do
    if ignored or threading.current_thread() is not threading.main_thread():
        yield heed
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield heed
    finally:
        signal.signal(signal.SIGINT, before)
    heed()


@contextmanager
def unheard() -> Iterator[None]:
    """Have processes that are started in this block never hear of Ctrl-C: we tell them ourselves.

    It comes to all processes of a terminal at once.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
