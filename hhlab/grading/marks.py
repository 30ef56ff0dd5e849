"""What grading writes into a notebook's metadata, where no student can: read and written here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

KEY = "hhlab"


@dataclass(frozen=True)
class Mark:
    """What a test cell is worth, and why: in the language of the edition.

    Attributes
    ----------
    passed : bool
        All or nothing.
    technical : bool
        The test could not be carried out.
    sentence : str
        For the student.
    mistakes : tuple of str
        Names of the mistakes that explain the failure, each as well as the others.
    """

    passed: bool
    technical: bool = False
    sentence: str = ""
    mistakes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Remarks:
    """What there is to be said of a notebook as a whole.

    Attributes
    ----------
    sentences : tuple of str
        What was odd about what was handed in.
    unread : str
        Why nothing of it could be read, so that no test could be carried out; else empty.
    key : str
        A name for all that the grading depended on.
    """

    sentences: tuple[str, ...] = ()
    unread: str = ""
    key: str = ""


def read[M: (Mark, Remarks)](kind: type[M], where: Mapping[str, Any]) -> M | None:
    """Return the mark of a cell, or the remarks on a notebook; None where there are none."""
    written = where["metadata"].get(KEY)
    if written is None:
        return None
    known: dict[str, Any] = {}
    for name in {each.name for each in fields(kind)} & written.keys():
        known[name] = tuple(written[name]) if isinstance(written[name], list) else written[name]
    return kind(**known)


def write(where: Any, mark: Mark | Remarks) -> None:
    """Write a mark into a cell's metadata, or remarks into a notebook's."""
    where["metadata"][KEY] = {
        name: list(v) if isinstance(v, tuple) else v for name, v in asdict(mark).items()
    }


def passed(cell: Mapping[str, Any]) -> bool:
    """Return whether an examined test cell earned its points; a cell without a mark did not."""
    mark = read(Mark, cell)
    return mark is not None and mark.passed is True


def said_of(notebook: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the sentences on what was odd about a notebook that was handed in."""
    return (read(Remarks, notebook) or Remarks()).sentences
