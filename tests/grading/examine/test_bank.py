"""A dozen answers of the bank through the jail: there they get what the exam gives them here."""

import base64
import io

import pytest
from bank.exam import answer, master
from bank.families import RIGHT
from bank.here import examine, quick_compiler
from bank.wrong import WRONG
from grade import points
from home import COMPILED
from PIL import Image
from shared import beside

from hhlab.course.sample_class import Submission
from hhlab.grading.examine.session import Session

ANSWERS = (
    *("instructors_answer", "all_different", "separate_integrators", "writes_to_stderr"),
    *("blank", "joint_blank", "plain_array", "order_h_n", "euler", "forgets_n", "level_spike"),
    *("phi_ignored", "no_property"),
)
FEW = ("writes_to_stderr", "forgets_n", "phi_ignored")


@pytest.mark.parametrize("name", beside("bank", ANSWERS, FEW))
def test_the_jail_gives_points_and_verdicts_of_the_exam(name, graded):
    submission, loses = (RIGHT[name], set()) if name in RIGHT else WRONG[name][:2]
    notebook = graded(submission)
    jailed = {
        cell.metadata.nbgrader.grade_id: cell.metadata.hhlab
        for cell in notebook.cells
        if "hhlab" in cell.metadata
    }
    verdicts = examine(answer(submission), master())
    assert {name: (v.passed, v.sentence, v.technical) for name, v in verdicts.items()} == {
        name: (v["passed"], v["sentence"], v["technical"]) for name, v in jailed.items()
    }
    assert {name for name, earned in points(notebook).items() if not earned} == loses
    assert sum(points(notebook).values()) == 20 or loses


SLOPES = ("0.", "bm.asarray(0.)", "bm.zeros(7)", "None", "'x'", "(1, 2)")


@pytest.mark.parametrize("slope", beside("bank", SLOPES, SLOPES[:1]))
def test_whatever_an_equation_gives_no_test_fails_by_itself(slope):
    edited = Submission("one equation", edits=[("return self.phi * dndt", f"return {slope}")])
    with quick_compiler(COMPILED):
        verdicts = examine(answer(edited), master())
    assert not verdicts["test-derivative"].passed
    assert [name for name, verdict in verdicts.items() if verdict.technical] == []


def test_a_kernel_that_cannot_be_replaced_costs_its_own_submission(lost, monkeypatch):
    usual, started = Session.start, []

    def start(self):
        started.append(self)
        if len(started) > 1:
            raise RuntimeError("Kernel died before replying to kernel_info")
        usual(self)

    monkeypatch.setattr(Session, "start", start)
    assert sum(lost(Submission("dies", also=["import os; os._exit(1)"])).values()) == 20
    assert len(started) > 1


def test_a_graded_notebook_shows_the_courses_figures(graded):
    notebook = graded(RIGHT["instructors_answer"], figures=True)
    drawing = [cell for cell in notebook.cells if "plt.show()" in cell.source]
    assert len(drawing) == 3
    for cell in drawing:
        (shown,) = cell.outputs
        picture = Image.open(io.BytesIO(base64.b64decode(shown.data["image/png"])))
        assert picture.width > 700
        assert len(picture.getcolors(2**24)) > 100, "an empty figure"
