"""What stands under a test in a student's own kernel."""

import nbformat
from nbclient import NotebookClient

BEGIN = """\
from hhlab.channel.failure import CheckFailed
from hhlab.channel.mistake import Mistake
from hhlab.lab.points import Points

points = Points(3)

def fail(*others):
  failed = CheckFailed("it is off", "look there")
  failed.explain((Mistake("a sign", "It pulls the other way.", "the minus"), *others))
  raise failed"""
CELLS = {
    "class": "class HH: pass",
    "one": "# TODO 1: the sign (1 point)\nfail()",
    "two": "# TODO 2: its consequence (2 points)\nfail()",
    "more": "# TODO 3: which also fits another mistake (2 points)\n"
    "fail(Mistake('an exponent', 'It grows.', 'the power'))",
}
SAME = "the same as at TODO {number}."


def test_a_mistake_is_explained_once_and_where_the_reader_can_see_it():
    """Whoever goes back to a test, or has run another class, is not sent to what is gone."""
    run = ["class", "one", "two", "one", "two", "class", "two", "one", "class", "one", "more"]
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(each) for each in (BEGIN, *map(CELLS.get, run))]
    NotebookClient(notebook, kernel_name="python3", timeout=120, allow_errors=True).execute()

    said = ["".join(o.traceback[0] for o in cell.outputs) for cell in notebook.cells[1:]]
    explained = ["It pulls the other way." in each for each in said]
    referred = [sum(n for n in (1, 2) if SAME.format(number=n) in each) for each in said]
    assert explained == [False, True, False, True, False, False, True, False, False, True, False]
    assert referred == [0, 0, 1, 0, 1, 0, 0, 2, 0, 0, 1]
