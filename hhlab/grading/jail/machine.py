"""What grading needs of a machine, and what to do where it allows less."""

import os
import platform
import resource
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from traitlets.config import Config

from .folders import TEMPORARY
from .provisioner import JailProvisioner

ROOM = 16 * 2**20
"""Bytes that temporary files may come to."""
LONGEST = 107 - len("/pymp-xxxxxxxx/listener-xxxxxxxx")
"""Characters that the folder of temporary files may have, for sockets in it."""
ULIMITS = {
    "CPU": ("seconds of CPU time", "-t"),
    "FSIZE": ("bytes of a file", "-f"),
    "NOFILE": ("open files", "-n"),
    "NPROC": ("processes and threads", "-u"),
}
RAISE = (
    "start it from a shell with 'ulimit {option} unlimited' (open files: 'ulimit -n 4096'); where "
    "that is refused, whoever administers this machine can raise the limit (Linux: "
    "/etc/security/limits.conf; batch systems and containers have settings of their own)"
)


class Finding(NamedTuple):
    """What was looked at, what was found, and, if that is not enough, what to do."""

    name: str
    found: str
    remedy: str = ""


class NotFit(RuntimeError):
    """Something is missing without which nothing can be graded; the message says what to do."""


def refuse(findings: Iterable[Finding]) -> None:
    """Stop where something is missing.

    Raises
    ------
    NotFit
        With a sentence for each finding that has a remedy.
    """
    if bad := [each for each in findings if each.remedy]:
        lines = (f"  {each.name}: {each.found}.\n    {each.remedy}." for each in bad)
        what = f"Nothing was graded. What is missing on {platform.node()}:"
        raise NotFit("\n".join([what, "", *lines]))


def machine(settings: Config) -> list[Finding]:
    """Look at what this process is allowed, and at the room for temporary files.

    Parameters
    ----------
    settings : Config
        The grader's: with a jail, kernels have limits of their own, which can only be lower.
    """
    limits = JailProvisioner(config=settings).limits() if settings.Examine.jail else {}
    return [
        *(_limit(name, limits[name]) for name in ULIMITS if name in limits),
        *(_room(place) for place in sorted({TEMPORARY, os.environ.get("TMPDIR") or TEMPORARY})),
    ]


def _limit(name: str, needed: int) -> Finding:
    what, option = ULIMITS[name]
    allowed, _ = resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
    if allowed == resource.RLIM_INFINITY:
        return Finding(what, "as many as one wants")
    found = f"{allowed} allowed, {needed} needed (ulimit {option})"
    return Finding(what, found, "" if allowed >= needed else RAISE.format(option=option))


def _room(place: str) -> Finding:
    remedy = f"make room in {place}, or have a larger file system there"
    try:
        with tempfile.TemporaryFile(dir=place):
            free = shutil.disk_usage(place).free
    except OSError as error:
        return Finding(place, f"no file can be made in it ({error.strerror})", remedy)
    found = f"{free / 2**20:.0f} MB free, {ROOM / 2**20:.0f} needed"
    return Finding(place, found, "" if free >= ROOM else remedy)


def together() -> Iterator[Finding]:
    """Look at what processes that work together need."""
    otherwise = "or use 'nbgrader autograde', which needs none of that"
    place, found = "/dev/shm", "not there, or not writable, so processes cannot work together"
    usable = os.access(place, os.W_OK | os.X_OK)
    yield (
        Finding(place, "there")
        if usable
        else Finding(place, found, f"mount a tmpfs on {place}; {otherwise}")
    )
    if len(temporary := os.environ.get("TMPDIR") or TEMPORARY) > LONGEST:
        remedy = f"have TMPDIR name a folder with a shorter path, such as /tmp; {otherwise}"
        yield Finding(temporary, "too long for the path of a socket", remedy)
