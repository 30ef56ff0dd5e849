"""Where the processes that grade come from: copies of one that has imported what they need.

Imports nothing itself, so that it can be opened before whoever opens it imports anything.
"""

import contextlib
import multiprocessing
from multiprocessing import forkserver

CONTEXT = multiprocessing.get_context("forkserver")
PRELOAD = ("hhlab.grading.workers.job", "scipy.integrate", "scipy.special")
CONTEXT.set_forkserver_preload([*PRELOAD])


def open_early(*modules: str) -> None:
    """Have the imports begin now, in a process of their own, beside those of this one.

    Parameters
    ----------
    *modules : str
        What is to be imported beside what every grading needs, such as a course's unit.
    """
    CONTEXT.set_forkserver_preload([*PRELOAD, *modules])
    with contextlib.suppress(OSError):  # said in a sentence when the processes are needed
        forkserver.ensure_running()
