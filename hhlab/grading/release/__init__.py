"""Make a release, or none: whatever speaks against it is found before the one that is there goes.

Students get blanks that name their TODO, and tests without their hidden regions.
"""

from .blanks import TODO, NameBlanks
from .exporter import ReleaseAssignment, ReleaseExporter
from .hidden import MARKS

__all__ = ["MARKS", "TODO", "NameBlanks", "ReleaseAssignment", "ReleaseExporter"]
