"""Where the processes that grade come from: copies of one that has imported what they need.

Imports next to nothing itself, so that it can be opened before whoever opens it imports anything.
"""

import contextlib
import multiprocessing
from multiprocessing import forkserver, resource_tracker

from ..interrupt import unheard

CONTEXT = multiprocessing.get_context("forkserver")
PRELOAD = (
    "hhlab.grading.workers.uncollected",
    "hhlab.grading.workers.job",
    "scipy.integrate",
    "scipy.optimize",
    "scipy.special",
)
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
        resource_tracker.ensure_running()  # first, since it lets Ctrl-C be heard again
        with unheard():
            forkserver.ensure_running()
