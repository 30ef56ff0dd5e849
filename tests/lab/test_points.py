"""What stands under a test in a student's own kernel."""

import functools

import nbformat
import pytest
from shared import execute

from hhlab import call, expect
from hhlab.channel.failure import CheckFailed
from hhlab.lab.points import read_first

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
    execute(notebook, allow_errors=True)

    said = ["".join(o.traceback[0] for o in cell.outputs) for cell in notebook.cells[1:]]
    explained = ["It pulls the other way." in each for each in said]
    referred = [sum(n for n in (1, 2) if SAME.format(number=n) in each) for each in said]
    assert explained == [False, True, False, True, False, False, True, False, False, True, False]
    assert referred == [0, 0, 1, 0, 1, 0, 0, 2, 0, 0, 1]


TAKEN = {
    "check = 3": "'int' object has no attribute 'variable'",
    "inspect = 0.1": "'float' object is not callable",
}


@pytest.mark.parametrize("cell", TAKEN)
def test_a_name_of_the_course_that_a_student_has_taken_is_told_as_that(cell):
    begin = (
        "from hhlab import check, inspect\nfrom hhlab.lab.points import Points\npoints = Points(3)"
    )
    test = '# TODO 1: self.V (1 point)\ncheck.variable(inspect(None, size=3), "V")'
    notebook = nbformat.v4.new_notebook()
    cells = (begin, cell, test, "points")
    notebook.cells = [nbformat.v4.new_code_cell(each) for each in cells]
    execute(notebook, allow_errors=True)
    said = " ".join(notebook.cells[2].outputs[0].traceback[0].split())
    assert TAKEN[cell] in said
    assert "a name that stands for something else now" in said
    counted = notebook.cells[3].outputs[0].data["text/plain"]
    assert counted == "0 of 3 points. Still to do: TODO 1. Some tests have not run yet."


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("halve = halve(2)", "'float' object is not callable"),
        ("halve = functools.partial(halve, by=4)", "should be 1: got 0.5"),
    ],
)
def test_what_has_no_name_of_its_own_is_asked_as_functions_are(made, said):
    namespace = {"functools": functools}
    exec(f"def halve(x, by=2):\n  return x / by\n{made}", namespace)
    with pytest.raises(CheckFailed, match=said):
        expect(call(namespace["halve"], 2.0), 1.0)


KEPT = {
    "class HH(HH): pass": {"HH"},
    "%matplotlib inline\nold = HH\nclass HH: pass": {"HH"},
    "@HH.register\ndef HH(): pass": {"HH"},
    "def HH(old=HH): return old": {"HH"},
    "class HH:\n  update = HH.update": {"HH"},
    "if True:\n  class HH(HH): pass": {"HH"},
    "class HH: pass\nneuron = HH()": set(),
    "class HH:\n  def copy(self): return HH()": set(),
    "def HH(): return HH()": set(),
    "class HH:\n  copy = lambda self: HH()": set(),
    "class HH(": set(),
    "!ls HH": set(),
}


@pytest.mark.parametrize("cell", KEPT)
def test_what_a_cell_goes_on_from_is_not_forgotten(cell):
    assert read_first(cell) & {"HH"} == KEPT[cell]


def test_a_class_that_goes_on_from_the_last_one_is_made():
    cells = [BEGIN, CELLS["class"], "class HH(HH): more = 1", "assert HH.more", "class HH: 1 / 0"]
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(each) for each in (*cells, "'HH' in vars()")]
    execute(notebook, allow_errors=True)
    stopped = [any(o.output_type == "error" for o in cell.outputs) for cell in notebook.cells]
    assert stopped == [False, False, False, False, True, False]
    assert notebook.cells[-1].outputs[0].data["text/plain"] == "False"
