"""Lay out a course in a folder of its own and run nbgrader's commands in it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory

from ..grading.submissions.exporter import read_master

ASSIGNMENT = "hh-model"


class CommandFailed(RuntimeError):
    """An nbgrader command ended with an error; the message holds what it said."""


@dataclass(frozen=True)
class Grades:
    """One student's points.

    Attributes
    ----------
    student : str
        Who.
    points : dict
        For each test cell: points earned and points possible.
    """

    student: str
    points: dict[str, tuple[float, float]]

    @property
    def total(self) -> float:
        """Points earned in all."""
        return sum(earned for earned, _ in self.points.values())


class Course:
    """A folder with nbgrader's layout.

    Parameters
    ----------
    root : Path
        Where nbgrader_config.py and source/ are.
    assignment : str
        The assignment in question; its one notebook has the same name.
    """

    def __init__(self, root: Path, assignment: str = ASSIGNMENT) -> None:
        self.root = Path(root)
        self.assignment = assignment

    @classmethod
    def copy(cls, original: Path, root: Path, assignment: str = ASSIGNMENT) -> "Course":
        """Return a fresh course in `root` with the original's configuration and source.

        Raises
        ------
        FileNotFoundError
            If `original` is not a course.
        """
        for name in ("nbgrader_config.py", "source"):
            if not (original / name).exists():
                raise FileNotFoundError(
                    f"there is no {name} in {original}: run this in the folder of the course"
                )
        root.mkdir(parents=True)
        shutil.copy(original / "nbgrader_config.py", root)
        shutil.copytree(original / "source", root / "source")
        return cls(root, assignment)

    @property
    def source(self) -> Path:
        """The authored notebook."""
        return self.root / "source" / self.assignment / f"{self.assignment}.ipynb"

    @property
    def release(self) -> Path:
        """The students' notebook."""
        return self.root / "release" / self.assignment / f"{self.assignment}.ipynb"

    def submitted(self, student: str) -> Path:
        """Return where a student's notebook is handed in."""
        return self.root / "submitted" / student / self.assignment / f"{self.assignment}.ipynb"

    def autograded(self, student: str) -> Path:
        """Return where a student's graded notebook is put."""
        return self.root / "autograded" / student / self.assignment / f"{self.assignment}.ipynb"

    def feedback(self, student: str) -> Path:
        """Return where a student's feedback page is put."""
        return self.root / "feedback" / student / self.assignment / f"{self.assignment}.html"

    def master(self) -> NotebookNode:
        """Return the released notebook with the hidden tests in it."""
        place = CourseDirectory(root=str(self.root))
        return read_master(place, self.assignment, self.assignment)

    def submit(self, notebooks: Mapping[str, NotebookNode]) -> None:
        """Put notebooks where students' submissions are collected."""
        for student, notebook in notebooks.items():
            path = self.submitted(student)
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, path)

    def nbgrader(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
    ) -> str:
        """Run an nbgrader command in the course and return what it said.

        Parameters
        ----------
        *arguments : str
            As on the command line.
        environment : mapping, optional
            Variables to add.

        Raises
        ------
        CommandFailed
            If the command ends with an error.
        """
        # nbgrader starts alembic by its bare name
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=self.root,
            env={**os.environ, "PATH": path, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        if done.returncode:
            raise CommandFailed(f"nbgrader {' '.join(arguments)} failed:\n{done.stdout}")
        return done.stdout

    def grades(self) -> list[Grades]:
        """Return every student's points, from the gradebook; 0 where a test has no score."""
        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            try:
                submissions = gradebook.assignment_submissions(self.assignment)
            except MissingEntry:
                return []
            return sorted(
                (
                    Grades(
                        submission.student_id,
                        {
                            grade.name: (float(grade.score or 0), float(grade.max_score))
                            for notebook in submission.notebooks
                            for grade in notebook.grades
                        },
                    )
                    for submission in submissions
                ),
                key=lambda grades: grades.student,
            )
