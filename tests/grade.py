"""Grade one submission, from cells to points, with no gradebook and no folders."""

from collections.abc import Iterable

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked

from hhlab.grading.examine.examine import Examine
from hhlab.grading.marks import passed
from hhlab.grading.submissions.reading import Own
from hhlab.grading.submissions.rebuild import note, rebuild


def grade(submitted: Iterable[Own], master: NotebookNode, examine: Examine) -> NotebookNode:
    """Return the graded notebook of one submission.

    Parameters
    ----------
    submitted : iterable of Own
        The cells that were handed in, from :func:`hhlab.grading.submissions.reading.read`.
    master : NotebookNode
        The released notebook with its hidden tests.
    examine : Examine
        Configured with key, limits and jail.

    Returns
    -------
    NotebookNode
        Rebuilt, performed and examined; its metadata holds the sentences about the file, and each
        test cell's metadata its verdict.
    """
    notebook, sentences = rebuild(submitted, master)
    note(notebook, sentences)
    examine.preprocess(notebook, {})
    return notebook


def points(graded: NotebookNode) -> dict[str, float]:
    """Return the points that each test cell of a graded notebook earned, by grade id."""
    return {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points * float(passed(cell))
        for cell in graded.cells
        if is_grade(cell) and is_locked(cell)
    }
