"""A class of any size, as if it had been graded: gradebook and notebooks, made in seconds."""

import json
import random
from typing import NamedTuple

from nbgrader.api import Comment, Grade, Gradebook, Student, SubmittedAssignment, SubmittedNotebook

from hhlab.course.sample_class import Submission, fill, instructors_answers

from .right import RIGHT
from .wrong import WRONG

HOSTILE = (
    ("<script>alert(1)</script>", "O'Neil"),
    ('"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}"),
    ('=cmd|"/c calc"!A1', "+1, 2"),
    ("Zeile eins\nZeile zwei", "a,b;c"),
    ("\u202eevil", "אבג"),
    ("</title></table>", "&amp;"),
    ("@SUM(A1:A9)", "-2+3"),
)
FIRST = ("Ada", "Bo", "Chidi", "Dana", "Eun-ji", "Farid", "Greta", "Hugo", "Ines", "Jamal")
LAST = ("Abe", "Brandt", "Cruz", "Dvořák", "Eze", "Fischer", "Gupta", "Haas", "Ito", "Jansen")
COPIED = (
    "def ramp_of_my_cousin(wobble, potato=17):\n  return [wobble * potato for quark in range(31)]",
    "potato_total = sum(ramp_of_my_cousin(2.5))",
)
"""What students s007 and s011 both have."""
TECHNICAL = "Your model did not answer: no answer within 30 s; perhaps a loop never ends."


class Invented(NamedTuple):
    """What a student handed in, and which tests it lost."""

    what: str
    lost: set[str]


def invent(course, count, hostile=True):
    """Fill a released course with `count` invented submissions, always the same; return which.

    Parameters
    ----------
    course : Course
        A scratch course whose release has been generated.
    count : int
        How many students hand something in; one more does not.
    hostile : bool
        Whether some names and sentences are meant to do harm.

    Returns
    -------
    dict
        For each student an :class:`Invented`.
    """
    draw = random.Random(1)
    answers = instructors_answers(course.source)
    master = {cell.id: cell.source for cell in course.master().cells}
    rights = [(submission, set()) for submission in RIGHT.values()]
    wrongs = [(each.submission, each.loses) for each in WRONG.values()]
    weights = [draw.lognormvariate(0, 1) for _ in wrongs]
    invented = {}
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        book = gradebook.find_notebook("hh-model", "hh-model")
        cells = [(cell.id, cell.name, cell.max_score) for cell in book.grade_cells]
        answered = [cell.id for cell in book.solution_cells]
        gradebook.db.add(Student(id="s-absent", first_name="Never", last_name="There"))
        for k in range(count):
            student = f"s{k:03}"
            skill = draw.random()
            submission, loses = (
                draw.choice(rights) if skill < 0.35 else draw.choices(wrongs, weights)[0]
            )
            if k in (7, 11):
                submission = Submission(submission.what, submission.blanks, also=COPIED)
            invented[student] = Invented(submission.what, set(loses))
            names = HOSTILE[k] if hostile and k < len(HOSTILE) else None
            first, last = names or (draw.choice(FIRST), draw.choice(LAST))
            email = f"{student}@example.org"
            # gradebook.add_submission would take a minute for 500
            handed_in = SubmittedAssignment(assignment_id=book.assignment_id, student_id=student)
            notebook = SubmittedNotebook(
                notebook_id=book.id,
                assignment=handed_in,
                late_submission_penalty=1.0 if k == 3 else None,
            )
            notebook.grades = [
                Grade(
                    cell_id=i, auto_score=0.0 if name in loses else full, needs_manual_grade=False
                )
                for i, name, full in cells
            ]
            notebook.comments = [Comment(cell_id=i) for i in answered]
            person = Student(id=student, first_name=first, last_name=last, email=email)
            gradebook.db.add_all([person, handed_in])
            course.submitted(student).parent.mkdir(parents=True)
            _write(course, student, _notebook(course, answers, master, submission, loses, draw))
        gradebook.db.commit()
    return invented


_read = {}


def _notebook(course, answers, master, submission, loses, draw):
    """Return the graded notebook of a submission, as JSON."""
    key = (submission.what, bool(submission.also))
    if key not in _read:
        filled = fill(course.release, answers, submission)
        for cell in filled.cells:
            if cell.metadata.get("nbgrader", {}).get("grade"):
                cell.source = master[cell.id]  # graded notebooks have the hidden tests
        _read[key] = json.dumps(filled)
    notebook = json.loads(_read[key])
    mistake = submission.what if draw.random() < 0.97 else None
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            failed = name in loses
            technical = failed and draw.random() < 0.01
            number = draw.uniform(0, 9)
            cell["metadata"]["hhlab"] = {
                "passed": not failed,
                "technical": technical,
                "sentence": (TECHNICAL if technical else f"{name} is off by {number:.3f} <mV>")
                if failed
                else "",
                "mistakes": [mistake] if failed and mistake else [],
            }
    return notebook


def _write(course, student, notebook):
    path = course.autograded(student)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
