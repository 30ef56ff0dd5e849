"""A name for the software that grades: whoever has another one may come to other results."""

import functools
import hashlib
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path


@functools.cache
def version(depends_on: tuple[str, ...]) -> str:
    """Return a name for this code, and for the distributions that decide results.

    Parameters
    ----------
    depends_on : tuple of str
        As in :class:`hhlab.grading.unit.Unit`.
    """
    package = Path(__file__).parents[1]
    files = sorted([*package.rglob("*.py"), *package.rglob("*.mo")])
    parts = [file.read_bytes() for file in files]
    parts += [f"{each} {version_of(each)}".encode() for each in depends_on]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def version_of(name: str) -> str:
    """Return the version of a package; nothing if it is not there."""
    try:
        return installed(name)
    except PackageNotFoundError:
        return ""
