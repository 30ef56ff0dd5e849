"""The lines that every course's nbgrader_config.py would repeat: have nbgrader grade with this."""

import os
import sys
from typing import Any

from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, GetGrades

from .examine.examine import Examine
from .feedback import formgrader
from .feedback.inert import HideTests
from .feedback.page import FeedbackExporter
from .gradebook.fit import name_finding
from .gradebook.scores import RecordScores
from .release import MARKS, ReleaseAssignment, ReleaseExporter
from .submissions.collect import Collector, Extractor
from .submissions.exporter import SubmissionExporter


def configure(c: Any, unit: str = "") -> None:
    """Set what grading, feedback, release and ``zip_collect`` go by; the rest is nbgrader's.

    What is hidden stands between the same marks whatever somebody's own configuration says.

    Parameters
    ----------
    c : Config
        What ``get_config()`` returns in nbgrader_config.py.
    unit : str
        The course's :class:`hhlab.grading.unit.Unit`, as ``module:object``. With none, tests ask
        functions for numbers.
    """
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
    c.GenerateAssignment.exporter_class = ReleaseExporter
    c.ExchangeFactory.release_assignment = ReleaseAssignment
    for step, kind, words in MARKS:
        c[step][f"begin_{kind}_delimeter"] = f"BEGIN {words}"
        c[step][f"end_{kind}_delimeter"] = f"END {words}"
    c.Examine.unit = unit
    if key := os.environ.get("HHLAB_COURSE_KEY"):
        c.Examine.course_key = key
    c.ZipCollectApp.extractor_plugin = Extractor
    c.ZipCollectApp.collector_plugin = Collector
    formgrader.use(c)
    # before nbgrader looks for files, finds none, and says no more than that
    if unfit := name_finding(c.CourseDirectory.get("root") or os.getcwd()):
        print(f"{unfit.name}: {unfit.found}: {unfit.remedy}.", file=sys.stderr)
