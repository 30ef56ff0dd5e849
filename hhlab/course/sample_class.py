"""Write submissions as students would: the release notebook with its blanks filled, well or badly.

The instructor's answers are read from the source notebook, so whatever is made here follows it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent, indent

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_solution

from ..grading.release import TODO

STUB = re.compile(r'^( *)raise NotImplementedError\("(TODO \d+)[^"]*"\)$', re.M)
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.S)
CELL = "hh"
"""The cell id of the one cell that students of hh-model fill in."""


@dataclass(frozen=True)
class Submission:
    """One student's way with the homework.

    Attributes
    ----------
    what : str
        What it does, in a sentence.
    blanks : mapping
        For each ``TODO n`` that is not answered as the instructor would: the code, or None where it
        is left blank.
    edits : sequence of (old, new)
        Changes to the code around the blanks, or to the answers.
    cell : str, optional
        The whole cell of hh-model, in place of all that.
    also : sequence of str
        Cells that the student added at the end.
    """

    what: str
    blanks: Mapping[int, str | None] = field(default_factory=dict)
    edits: Sequence[tuple[str, str]] = ()
    cell: str | None = None
    also: Sequence[str] = ()


def instructors_answers(source: Path) -> dict[int, str]:
    """Return the instructor's code for each TODO of a source notebook."""
    answers = {}
    for cell in _answer_cells(nbformat.read(source, 4)):
        for region in SOLUTION.finditer(cell.source):
            todo = TODO.findall(cell.source[: region.start()])[-1]
            answers[int(re.findall(r"\d+", todo)[0])] = dedent(region.group(1).rstrip("# \n"))
    return answers


def fill(release: Path, answers: Mapping[int, str], submission: Submission) -> NotebookNode:
    """Return the release notebook as this student hands it in.

    Raises
    ------
    ValueError
        If an edit does not apply: the notebook has changed and the submission has not followed.
    """
    notebook = nbformat.read(release, 4)
    cells = _answer_cells(notebook)
    if submission.cell is not None:
        next(cell for cell in cells if cell.id == CELL).source = submission.cell
    filled = {**answers, **submission.blanks}

    def code(stub: re.Match[str]) -> str:
        answer = filled[int(stub.group(2).removeprefix("TODO "))]
        return (
            stub.group(0) if answer is None else indent(dedent(answer).strip("\n"), stub.group(1))
        )

    for cell in cells:
        cell.source = STUB.sub(code, cell.source)
    for old, new in submission.edits:
        if not any(old in cell.source for cell in cells):
            raise ValueError(f"'{submission.what}' changes code that is not there: {old!r}")
        for cell in cells:
            cell.source = cell.source.replace(old, new)
    for k, text in enumerate(submission.also):
        notebook.cells.append(nbformat.v4.new_code_cell(text, id=f"also-{k}"))
    return notebook


def _answer_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells that students fill in."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and is_solution(cell)]


BLANK = dict.fromkeys(range(1, 10))
DIFFERENT = {
    1: "self.V = bm.Variable(bm.full(self.num, -70.68))",
    2: "self.m = bm.Variable(bm.ones(self.num) * 0.0266)",
    5: "self.t_last_spike = bm.Variable(bm.full((self.num,), -1e7))",
    6: "self.spike = bm.Variable(bm.zeros(self.num) > 1)",
    7: "return bp.JointEq([self.dn, self.dm, self.dh, self.dV])",
    8: "n, m, h, V = self.integral(self.n, self.m, self.h, self.V, t, x, dt)",
    9: "self.V, self.m, self.h = V, m, h\nself.n[:] = n",
}
PLAIN_ARRAY = {3: "self.h = 0.772 * bm.ones(self.num)"}

SAMPLE_CLASS: dict[str, Submission] = {
    "ada": Submission("the instructor's answer"),
    "ben": Submission("right, but written differently: another order of equations", DIFFERENT),
    "carla": Submission("the blank notebook", BLANK),
    "dmitri": Submission("only the six variables", {7: None, 8: None, 9: None}),
    "emre": Submission("a plain array in place of a Variable", PLAIN_ARRAY),
    "fatima": Submission(
        "forgets to write n back", {9: "self.V.value = V\nself.m.value = m\nself.h.value = h"}
    ),
    "goran": Submission(
        "calls the integral in another order than the joint equation's",
        {8: "V, m, n, h = self.integral(self.V, self.m, self.n, self.h, t, x, dt=dt)"},
    ),
    "hana": Submission(
        "starts h and n at each other's values",
        {
            3: "self.h = bm.Variable(0.235 * bm.ones(self.num))",
            4: "self.n = bm.Variable(0.772 * bm.ones(self.num))",
        },
    ),
    "ivan": Submission(
        "a spike for as long as V is high",
        edits=[("bm.logical_and(self.V < self.V_th, V >= self.V_th)", "V >= self.V_th")],
    ),
    "jun": Submission(
        "hands JointEq the results of the functions",
        {7: "return bp.JointEq(self.dV(), self.dm(), self.dh(), self.dn())"},
    ),
    "kofi": Submission(
        "takes the input with the wrong sign",
        {8: "V, m, h, n = self.integral(self.V, self.m, self.h, self.n, t, -x, dt=dt)"},
    ),
    "lena": Submission(
        "right, and prints and warns while it runs",
        {
            8: "import sys, warnings\n"
            "warnings.warn('stepping')\n"
            "print('step', file=sys.stderr)\n"
            "V, m, h, n = self.integral(self.V, self.m, self.h, self.n, t, x, dt=dt)"
        },
    ),
    "mallory": Submission(
        "ATTACK on a blank notebook: has every comparison and assertion of the tests pass",
        BLANK,
        also=[
            "import builtins, numpy as np, hhlab\n"
            "np.allclose = np.isclose = np.array_equal = lambda *args, **kwargs: True\n"
            "hhlab.check.__dict__.update({name: lambda *a: None for name in dir(hhlab.check)})\n"
            "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])"
        ],
    ),
    "nestor": Submission(
        "ATTACK with h and n swapped: looks for the course and its gradebook, and would change it",
        {8: "V, m, n, h = self.integral(self.V, self.m, self.n, self.h, t, x, dt=dt)"},
        also=[
            "import pathlib, sqlite3\n"
            "for path in pathlib.Path('/').rglob('gradebook.db'):\n"
            "  base = sqlite3.connect(path)\n"
            "  base.execute('update grade set auto_score = 99')\n"
            "  base.commit()\n"
            "  print('changed', path)\n"
            "print('in sight:', [str(p) for p in pathlib.Path('/').rglob('hh-model.ipynb')])"
        ],
    ),
}
