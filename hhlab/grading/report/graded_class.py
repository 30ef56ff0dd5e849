"""What is known of a graded class."""

import re
from dataclasses import dataclass, field

from ...channel.language import ENGLISH


@dataclass(frozen=True)
class Part:
    """A cell that gives points.

    Attributes
    ----------
    name : str
        Its nbgrader grade id.
    title : str
        What it is about: the first comment of the cell, or its name.
    points : float
        How many there are to earn.
    """

    name: str
    title: str
    points: float

    @property
    def short(self) -> str:
        """A word or two for the head of a column: the title as far as its colon."""
        return re.split("[:：]", self.title)[0]


@dataclass(frozen=True)
class Failure:
    """Why a part earned nothing.

    Attributes
    ----------
    sentence : str
        What the student was told.
    mistakes : tuple of str
        Names of the mistakes that explain it, each as well as the others; empty if none does.
    technical : bool
        Whether the test could not be carried out.
    """

    sentence: str
    mistakes: tuple[str, ...] = ()
    technical: bool = False


@dataclass
class Submission:
    """One student's submission, graded.

    Attributes
    ----------
    student : str
        nbgrader's name for the student.
    first_name, last_name, email, lms_id : str
        What else the gradebook knows; empty where it does not.
    points : dict
        Points earned, by the name of the part.
    penalty : float
        Points taken off for being late.
    needs_grading : bool
        Whether something waits for a manual grade.
    failures : dict
        By the name of the part.
    repairs : list of str
        What was wrong with the file.
    code : str
        All code that the student wrote or could have changed.
    feedback : str
        Where the feedback page is, as a link from the report; empty if there is none.
    """

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""
    points: dict[str, float] = field(default_factory=dict)
    penalty: float = 0.0
    needs_grading: bool = False
    failures: dict[str, Failure] = field(default_factory=dict)
    repairs: list[str] = field(default_factory=list)
    code: str = ""
    feedback: str = ""

    @property
    def name(self) -> str:
        """First and last name, or nbgrader's name where there is neither."""
        return f"{self.first_name} {self.last_name}".strip() or self.student

    @property
    def total(self) -> float:
        """Points in all, less the penalty, as ``nbgrader export`` counts them."""
        return max(0.0, sum(self.points.values()) - self.penalty)


@dataclass(frozen=True)
class ClassRecord:
    """A graded class.

    Attributes
    ----------
    assignment : str
        Its name.
    parts : list of Part
        In the order of the notebook.
    submissions : list of Submission
        In the order of the students' names.
    missing : list of str
        Students in the gradebook who handed nothing in.
    given : str
        The code that all were given, and the instructor's answers.
    language : str
        Of the edition, and so of the report.
    finished : tuple of str
        As in :class:`hhlab.grading.unit.Unit`.
    """

    assignment: str
    parts: list[Part]
    submissions: list[Submission]
    missing: list[str]
    given: str
    language: str = ENGLISH
    finished: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """Points to earn in all."""
        return sum(part.points for part in self.parts)
