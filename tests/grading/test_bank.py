"""A dozen answers of the bank through the jail: there they get what the exam gives them here."""

import base64
import io

import pytest
from bank.exam import answer, master
from bank.here import examine
from bank.right import RIGHT
from bank.seed import SEED
from bank.wrong import WRONG
from PIL import Image

from hhlab.course.sample_class import Submission

RIGHT_ONES = ("instructors_answer", "all_different", "separate_integrators", "writes_to_stderr")
WRONG_ONES = (
    "blank",
    "joint_blank",
    "plain_array",
    "order_h_n",
    "euler",
    "forgets_n",
    "level_spike",
    "phi_ignored",
    "no_property",
)


@pytest.mark.parametrize("name", [*RIGHT_ONES, *WRONG_ONES])
def test_the_jail_gives_the_verdicts_of_the_exam(name, graded):
    submission = RIGHT[name] if name in RIGHT else WRONG[name].submission
    jailed = {
        cell.metadata.nbgrader.grade_id: cell.metadata.hhlab
        for cell in graded(submission).cells
        if "hhlab" in cell.metadata
    }
    verdicts = examine(answer(submission), master())
    assert {name: (v.passed, v.sentence, v.technical) for name, v in verdicts.items()} == {
        name: (v["passed"], v["sentence"], v["technical"]) for name, v in jailed.items()
    }


@pytest.mark.parametrize("name", RIGHT_ONES)
def test_right_answers_keep_every_point(name, lost):
    assert lost(RIGHT[name]) == {}


@pytest.mark.parametrize("name", WRONG_ONES)
def test_wrong_answers_lose_points_in_their_own_parts(name, lost):
    submission, loses, _ = WRONG[name]
    assert set(lost(submission)) == loses


def test_a_graded_notebook_shows_the_courses_figures(graded):
    notebook = graded(RIGHT["instructors_answer"], figures=True)
    drawing = [cell for cell in notebook.cells if "plt.show()" in cell.source]
    assert len(drawing) == 3
    for cell in drawing:
        (shown,) = cell.outputs
        picture = Image.open(io.BytesIO(base64.b64decode(shown.data["image/png"])))
        assert picture.width > 700
        assert len(picture.getcolors(2**24)) > 100, "an empty figure"


def test_the_seeds_own_answer_word_for_word(lost):
    assert lost(Submission("the answer of the homework this course grew out of", cell=SEED)) == {}
