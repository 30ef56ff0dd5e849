"""Sort what a learning platform hands out: the latest notebook of each student that can be read."""

from datetime import datetime
from pathlib import Path
from typing import Any

from ..grading.submissions import collect
from ..grading.submissions.reading import Unreadable, read
from ..grading.submissions.staging import time_of
from ..lab.pack import unpacked


class Collector(collect.Collector):
    """The grader's, which leaves aside what is no notebook, or older than what is there already.

    Set in ``c.ZipCollectApp.collector_plugin``.
    """

    parent: Any

    def collect(self, submitted_file: str) -> dict[str, Any] | None:
        """Return whose a file is, and which notebook; None if it is left aside."""
        path = Path(submitted_file)
        found = super().collect(submitted_file)
        if found is None:
            return None
        try:
            if path.name.startswith("._") or "__MACOSX" in path.parts:
                raise Unreadable("a Mac put it beside the notebook")
            name = unpacked(found["file_id"])
            read(path)
            if "timestamp" not in found:
                raise Unreadable("its name says no time")
            found["timestamp"] = datetime.strptime(found["timestamp"], "%Y%m%dT%H%M%SZ")
            self._is_later(found["student_id"], found["timestamp"])
        except (Unreadable, ValueError) as why:
            self.log.warning("Left aside (%s): %r", why, submitted_file)
            return None
        return {**found, "file_id": f"{name}.ipynb"}

    def _is_later(self, student: str, when: datetime) -> None:
        course = self.parent.coursedir
        folder = course.format_path(course.submitted_directory, student, course.assignment_id)
        before = time_of(folder)
        if before is not None and before > when:
            raise Unreadable(f"submitted/ has one of {before}, which is newer")
