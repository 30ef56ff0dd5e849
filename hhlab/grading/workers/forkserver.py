"""Where the processes that grade come from: copies of one that has imported what they need.

Imports nothing itself, so that it can be opened before whoever opens it imports anything.
"""

import contextlib
import multiprocessing
from multiprocessing import forkserver

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["hhlab.grading.workers.job", "scipy.integrate", "scipy.special"])


def open_early() -> None:
    """Have the imports begin now, in a process of their own, beside those of this one."""
    with contextlib.suppress(OSError):  # said in a sentence when the processes are needed
        forkserver.ensure_running()
