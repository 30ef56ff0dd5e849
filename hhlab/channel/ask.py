"""Ask for what lives where the student's code runs: here, or in another process."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import reply
from .failure import ModelError
from .fault import Fault
from .language import Text

Here = Callable[[Any, str, dict[str, Any]], dict[str, Any]]
"""Who answers in this process: takes what is asked about, the probe, and its arguments."""

SENTENCES: dict[str, str] = {
    reply.NO_SUBJECT: Text("there is no {detail}: was its cell run without an error?"),
}
"""What codes of answers mean; a course adds those of its own probes."""


class Handle(ABC):
    """Something in another process, which can be asked but not touched.

    Attributes
    ----------
    name : str
        What it is called there.
    """

    name: str

    @abstractmethod
    def ask(self, probe: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Have a probe performed where the thing lives."""


def ask(
    thing: Any, probe: str, arguments: dict[str, Any], here: Here = reply.perform
) -> dict[str, Any]:
    """Have a probe performed, here or where the thing lives.

    Parameters
    ----------
    thing : object or Handle
        What is asked about.
    probe : str
        The name of the question.
    arguments : dict
        Plain data.
    here : callable
        Who answers if the thing lives in this process.

    Raises
    ------
    ModelError
        If the answer is that there is none.
    Fault
        If that is no fault of the student's.
    """
    asked = thing.ask if isinstance(thing, Handle) else lambda *what: here(thing, *what)
    answer = asked(probe, arguments)
    if "fault" in answer:
        raise Fault(str(answer["fault"]))
    if "error" in answer:
        raise ModelError(sentence_of(str(answer["error"])))
    return answer


def sentence_of(error: str) -> str:
    """Return what an answer's error says: the sentence of a code, or the quoted error itself."""
    found = re.fullmatch(reply.CODED, error)
    known = SENTENCES.get(found["code"]) if found else None
    return Text(known, detail=found["detail"]) if found and known else error


def numbers(answer: Mapping[str, Any], name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return one array of an answer, as finite floats of the shape that was asked for.

    Raises
    ------
    ModelError
        If it is anything else; the sentence calls it by the last part of its name.
    """
    values = answer.get(name)
    name = name.rpartition(".")[2]
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "biuf":
        raise ModelError(Text("{name} is missing from what the model returned", name=name))
    if values.shape != shape:
        raise ModelError(
            Text(
                "{name} should have shape {expected}: got {got}",
                name=name,
                expected=shape,
                got=values.shape,
            )
        )
    finite = np.isfinite(values)
    if not finite.all():
        raise ModelError(
            Text(
                "{name} is {value} somewhere; every value must be a finite number",
                name=name,
                value=values[~finite][0],
            ),
            Text(
                "numbers have grown beyond all bounds, or 0 was divided by 0. The tests of the "
                "single parts, above, say why."
            ),
        )
    return values.astype(float)
