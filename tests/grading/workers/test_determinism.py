"""The same file gets the same grade: beside whom, on which worker and when makes no difference."""

import shutil

import nbformat
import pytest
from bank.families import RIGHT
from bank.wrong import WRONG
from classroom import autograde
from grading.jail.attacks import ALONE
from grading.jail.attacks.exhausting import EXHAUSTING
from shared import entries

from hhlab.course.folder import Course
from hhlab.course.sample_class import SAMPLE_CLASS
from hhlab.grading.marks import Mark, read

EVERY = 48
"""Of the banks, so many answers are passed over for each that is looked at."""
ENDS = ("quit()", "exit(0)", "import os; os._exit(0)", "get_ipython().ask_exit()")
"""Cells that end their kernel, put below the class."""
QUICK = {name: attack for name, attack in ALONE.items() if name not in EXHAUSTING}
ANSWERS = [
    *list(SAMPLE_CLASS.values())[::5],
    *list(RIGHT.values())[::EVERY],
    *[wrong.submission for wrong in list(WRONG.values())[::EVERY]],
    *[attack.submission for attack in list(QUICK.values())[::EVERY]],
]


def _notebooks(filled, course):
    """Return the notebooks that are handed in, each with what it is."""
    found = [(answer.what, filled(answer, course)) for answer in ANSWERS]
    for code in ENDS:
        notebook = filled(SAMPLE_CLASS["ada"], course)
        at = next(k for k, cell in enumerate(notebook.cells) if cell.id == "hh")
        notebook.cells.insert(at + 1, nbformat.v4.new_code_cell(code))
        found.append((code, notebook))
    return found


def _judged(course, student):
    """Return what a graded notebook says of each test."""
    cells = nbformat.read(course.autograded(student), 4).cells
    marks = {cell.id: read(Mark, cell) for cell in cells}
    return {name: (mark.passed, mark.sentence) for name, mark in marks.items() if mark}


@pytest.mark.thorough("ways")
def test_the_same_file_gets_the_same_grade(tmp_path, undrawn, filled):
    course = Course(shutil.copytree(undrawn.root, tmp_path / "course"))
    handed_in = _notebooks(filled, course)
    pairs = [(f"a{k:03}", f"z{len(handed_in) - k:03}") for k in range(len(handed_in))]
    for (first, last), (_, notebook) in zip(pairs, handed_in, strict=True):
        course.submit({first: notebook, last: notebook})
    autograde(course)
    grades = entries(course)
    differ = [
        what
        for (first, last), (what, _) in zip(pairs, handed_in, strict=True)
        if grades[first] != grades[last] or _judged(course, first) != _judged(course, last)
    ]
    assert differ == []
    assert all(_judged(course, first) for first, _ in pairs)
