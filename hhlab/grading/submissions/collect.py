"""Collect archives and files from a learning platform; one that is broken stops no other."""

import os
import tempfile
from pathlib import Path
from typing import Any

from nbgrader.plugins.zipcollect import ExtractorPlugin, FileNameCollectorPlugin
from nbgrader.utils import parse_utc


class Extractor(ExtractorPlugin):
    """nbgrader's extractor, for one file at a time. Set in ``c.ZipCollectApp.extractor_plugin``."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Extract and copy what can be; say of the rest why not."""
        for file in sorted(path for path in Path(archive_path).rglob("*") if path.is_file()):
            with tempfile.TemporaryDirectory() as alone:
                place = Path(alone) / file.relative_to(archive_path)
                place.parent.mkdir(parents=True, exist_ok=True)
                os.symlink(file.absolute(), place)
                try:
                    super().extract(alone, extracted_path)
                except Exception as broken:  # an archive may make what reads it raise anything
                    self.log.error("%r was left out: %s", str(file), broken)


class Collector(FileNameCollectorPlugin):
    """nbgrader's collector, to which an impossible time is none.

    Set in ``c.ZipCollectApp.collector_plugin``.
    """

    def collect(self, submitted_file: str) -> dict[str, Any] | None:
        """Return what a file's name says."""
        found: dict[str, Any] | None = super().collect(submitted_file)
        if not found or not found.get("timestamp"):
            return found
        try:
            parse_utc(found["timestamp"])
        except Exception as impossible:
            self.log.error("%r says no time: %s", submitted_file, impossible)
            found = {name: said for name, said in found.items() if name != "timestamp"}
        return found
