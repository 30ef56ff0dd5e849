"""Answers that were split, copied or written beside their cells: the work counts, none is lost.

Each damage is a way in which a notebook comes back; a class of them is graded by both commands.
"""

import ast
import copy
import html
import shutil
from types import SimpleNamespace

import nbformat
import pytest
from home import once
from nbgrader.api import Gradebook
from nbgrader.utils import is_grade
from shared import beside, named, run
from small import ANSWER, LETTER, NAME, QUESTION, RIGHT, TEST, copied_course, shared_course

from hhlab.course.folder import Course
from hhlab.grading.gradebook.scores import record
from hhlab.grading.submissions.reading import read
from hhlab.grading.submissions.rebuild import note, rebuild

UNFINISHED = RIGHT.replace(
    "return Scale(2.0).times(x)", 'raise NotImplementedError("TODO 2, double")'
)
WRONG = RIGHT.replace("Scale(2.0)", "Scale(3.0)")
TWO = "TWO = 2.0"
WITH_TWO = RIGHT.replace("2.0", "TWO")
WORDS = "Twice a number is the number, and once more the number."


def pieces(*sources, at=ANSWER, **changes):
    """Return a change that has cells with an answer's name, or none, in place of the answer.

    ``None`` stands for the cell as it was given, a cell for one without a name.
    """

    def change(notebook):
        original = named(notebook, at)
        place = notebook.cells.index(original)
        cells = []
        for number, source in enumerate(sources):
            cell = copy.deepcopy(original) if not isinstance(source, dict) else source
            if isinstance(source, str):
                cell.source = source
            cell.id = at if cell.id == at and not number else f"{at}-{number}"
            cells.append(cell)
        notebook.cells[place : place + 1] = cells

    return change


def code(source):
    return nbformat.v4.new_code_cell(source)


def text(source):
    return nbformat.v4.new_markdown_cell(source)


def raw(source):
    return nbformat.v4.new_raw_cell(source)


def answered(*cells, source=RIGHT):
    """Return a change that fills the answer, and adds cells at the end."""

    def change(notebook):
        named(notebook, ANSWER).source = source
        notebook.cells += copy.deepcopy(cells)

    return change


def same_name(source, kind=code):
    cell = kind(source)
    cell.metadata["nbgrader"] = {
        "grade_id": ANSWER,
        "solution": True,
        "grade": False,
        "locked": False,
        "schema_version": 3,
    }
    return cell


def in_words(*cells, at=LETTER, source=None):
    """Return a change that adds cells behind one, and says what stands in the letter's own."""

    def change(notebook):
        notebook.cells[0:0] = []
        place = notebook.cells.index(named(notebook, at)) + 1
        notebook.cells[place:place] = copy.deepcopy(cells)
        if source is not None:
            named(notebook, LETTER).source = source

    return change


def without_names(change, ids=True):
    """Return a change after which a tool drops all metadata, and cells' ids as well."""

    def damaged(notebook):
        change(notebook)
        for number, cell in enumerate(notebook.cells):
            cell.metadata = {}
            if ids:
                cell.id = f"cell-{number}"

    return damaged


def deleted(name, change):
    def damaged(notebook):
        change(notebook)
        notebook.cells.remove(named(notebook, name))

    return damaged


def typed(name, kind, change):
    def damaged(notebook):
        change(notebook)
        cell = named(notebook, name)
        cell.cell_type = kind
        cell.pop("outputs", None), cell.pop("execution_count", None)
        if kind == "code":
            cell |= {"outputs": [], "execution_count": None}

    return damaged


CLASS, REST = RIGHT.split("\n\n\n")
HEAD, TIMES = CLASS.split("\n\n")
SPLIT = {
    "whole": pieces(RIGHT),
    "helper-above": pieces(
        "def helper(x):\n  return 2.0 * x", RIGHT.replace("Scale(2.0).times(x)", "helper(x)")
    ),
    "constant-above": pieces(TWO, WITH_TWO),
    "constant-below": pieces(WITH_TWO, TWO),
    "comment-above": pieces("# my answer", RIGHT),
    "between-definitions": pieces(CLASS, REST),
    "between-methods": pieces(HEAD, f"{TIMES}\n\n\n{REST}"),
    "within-a-method": pieces(HEAD, TIMES.split("\n")[0], f"{TIMES.split(chr(10))[1]}\n\n{REST}"),
    "within-brackets": pieces(RIGHT[:-2], RIGHT[-2:]),
    "within-a-word": pieces(RIGHT[:-23], RIGHT[-23:]),
    "three": pieces(HEAD, TIMES, REST),
    "by-editor": pieces(HEAD, code(f"{TIMES}\n\n\n{REST}")),
    "something-between": pieces(HEAD, code("print(1)"), f"{TIMES}\n\n\n{REST}"),
    "magic": pieces("%matplotlib inline\n" + HEAD, f"{TIMES}\n\n\n{REST}"),
    "timed": pieces(TWO, f"%%time\n{WITH_TWO}"),
    "note-above": pieces(same_name("My *answer*.", text), RIGHT),
    "without-names": without_names(pieces(RIGHT)),
    "mac": pieces(RIGHT.replace("\n", "\r\n")),
    "copy-above": pieces(RIGHT, None),
    "copy-below": pieces(None, RIGHT),
    "copy-above-unfinished": pieces(RIGHT, UNFINISHED),
    "copy-below-unfinished": pieces(UNFINISHED, RIGHT),
    "copy-at-the-end": answered(code(TWO), same_name(WITH_TWO), source=UNFINISHED),
    "copies-of-parts": pieces(CLASS, UNFINISHED.split("\n\n\n")[1], REST),
    "unfinished-experiment": answered(same_name(UNFINISHED)),
    "wrong-experiment": answered(same_name(WRONG)),
    "corrected": pieces(WRONG, RIGHT),
}
"""Ways in which the right answer comes back: it earns both points, and nothing is left out."""

LETTERS = {
    "in-its-cell": in_words(source=f"#### A letter\n\n{WORDS}"),
    "in-place-of-all": in_words(source=WORDS),
    "below": in_words(text(WORDS)),
    "two-below": in_words(text(WORDS), text("And *half* is less.")),
    "below-the-question": in_words(text(WORDS), at=QUESTION),
    "raw-below": in_words(raw(WORDS)),
    "alone": deleted(LETTER, in_words(text(WORDS))),
    "heading-and-below": in_words(text(WORDS), source="#### A letter"),
    "split": pieces("#### A letter", WORDS, at=LETTER),
    "split-in-three": pieces("#### A letter", WORDS[:20], WORDS[20:], at=LETTER),
    "copied": pieces(None, WORDS, at=LETTER),
    "nameless": without_names(in_words(source=WORDS), ids=False),
    "nameless-without-ids": without_names(in_words(source=WORDS)),
    "nameless-below": without_names(in_words(text(WORDS))),
    "in-the-question": lambda nb: named(nb, QUESTION).update(source=f"## In your words\n\n{WORDS}"),
    "made-code": typed(LETTER, "code", in_words(source=WORDS)),
}
"""Ways in which a letter comes back: it is what stands in its cell, and waits for a human."""

DOUBTFUL = {
    "at-the-end": in_words(text(WORDS), at="submit"),
    "alone-at-the-end": deleted(LETTER, in_words(text(WORDS), at="submit")),
    "at-the-top": in_words(text(WORDS), at="title"),
    "as-code": in_words(code(WORDS)),
    "as-code-elsewhere": in_words(code(WORDS), at="title"),
    "in-given-text": lambda nb: named(nb, "between").update(source=WORDS),
    "in-a-test": lambda nb: named(nb, TEST).update(source=WORDS),
    "python-beside": in_words(code("print('twice')")),
}
"""What may be a letter: it waits for a human, who finds it in the notebook."""

BLANK = {
    "untouched": lambda nb: None,
    "spaced": in_words(source="#### A letter\n\nYOUR ANSWER HERE\n  \n"),
    "deleted": deleted(LETTER, lambda nb: None),
    "empty-cells": in_words(text(""), code("\n")),
    "experiments": in_words(code("double(3)"), at="title"),
    "bare": without_names(lambda nb: None),
}
"""Nothing was written: nobody has to look."""

ALL = {
    f"{kind}-{name}": change
    for kind, changes in {
        "split": SPLIT,
        "letter": LETTERS,
        "doubt": DOUBTFUL,
        "blank": BLANK,
    }.items()
    for name, change in changes.items()
}


GONE = {"nbgrader": list(ALL), "hhlab": list(ALL)[::3]}
"""Which ways are gone in the class that a command grades; both commands read with the same code."""


@pytest.fixture(scope="module", params=beside("files", GONE))
def graded(request):
    """A class in which each of these ways was gone by a student, graded by one of the commands."""

    def make(place):
        course = copied_course(place)
        for student in GONE[request.param]:
            change = ALL[student]
            notebook = nbformat.read(course.release, 4)
            change(notebook)
            course.submit({student: notebook})
        run(course, request.param, "autograde", NAME)
        run(course, "hhlab", "feedback", NAME)
        run(course, "hhlab", "report", NAME)

    return Course(once(f"answers by {request.param}", make), NAME)


def students(course, kind=""):
    """Return the students of a class who went a way of some kind."""
    found = [path.name for path in (course.root / "submitted").glob(f"{kind}*")]
    assert found
    return found


def written(course, student):
    """Return the words that a student wrote, in code and text, less those that were given."""
    given = "\n".join(cell.source for cell in nbformat.read(course.release, 4).cells)
    sources = (cell.source for cell in nbformat.read(course.submitted(student), 4).cells)
    return {word for source in sources for word in source.split() if word not in given}


def letter(course, student):
    """Return a letter's points, whether a human has to look, and the comment on it."""
    where = (LETTER, NAME, NAME, student)
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        grade, comment = gradebook.find_grade(*where), gradebook.find_comment(*where)
        return grade.auto_score, grade.needs_manual_grade, comment.auto_comment


def test_nothing_that_a_student_wrote_is_left_out(graded):
    for student in students(graded):
        sources = "\n".join(c.source for c in nbformat.read(graded.autograded(student), 4).cells)
        assert not {word for word in written(graded, student) if word not in sources}, student


def test_an_answer_in_pieces_earns_its_points(graded):
    points = {each.student: each.points[TEST][0] for each in graded.grades()}
    split = students(graded, "split")
    assert {name: points[name] for name in split} == dict.fromkeys(split, 2.0)
    assert {points[student] for student in students(graded, "blank")} == {0.0}


def test_a_letter_reaches_the_human(graded):
    table = (graded.root / f"report/{NAME}.html").read_text()
    for student in students(graded, "letter"):
        assert letter(graded, student) == (None, True, None), student
        cell = named(nbformat.read(graded.autograded(student), 4), LETTER)
        assert "Twice a number is" in cell.source, student
    for student in students(graded, "doubt"):
        assert letter(graded, student) == (None, True, None), student
    for student in students(graded):
        page = html.unescape(graded.feedback(student).read_text())
        # the code of who wrote a letter; who wrote nothing at all gets one sentence
        assert page.count("No response.") == (not student.startswith("blank")), student
        assert student in table


def test_nobody_has_to_look_where_nothing_was_written(graded):
    for student in students(graded, "blank"):
        assert letter(graded, student) == (0, False, "No response."), student


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # by nbgrader's add_submission
@pytest.mark.parametrize(
    ("unread", "expected"),
    [("", (0, False, "No response.")), ("it is no notebook", (None, True, None))],
)
def test_a_letter_of_what_cannot_be_read_waits_for_the_human(unread, expected, tmp_path):
    course = shared_course()
    shutil.copy(course.root / "gradebook.db", tmp_path)
    notebook = course.master()
    note(notebook, ["It was not read."], unread)
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission(NAME, "ada")
        record(gradebook, notebook, NAME, NAME, "ada")
        gradebook.db.commit()
    assert letter(SimpleNamespace(root=tmp_path), "ada") == expected


@pytest.fixture(scope="module")
def model(released):
    """The master of hh-model, and the notebook with its author's answers."""
    return released.master(), nbformat.read(released.source, 4)


@pytest.mark.parametrize(("first", "step"), beside("files", [(1, 9), (1, 1)], [(1, 9)]))
def test_a_class_that_is_split_at_any_line_is_that_class(first, step, model, tmp_path):
    master, source = model
    answer = named(source, "hh")
    lines = answer.source.split("\n")
    for k in range(first, len(lines), step):
        halves = copy.deepcopy(source)
        pieces("\n".join(lines[:k]), "\n".join(lines[k:]), at="hh")(halves)
        path = tmp_path / "student" / "hh-model" / "hh-model.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(halves, path)
        rebuilt, _ = rebuild(read(path)[0], master)
        cells = [c.source for c in rebuilt.cells if c.cell_type == "code" and not is_grade(c)]
        defined = [n for cell in cells for n in ast.parse(cell).body if isinstance(n, ast.ClassDef)]
        (expected,) = ast.parse(answer.source).body
        assert [ast.dump(each) for each in defined] == [ast.dump(expected)], k
