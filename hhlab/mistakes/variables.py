"""Mistakes in the six variables of a fresh neuron."""

from collections.abc import Iterator

import numpy as np

from ..channel.language import Text
from ..channel.mistake import Mistake
from ..probe.evidence import Inspection
from ..reference.homework import NEVER, RECORDS, START
from ..reference.trace import STATES

SHOULD: dict[str, object] = {**START, "t_last_spike": "-1e7", "spike": Text("False, of type bool")}
TEXTBOOK = {"V": (-65.0,), "m": (0.05, 0.053), "h": (0.6, 0.596), "n": (0.32, 0.318)}
"""Rest with the leak of 1952, 0.3 mS/cm², as textbooks print it."""


def of_variable(inspection: Inspection, name: str) -> tuple[Mistake, ...]:
    """Return the mistake in one variable of a fresh neuron.

    Parameters
    ----------
    inspection : Inspection
        Of a model in which it is not what it should be.
    name : str
        The variable.

    Returns
    -------
    tuple of Mistake
        None where the variable is missing, or its value is one that nobody would think of.
    """
    if name not in inspection.found:
        return ()
    is_variable, values = inspection.found[name]
    look = Text(
        "self.{name} = bm.Variable(…) of self.num values, each {value}.",
        name=name,
        value=SHOULD[name],
    )

    def mistake(what: Text, why: Text) -> tuple[Mistake, ...]:
        return (Mistake(Text("self.{name} {what}", name=name, what=what), why, look),)

    if name in inspection.tuples:
        return mistake(
            Text("is a tuple"),
            Text("A comma makes a tuple, also at the end of a line, behind one thing alone."),
        )
    if not is_variable and values.ndim == 0:
        return mistake(
            Text("is a plain number"),
            Text("It holds one value for all neurons, and BrainPy neither records nor updates it."),
        )
    if not is_variable:
        return mistake(
            Text("is a plain array"),
            Text(
                "BrainPy only records and updates what is wrapped in bm.Variable(…); a plain array "
                "stays as it is while the simulation runs, without a word."
            ),
        )
    if values.shape != (inspection.num,):
        if values.size == 0:
            return mistake(
                Text("holds nothing"),
                Text("bm.Variable takes a whole number, and True or False, for a length."),
            )
        if values.size == 1:
            return mistake(
                Text("holds one value for all"), Text("Each neuron needs a place of its own.")
            )
        if values.size == inspection.num:
            return mistake(
                Text("has rows and columns"),
                Text("size may be (2, 3), rows and columns; self.num is how many that are, 6."),
            )
        return mistake(
            Text("has a length of its own"),
            Text("A population of another size needs another length."),
        )
    if values.dtype.kind != ("b" if name == "spike" else "f"):
        return mistake(
            Text("is of another type"), Text("A variable keeps the type that it starts with.")
        )
    fitting = {
        what
        for what, known in _known_values(name)
        if np.allclose(values, known, rtol=1e-3, atol=1e-12)
    }
    why = Text("From another start the neuron takes another way, until it has come to rest.")
    if name in RECORDS:
        why = Text("Nothing has happened yet when a neuron is new.")
    return mistake(fitting.pop(), why) if len(fitting) == 1 else ()


def _known_values(name: str) -> Iterator[tuple[Text, float]]:
    """Yield wrong values that students choose: the sentence for the student, then the value."""
    if name == "spike":
        yield Text("starts at True"), 1.0
        return
    right = NEVER if name == "t_last_spike" else START[name]
    yield Text("starts at 0"), 0.0
    yield Text("starts at 1"), 1.0
    yield Text("starts with the wrong sign"), -right
    if name == "t_last_spike":
        yield Text("starts at -1e-7 in place of -1e7"), -1e-7
        return
    for other in STATES:
        if other != name:
            yield Text("starts at the value of {other}", other=other), START[other]
    yield from ((Text("starts at the textbook's rest"), value) for value in TEXTBOOK[name])
    yield Text("starts 10 times too high"), 10 * right
    yield Text("starts 10 times too low"), right / 10
