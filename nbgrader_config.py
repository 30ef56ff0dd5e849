"""How nbgrader works in this course. Everything else is nbgrader's default."""

import os

from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ComputeChecksums,
    GetGrades,
    IncludeHeaderFooter,
    LockCells,
    SaveCells,
)

from hhlab.grading.examine.examine import Examine
from hhlab.grading.feedback import formgrader
from hhlab.grading.feedback.inert import HideTests
from hhlab.grading.feedback.page import FeedbackExporter
from hhlab.grading.gradebook.scores import RecordScores
from hhlab.grading.release import NameBlanks
from hhlab.grading.submissions.exporter import SubmissionExporter
from hhlab.lab.pack import PACKED

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "hhlab"
c.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))

c.GenerateAssignment.preprocessors = [
    IncludeHeaderFooter,
    LockCells,
    NameBlanks,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
]

# A mark scheme stands in the read-only question that it belongs to, above the cell for the answer:
# students get the question without it, and formgrader shows it to who grades.
c.ClearMarkScheme.enforce_metadata = False

c.Autograde.exporter_class = SubmissionExporter
c.Autograde.sanitize_preprocessors = [CheckCellMetadata]
c.Autograde.autograde_preprocessors = [
    Examine,
    RecordScores,
    AssignLatePenalties,
    CheckCellMetadata,
]
c.GenerateFeedback.exporter_class = FeedbackExporter
c.GenerateFeedback.preprocessors = [GetGrades, HideTests]
formgrader.use(c)

# The names that `hhlab pack` gives to files, as they come back from a learning platform.
c.FileNameCollectorPlugin.named_regexp = PACKED

# What the hidden stimuli follow from. Set your own, here or in the environment, before the course
# starts, and keep it: the same key grades a resubmission with the same stimuli.
if key := os.environ.get("HHLAB_COURSE_KEY"):
    c.Examine.course_key = key

# What the grader has to know of this course; with nothing here, tests ask functions for numbers.
c.Examine.unit = "hhlab.course.unit:UNIT"

c.Execute.timeout = 60
