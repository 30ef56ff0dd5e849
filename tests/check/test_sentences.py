"""What wrong answers are told: the cause, if what came singles one out, and never another."""

import nbformat
import pytest
from bank.exam import answer, master
from bank.families import MADE, STEPS, edits
from bank.here import examine
from grade import grade

from hhlab.channel.language import said
from hhlab.course.sample_class import CELL, Submission
from hhlab.grading.examine.examine import Examine
from hhlab.grading.examine.missing import why_none_of
from hhlab.grading.submissions.reading import Own

RECORDED = "super().__init__(size=size)"
RATES = [(f"return self.phi * d{x}dt", f"return d{x}dt") for x in "mhn"]
OTHERS = ("@property missing", "has a length of its own", "exchanged",
          "self.integral with", "a name that Python does not know", "left out")  # fmt: skip
"""What was said of one or the other of these, and is not so."""


def together():
    """Return one function of all four derivatives, in place of joint equations."""
    each = ", ".join(f"self.d{x}({x}, t, V)" for x in "mhn")
    return f"  def all(self, V, m, h, n, t, x):\n    return self.dV(V, t, m, h, n, x), {each}\n\n"


def membrane(name, usual, value):
    """Return the answer with another value of a parameter."""
    return edits(name, (f"{name}={usual}", f"{name}={value}"))


SENTENCES = {
    "derivative_called": (
        edits("", ("f=self.derivative,", "f=self.derivative(),")), "test-update", "KeyError",
    ),
    "one_function_of_four": (
        edits("", (MADE, "self.integral = bp.odeint(self.all, method='exp_auto')"),
              ("  @property\n", together() + "  @property\n")),
        "test-gates", "one variable once",
    ),
    "no_t": (
        edits("", ("def dn(self, n, t, V):", "def dn(self, n, V):")),
        "test-gates", "a function without t",
    ),
    "other_names_for_states": (
        edits("", ("m, h, n, Iext):", "mm, h, n, Iext):"), ("(self.gNa * m ", "(self.gNa * mm ")),
        "test-gates", "same names in all equations",
    ),
    "update_without_current": (
        edits("", (STEPS, "def update(self):\n    x = self.input"),
              (RECORDED, f"{RECORDED}\n    self.input = bm.Variable(bm.zeros(self.num))")),
        "test-update", "def update(self, x=0.)",
    ),
    "update_with_three": (
        edits("", (STEPS, "def update(self, tdi, x, y):")), "test-gates", "def update(self, x=0.)",
    ),
    "other_threshold": (
        membrane("V_th", "0.", "20."), "test-spikes", "at another threshold than V_th",
    ),
    "threshold_ignored": (
        edits("", ("self.V_th = V_th", "self.V_th = -10.")), "test-spikes", "than V_th",
    ),
    "ones_of_size": (
        Submission("", {1: "self.V = bm.Variable(-70.68 * bm.ones(size))"}),
        "test-V", "has rows and columns",
    ),
    "no_phi": (edits("", *RATES), "test-parameters", "temperature has no effect"),
    "textbooks_leak": (membrane("gL", "0.03", "0.3"), "test-derivative", "another value of gL"),
    "other_battery": (membrane("EK", "-77.", "-82."), "test-derivative", "another value of EK"),
    "other_capacitance": (membrane("C", "1.0", "2."), "test-derivative", "another value of C"),
}  # fmt: skip


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_names_the_cause_and_no_other(name):
    submission, test, says = SENTENCES[name]
    verdicts = examine(answer(submission), master())
    told = {each: said(verdict.sentence) for each, verdict in verdicts.items()}
    assert says in told[test]
    assert not [(each, other) for each in told for other in OTHERS if other in told[each]]


def stopped(source, ename="", evalue=""):
    """Return an answer's cell as it has run."""
    error = nbformat.v4.new_output("error", ename=ename, evalue=evalue, traceback=[])
    cell = nbformat.v4.new_code_cell(source, outputs=[error] if ename else [])
    cell.metadata["nbgrader"] = {"grade": False, "solution": True, "locked": False}
    return cell


def asking(name):
    """Return the test cell of a function or a class."""
    cell = nbformat.v4.new_code_cell(f"expect(call({name}), 1.0)")
    cell.metadata["nbgrader"] = {"grade": True, "solution": False, "locked": True}
    return cell


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([stopped("class HH(:", "SyntaxError", "invalid syntax (12.py, line 50)")],
         "SyntaxError in line 50 of its cell (invalid syntax)"),
        ([stopped("class HH:\n x", "ImportError", "no module named q")],
         "ImportError: no module named q"),
        ([stopped("class HH_neurons: pass")], "its cell defines HH_neurons"),
        ([stopped("x = 1")], None),
        ([stopped("class HH: pass")], None),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told_with_its_reason(cells, says):
    why = why_none_of([*cells, asking("HH")], "HH")
    assert (why is None) if says is None else says in why


@pytest.mark.parametrize(
    "cell",
    [
        stopped("class HH: x", "E" * 300_000, "x"),
        stopped("class HH: x", "E\x1b[2J\u202e", "\u202e\x07"),
        stopped(f"class {'A' * 300_000}: pass"),
    ],
)
def test_what_a_student_chose_is_quoted_in_a_line(cell):
    why = str(why_none_of([cell, asking("HH")], "HH"))
    assert why.isprintable()
    assert len(why) < 1000


def test_of_functions_that_are_not_there_only_those_of_their_own_cell_are_told():
    cells = [
        stopped("def crossing(): pass"),
        asking("crossing"),
        stopped("def firing_rate(): pass\ndef onset(): pass"),
        asking("rate"),
        asking("onset"),
        stopped("def Order(): pass"),
        asking("order"),
        asking("gates_first"),
    ]
    told = [why_none_of(cells, name) for name in ("rate", "order")]
    assert [said(why) for why in told] == [
        "there is no rate: its cell defines firing_rate",
        "there is no order: its cell defines Order",
    ]
    assert why_none_of([*cells[:1], asking("crossing"), asking("rate")], "rate") is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("V, m, h, n = self.integral(", "V, m, h, n = self.integral(("), "SyntaxError in line"),
        (("class HH(", "import no_such_module\nclass HH("), "ModuleNotFoundError: No module"),
        (("class HH(", "class HH_neurons("), "its cell defines HH_neurons"),
    ],
)
def test_a_class_that_is_not_there_is_told_with_its_reason_once_it_is_graded(
    change, says, released, compiled
):
    cells = [
        Own(cell.cell_type, cell.source, cell.metadata.get("nbgrader", {}).get("grade_id", ""),
            cell.id)
        for cell in answer(edits("", change)).cells
    ]  # fmt: skip
    graded = grade(cells, released.master(), Examine(config=compiled))
    (taken,) = [cell for cell in graded.cells if cell.id == CELL]
    told = [cell.metadata.hhlab["sentence"] for cell in graded.cells if "hhlab" in cell.metadata]
    assert taken.source
    assert len(told) == 12
    assert all(says in each for each in told)
