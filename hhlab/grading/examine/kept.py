"""What a machine keeps between runs: of each rehearsal, and what the answers compile to."""

import atexit
import functools
import os
from pathlib import Path

from ..jail import bubblewrap
from ..jail.folders import Place
from ..jail.machine import Finding


def cache() -> Finding:
    """Look for the place of what is kept between runs."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    place = Path(caches) / "hhlab" / "compiled"
    try:
        place.mkdir(parents=True, exist_ok=True)
        (place / "lock").touch()
    except OSError as error:
        remedy = (
            "give XDG_CACHE_HOME a folder of yours, or make it writable; else each run is slower"
        )
        return Finding(str(place), f"cannot be written to ({error.strerror})", remedy)
    return Finding(str(place), "can be written to")


def home() -> Path:
    """Return the place of what is kept, or, where it cannot be, of what this process needs."""
    found = cache()
    return _for_now() if found.remedy else Path(found.name)


@functools.cache
def _for_now() -> Path:
    place = Place(bubblewrap.owner())
    atexit.register(place.remove)
    kept = Path(place.outer) / "compiled"  # the place's own "lock" is held as long as it is there
    kept.mkdir()
    return kept


def write(path: Path, told: str) -> None:
    """Write a file as a whole, for nobody else: there are hidden values in it, and answers."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(told)
    unfinished.replace(path)
