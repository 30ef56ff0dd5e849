"""Tell errors of the student's code from our own: only the first are a verdict."""

import contextlib
import traceback
from collections.abc import Iterator
from pathlib import Path

OURS = Path(__file__).resolve().parents[1]
_MARK = "_raised_by_students_code"


class Fault(BaseException):
    """An error of ours: a technical failure, which no ``except Exception`` turns into a verdict."""


@contextlib.contextmanager
def students() -> Iterator[None]:
    """Call the student's code, or look at what it made: what is raised in here is its own error."""
    try:
        yield
    except (Exception, SystemExit) as error:
        setattr(error, _MARK, True)
        raise


@contextlib.contextmanager
def ours() -> Iterator[None]:
    """Do something of ours: whatever is raised in here, but not by the student's code, is a Fault.

    That holds where it is the student's code that calls us, as well.
    """
    try:
        yield
    except Exception as error:
        if getattr(error, _MARK, False):
            raise
        raise Fault(_named(error)) from error


def _named(error: BaseException) -> str:
    """Return the kind of an error, and the line of ours that it comes from."""
    frames = traceback.extract_tb(error.__traceback__)
    last = next((each for each in reversed(frames) if OURS in Path(each.filename).parents), None)
    where = (
        f" in {Path(last.filename).relative_to(OURS.parent)}, line {last.lineno}" if last else ""
    )
    return f"{type(error).__name__}{where}"
