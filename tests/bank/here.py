"""Examine an answer without a kernel: its cells and its tests run in this very process.

A test goes the same way as in grading, from :class:`Examiner` through the messages to
``hhlab.perform`` and back; only the kernel between them is left out. For answers that one trusts.
"""

import contextlib
import io
import itertools
import linecache
from types import SimpleNamespace
from typing import Any

from nbformat import NotebookNode

from hhlab.grading.verdicts import Examiner, Verdict
from hhlab.stimulus import course_key

KEY = "the key of the test course"
STUDENTS_CELLS = ("imports", "hh")
_numbers = itertools.count()


class Here:
    """What stands in for a kernel: a namespace, and cells and expressions evaluated in it."""

    def __init__(self) -> None:
        self.namespace: dict[str, Any] = {"__name__": "__main__"}

    def run(self, source: str) -> None:
        """Run a cell; where it raises, the next one runs nevertheless."""
        name = f"<cell {next(_numbers)}>"
        # hhlab.perform reads the text of a constructor, as IPython makes it readable
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        with _silence(), contextlib.suppress(Exception):
            exec(compile(source, name, "exec"), self.namespace)

    def send(self, expression: str) -> dict[str, Any]:
        """Evaluate an expression, and answer as a kernel does."""
        shell = SimpleNamespace(user_ns=self.namespace)
        with _silence():
            reply = eval(expression, {"get_ipython": lambda: shell})
        return {"status": "ok", "data": reply._repr_mimebundle_()}


def examine(answer: NotebookNode, master: NotebookNode) -> dict[str, Verdict]:
    """Return the verdict of each of the master's test cells on an answer."""
    here = Here()
    for cell in answer.cells:
        if cell.id in STUDENTS_CELLS:
            here.run(cell.source)
    examiner = Examiner(here.send)
    tests = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in master.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    token = course_key.set(KEY)
    try:
        seen = {name: examiner.visible(source) for name, source in tests.items()}
        return {
            name: examiner.hidden(tests[name]) if verdict.passed else verdict
            for name, verdict in seen.items()
        }
    finally:
        course_key.reset(token)


@contextlib.contextmanager
def _silence():
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
