"""What a right answer may look like, through real kernels: what the bank cannot ask here."""

import re

import nbformat
import pytest
from bank.exam import ASSIGNMENT, ROOT, answer
from bank.families import RIGHT
from bank.seed import SEED
from grade import grade, points
from shared import beside

from hhlab.course.sample_class import BLANK, CELL, Submission
from hhlab.grading.examine.examine import Examine
from hhlab.grading.submissions.reading import Own
from hhlab.grading.submissions.rebuild import rebuild

EXPERIMENTS = {
    "another_default": "class HH(HH):\n  def __init__(self, size, gL=0.3):\n"
    "    super().__init__(size, gL=gL)",
    "an_instance": "HH = HH(6)",
    "gone": "del HH",
    "a_number": "HH = bm = bp = 3",
    "changes_a_constant": "LEAK = 0.3",
}
LEAK = [("class HH(", "LEAK = 0.03\n\nclass HH("), ("gL=0.03", "gL=None"),
        ("self.gL = gL", "self.leak = gL"),
        ("self.gL * (V", "(LEAK if self.leak is None else self.leak) * (V")]  # fmt: skip


@pytest.mark.parametrize("name", beside("bank", EXPERIMENTS, ("another_default",)))
def test_a_name_means_to_a_test_what_it_meant_there(name, lost):
    changes = LEAK if name == "changes_a_constant" else ()
    assert lost(Submission(name, edits=changes, also=[EXPERIMENTS[name]])) == {}


def test_a_name_is_remembered_where_a_cell_has_stopped_with_an_error(lost):
    stops = ("    self.n.value = n", "    self.n.value = n\n\n\nraise ValueError('at its end')")
    assert lost(Submission("an error at its end", edits=[stops], also=["del HH"])) == {}


SURFACE = """
import warnings
warnings.simplefilter('ignore')
def show(what, *values):
  print(what, *(np.round(np.asarray(bm.as_numpy(value), float).ravel()[:3], 3) for value in values))
bm.random.seed(1)
show('random', bm.random.rand(3), bm.random.randn(2), bm.random.permutation(4))
show('init', bp.init.Uniform(-1., 1.)((3,)), bp.init.XavierNormal()((2, 2)))
show('connect', bp.conn.FixedProb(0.5, seed=1)(4, 4).require('conn_mat'))
show('inputs', bp.inputs.section_input([0., 1.], [1., 1.]), bp.inputs.ou_process(0., 0.1, 1., 1.))
w = bm.TrainVar(bm.ones(2))
adam = bp.optim.Adam(0.1, {'w': w})
adam.update(bm.grad(lambda: (w ** 2).sum(), grad_vars={'w': w})())
show('optim', w)
for neuron in (bp.dyn.HH(2), bp.neurons.HH(2), bp.dyn.LifRef(2)):
  runner = bp.DSRunner(neuron, monitors=['V'])
  runner.run(1.)
  show(type(neuron).__name__, runner.mon.V[-1])
show('synapse', bp.dyn.Expon(2, tau=5.).update(bm.ones(2)))
show('dense', bp.dnn.Dense(2, 1, W_initializer=bp.init.OneInit())(bm.ones((1, 2))))
show('loop', bm.for_loop(lambda k: k + 1, bm.arange(3)))
show('rate', bp.measure.firing_rate(np.ones((20, 3)), 1.))
bp.visualize.line_plot(np.arange(3.), np.arange(3.))
bp.visualize.raster_plot(np.arange(3.), np.ones((3, 2)))
plt.close('all')
"""


@pytest.mark.thorough("bank")
def test_what_brainpy_has_works_in_the_jail_as_outside(graded, capsys):
    notebook = graded(Submission("looks around in BrainPy", also=[SURFACE]))
    outputs = notebook.cells[-1].outputs
    assert [output.get("evalue") for output in outputs if output.output_type == "error"] == []
    jailed = "".join(output.text for output in outputs if output.get("name") == "stdout")
    namespace: dict = {}
    exec("import brainpy as bp\nimport brainpy.math as bm\nimport numpy as np", namespace)
    exec("import matplotlib.pyplot as plt", namespace)
    exec(SURFACE, namespace)
    assert jailed.splitlines() == capsys.readouterr().out.splitlines()


DRAWS = ("uniform_of_no_width", "random_of_no_width", "noise_of_no_amplitude", "brainpys_own")


@pytest.mark.parametrize("name", beside("bank", DRAWS))
def test_right_answers_may_draw_numbers(name, lost):
    assert lost(RIGHT[name]) == {}


PLATFORMS = (
    "bm.set_platform('gpu')",
    "bp.math.set_platform('tpu')",
    "import jax\njax.config.update('jax_platform_name', 'gpu')",
    "import os\nos.environ['JAX_PLATFORMS'] = 'cuda'",
)


@pytest.mark.parametrize("asks", beside("bank", PLATFORMS, PLATFORMS[:1]))
def test_who_works_on_a_gpu_is_graded_on_the_cpu(asks, lost):
    assert lost(Submission("on a GPU", edits=[("class HH(", f"{asks}\n\nclass HH(")])) == {}


def handed_in(submission, change=lambda source: source, above=(), below=()):
    """Return the cells of a notebook whose class is nameless, or beside a blank that is left."""
    cells = []
    for cell in answer(submission).cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        own = Own(cell.cell_type, cell.source, name, cell.id)
        if cell.id == CELL and (above or below):
            cells += [*(Own("code", each, "", "") for each in above), own]
            own = None
            cells += [Own("code", each, "", "") for each in below]
        if cell.id == CELL and not (above or below):
            own = Own("code", change(cell.source), "", "")
        cells += [own] if own else []
    return cells


RIGHT_ONE, LEFT_BLANK = Submission("right"), Submission("blank", BLANK)
NAMELESS = {
    "as_it_was": handed_in(RIGHT_ONE),
    "indented_by_four": handed_in(
        RIGHT_ONE, lambda text: re.sub(r"^( +)", lambda found: 2 * found[1], text, flags=re.M)
    ),
    "windows_line_ends": handed_in(RIGHT_ONE, lambda text: text.replace("\n", "\r\n")),
    "above_the_blank": handed_in(LEFT_BLANK, above=[SEED]),
    "below_the_blank": handed_in(LEFT_BLANK, below=[SEED]),
    "foreign_notebook": [
        Own("markdown", "# HH model", "", ""),
        Own("code", SEED, "", ""),
        Own("code", "hh_neurons = HH(6)", "", ""),
    ],
    "foreign_notebook_with_its_blank": [
        Own("code", SEED.replace("bp.JointEq(self.dV, self.dm, self.dh, self.dn)", "..."), "", ""),
        Own("code", SEED, "", ""),
    ],
}


@pytest.mark.parametrize("name", NAMELESS)
def test_a_nameless_cell_that_defines_the_neuron_is_the_answer(name):
    release = nbformat.read(ROOT / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", 4)
    notebook, sentences = rebuild(NAMELESS[name], release)
    (taken,) = [cell for cell in notebook.cells if cell.id == CELL]
    assert "bp.JointEq(self.dV, self.dm, self.dh, self.dn)" in taken.source
    assert "NotImplementedError" not in taken.source
    assert any("another cell, which defines HH" in each for each in sentences)


@pytest.mark.parametrize("name", beside("bank", NAMELESS, ("foreign_notebook",)))
def test_a_nameless_answer_earns_its_points(name, released, compiled):
    notebook = grade(NAMELESS[name], released.master(), Examine(config=compiled))
    assert sum(points(notebook).values()) == 20
