"""Collect archives and files from a learning platform; one that is broken stops no other."""

import shutil
from pathlib import Path
from typing import Any

from nbgrader.plugins.zipcollect import ExtractorPlugin, FileNameCollectorPlugin
from nbgrader.utils import parse_utc, unzip

DEEPEST = 4
"""Archives within archives."""


class Extractor(ExtractorPlugin):
    """nbgrader's extractor, for one file at a time. Set in ``c.ZipCollectApp.extractor_plugin``."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Extract and copy what can be; say of the rest why not."""
        for file in sorted(path for path in Path(archive_path).rglob("*") if path.is_file()):
            place = Path(extracted_path) / file.relative_to(archive_path)
            self._take(file, place.parent, DEEPEST)

    def _take(self, file: Path, folder: Path, deep: int) -> None:
        """Copy a file, or what is in an archive and in those within it."""
        folder.mkdir(parents=True, exist_ok=True)
        try:
            if file.suffix not in self.zip_ext:
                shutil.copy(file, folder)
                return
            if not deep:
                raise ValueError(f"more than {DEEPEST} archives lie in each other")
            unpacked = folder / file.stem.removesuffix(".tar")
            unzip(str(file), str(folder), self.zip_ext, create_own_folder=True)
        except Exception as broken:  # an archive may make what reads it raise anything
            self.log.error("%r was left out: %s", str(file), broken)
            return
        for within in sorted(path for path in unpacked.rglob("*") if path.suffix in self.zip_ext):
            self._take(within, within.parent, deep - 1)


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
