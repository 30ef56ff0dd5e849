"""Collect archives and files from a learning platform; one that is broken stops no other."""

import gzip
import shutil
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from nbgrader.plugins.zipcollect import ExtractorPlugin, FileNameCollectorPlugin
from nbgrader.utils import parse_utc

DEEPEST = 4
"""Archives within archives."""
LARGEST = 200 * 2**20
"""Bytes that may come of an archive with all that are in it; of one in another, half of that."""
TIMES = 20
"""What may come of an archive that is itself large, such as that of a class: so many times that."""
PIECE, NAME = 2**20, 2**14
MISTAKEN = (".txt", ".json")
"""What browsers add to a notebook's name."""
ZIP = b"PK"
"""How one begins; whether it is whole, its end says."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Of packing, those that Python unpacks piece by piece."""


class TooLarge(Exception):
    """More would come of an archive than may; the message says so."""


class Room:
    """What may still come of an archive, and of all that it is in.

    Parameters
    ----------
    left : int
        Bytes.
    around : Room, optional
        That of the archive which it is in.
    """

    def __init__(self, left: int, around: "Room | None" = None) -> None:
        self.left, self.around = left, around

    def take(self, size: int) -> None:
        """Take a part of it.

        Raises
        ------
        TooLarge
            If there is not so much left.
        """
        if size > self.left:
            raise TooLarge("more would come of it than an archive may hold")
        if self.around:
            self.around.take(size)
        self.left -= size


class Unpacked:
    """What a packed file holds, read from its beginning to its end, as far as there is room."""

    def __init__(self, packed: gzip.GzipFile, room: Room) -> None:
        self._packed, self._room = packed, room

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        self._room.take(size)
        return self._packed.read(size)


def members(file: Path, room: Room) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield names and contents of the files in an archive; of nothing but files.

    Raises
    ------
    ValueError
        If it is a zip that is cut off, or packed in a way that is not known.
    """
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                if member.is_dir():
                    continue
                if member.compress_type not in METHODS:
                    raise ValueError(f"{member.filename!r} is packed in a way that is not known")
                with archive.open(member) as content:
                    yield member.filename, content
        return
    with file.open("rb") as begun:
        if begun.read(len(ZIP)) == ZIP:
            raise ValueError("it is a zip that is cut off or damaged: download it once more")
    with (
        gzip.open(file) as unzipped,
        # headers and what is passed over count as well
        tarfile.open(fileobj=Unpacked(unzipped, Room(room.left)), mode="r|") as stream,  # type: ignore[call-overload]
    ):
        for entry in stream:
            if entry.isreg():
                yield entry.name, stream.extractfile(entry)


def unpack(file: Path, folder: Path, room: Room) -> None:
    """Unpack an archive into a folder.

    Raises
    ------
    Exception
        If it is none, holds what would lie outside, or is too large: what came before that stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    inside = folder.resolve()
    for written, content in members(file, room):
        name = "".join(char if char.isprintable() else "_" for char in written)  # it will be logged
        place = folder / name
        if not place.resolve().is_relative_to(inside):
            raise ValueError(f"{name!r} would lie outside of its folder")
        room.take(NAME * len(Path(name).parts))  # names take room as well
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as copy:
            while piece := content.read(PIECE):
                room.take(len(piece))
                copy.write(piece)


class Extractor(ExtractorPlugin):
    """nbgrader's extractor, for one file at a time. Set in ``c.ZipCollectApp.extractor_plugin``."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Extract and copy what can be; say of the rest why not."""
        for file in sorted(path for path in Path(archive_path).rglob("*") if path.is_file()):
            place = Path(extracted_path) / file.relative_to(archive_path)
            room = Room(max(LARGEST, TIMES * file.stat().st_size))
            self._take(file, place.parent, room, DEEPEST)
        for file in sorted(Path(extracted_path).rglob("*.ipynb.*")):
            right = file.with_suffix("")
            if file.suffix in MISTAKEN and file.is_file() and not right.exists():
                file.rename(right)

    def _take(self, file: Path, folder: Path, room: Room, deep: int) -> None:
        """Copy a file, or what is in an archive and in those within it, as far as there is room."""
        folder.mkdir(parents=True, exist_ok=True)
        unpacked = folder / file.stem.removesuffix(".tar")
        try:
            if not self._is_archive(file):
                shutil.copy(file, folder)
                return
            if not deep:
                raise ValueError(f"more than {DEEPEST} archives lie in each other")
            unpack(file, unpacked, room)
        except Exception as broken:  # an archive may make what reads it raise anything
            self.log.error("%r was left out: %s", str(file), broken)
        for within in sorted(filter(self._is_archive, unpacked.rglob("*"))):
            self._take(within, within.parent, Room(LARGEST // 2, room), deep - 1)

    def _is_archive(self, path: Path) -> bool:
        return path.suffix.lower() in self.zip_ext


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
