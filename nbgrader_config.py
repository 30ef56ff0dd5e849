"""How nbgrader works in this course. Everything else is nbgrader's default."""

import os

from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ComputeChecksums,
    IncludeHeaderFooter,
    LockCells,
    SaveCells,
)

from hhlab.course.collecting import Collector
from hhlab.grading.configure import configure
from hhlab.grading.release import NameBlanks
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

# Tests run outside the students' kernels. What the hidden values follow from is the key that the
# environment has as HHLAB_COURSE_KEY, or this file: set your own before the course starts, and keep
# it. The same key grades a resubmission with the same values.
configure(c, unit="hhlab.course.unit:UNIT")
# c.Examine.course_key = "…"

# The names that `hhlab pack` gives to files, as they come back from a learning platform.
c.FileNameCollectorPlugin.named_regexp = PACKED
c.ZipCollectApp.collector_plugin = Collector

c.Execute.timeout = 60
