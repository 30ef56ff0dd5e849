"""Examine an answer without a kernel: its cells and its tests run in this very process.

A test goes the same way as in grading, from :class:`Examiner` through the messages to
``hhlab.kernel.batch`` and back; only the kernel between them is left out. For answers that one
trusts.
"""

import contextlib
import io
import itertools
import linecache
import tempfile
from collections.abc import Collection, Iterator
from types import SimpleNamespace
from typing import Any

import jax
from jax.experimental.compilation_cache.compilation_cache import reset_cache
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from hhlab.channel.failure import CheckFailed
from hhlab.channel.hidden import course_key
from hhlab.course.unit import UNIT
from hhlab.grading.examine.examiner import Examiner, Verdict

from . import KEY
from .parts import WHOLE

BEFORE = ("imports", "your-neuron", "lab", "scheme")
"""The cells that are run beside those that students fill in."""

BETWEEN_CLEARINGS = 40
"""After so many answers JAX forgets what it compiled: it would keep all of it."""
_numbers, _answers = itertools.count(), itertools.count(1)


class Here:
    """What stands in for a kernel: a namespace, and cells and expressions evaluated in it."""

    def __init__(self) -> None:
        self.namespace: dict[str, Any] = {"__name__": "__main__"}

    def run(self, source: str) -> None:
        """Run a cell; where it raises, the next one runs nevertheless."""
        name = f"<cell {next(_numbers)}>"
        # hhlab.kernel.build reads the text of a constructor, as IPython makes it readable
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        with _silence(), contextlib.suppress(Exception):
            exec(compile(source, name, "exec"), self.namespace)

    def run_all(self, answer: NotebookNode) -> None:
        """Run the cells of an answer that its tests need."""
        for cell in answer.cells:
            if cell.cell_type == "code" and (cell.id in BEFORE or is_solution(cell)):
                self.run(cell.source)

    def test(self, source: str) -> tuple[bool, tuple[str, ...]]:
        """Run a test cell; return whether it passes, and which mistakes it names."""
        try:
            with _silence():
                exec(source, self.namespace)
        except Exception as failed:
            mistakes = failed.mistakes if isinstance(failed, CheckFailed) else ()
            return False, tuple(mistake.name for mistake in mistakes)
        return True, ()

    def send(self, expression: str) -> dict[str, Any]:
        """Evaluate an expression, and answer as a kernel does."""
        shell = SimpleNamespace(user_ns=self.namespace)
        with _silence():
            reply = eval(expression, {"get_ipython": lambda: shell})
        return {"status": "ok", "data": reply._repr_mimebundle_()}


Told = dict[str, tuple[bool, tuple[str, ...]]]
"""Of each test: whether what is visible of it passes, and which mistakes it names."""


def examine(answer: NotebookNode, master: NotebookNode) -> dict[str, Verdict]:
    """Return the verdict of each of the master's test cells on an answer."""
    return examined(answer, master)[1]


def examined(answer: NotebookNode, master: NotebookNode) -> tuple[Told, dict[str, Verdict]]:
    """Return what the visible parts of the tests make of an answer, and the verdicts of all."""
    examiner, tests = _begun(answer, master)
    verdicts = _seen(examiner, tests)
    passed = [name for name, verdict in verdicts.items() if verdict.passed]
    with _key():
        examiner.ask_hidden([tests[name] for name in passed])
        hidden = {name: examiner.hidden(tests[name]) for name in passed}
    return _told(verdicts), verdicts | hidden


def visibly(answer: NotebookNode, master: NotebookNode) -> Told:
    """Return what the visible parts of the master's tests make of an answer, when it is graded."""
    return _told(_seen(*_begun(answer, master)))


def _seen(examiner: Examiner, tests: dict[str, str]) -> dict[str, Verdict]:
    examiner.ask_visible(list(tests.values()))
    return {name: examiner.visible(source) for name, source in tests.items()}


def _told(verdicts: dict[str, Verdict]) -> Told:
    return {name: (verdict.passed, verdict.mistakes) for name, verdict in verdicts.items()}


def validated(answer: NotebookNode, names: Collection[str]) -> Told:
    """Return what these tests make of an answer at home, where they run in the student's kernel."""
    here, told = Here(), {}
    here.run_all(answer)
    for cell in answer.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name in names:
            told[name] = here.test(cell.source)
    return told


def passes(answer: NotebookNode, master: NotebookNode) -> bool:
    """Return whether an answer passes all tests, having run them up to the first that it fails.

    Those of whole runs come last: they take longest to compile, and most mutants fail before.
    """
    examiner, tests = _begun(answer, master)
    whole = [source for name, source in tests.items() if name in WHOLE]
    for sources in ([source for source in tests.values() if source not in whole], whole):
        examiner.ask_visible(sources)
        if not all(examiner.visible(source).passed for source in sources):
            return False
    with _key():
        examiner.ask_hidden(list(tests.values()))
        return all(examiner.hidden(source).passed for source in tests.values())


def _begun(answer: NotebookNode, master: NotebookNode) -> tuple[Examiner, dict[str, str]]:
    """Run an answer; return who examines it, and the master's tests by name."""
    here = Here()
    if next(_answers) % BETWEEN_CLEARINGS == 0:
        jax.clear_caches()
    here.run_all(answer)
    return Examiner(here.send, UNIT), {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in master.cells
        if is_grade(cell) and not is_solution(cell)
    }


@contextlib.contextmanager
def _key() -> Iterator[None]:
    """Have hidden values follow from the tests' key."""
    token = course_key.set(KEY)
    try:
        yield
    finally:
        course_key.reset(token)


@contextlib.contextmanager
def quick_compiler(kept: str | None = None) -> Iterator[None]:
    """Have JAX compile faster for a while, and nothing twice; results differ by rounding.

    Parameters
    ----------
    kept : str, optional
        A folder in which programs are found again the next time, by this process alone.
    """
    with contextlib.nullcontext(kept) if kept else tempfile.TemporaryDirectory() as folder:
        settings = {
            "jax_disable_most_optimizations": True,
            "jax_compilation_cache_dir": folder,
            "jax_persistent_cache_min_compile_time_secs": 0,
            "jax_persistent_cache_min_entry_size_bytes": -1,
        }
        before = {name: jax.config.values[name] for name in settings}
        try:
            for name, value in settings.items():
                jax.config.update(name, value)
            yield
        finally:
            for name, value in before.items():
                jax.config.update(name, value)
            reset_cache()


@contextlib.contextmanager
def _silence():
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
