"""Check the variables of a fresh neuron."""

import numpy as np

from ..channel.failure import CheckFailed
from ..channel.language import Text, number
from ..mistakes.variables import of_variable
from ..probe.evidence import Inspection
from ..reference.homework import NEVER, START
from .explained import explained_by, stopped

INITIAL = {**START, "t_last_spike": NEVER, "spike": 0.0}
DTYPES = {"spike": "b"}
"""Kind of the array that a variable holds, where it is not floating point."""

UNITS = {"V": " mV", "m": "", "h": "", "n": "", "t_last_spike": " ms", "spike": ""}


@explained_by(of_variable)
def variable(inspection: Inspection, name: str) -> None:
    """Check one of the six variables of a fresh neuron: kind, shape, type and value.

    Parameters
    ----------
    inspection : Inspection
        From :func:`hhlab.inspect`.
    name : str
        ``V``, ``m``, ``h``, ``n``, ``t_last_spike`` or ``spike``.

    Raises
    ------
    CheckFailed
        If the variable is missing or differs from what the text asks for.
    """
    discreet = Text(
        "self.{name} is not right for a population of another size, or other parameters.", name=name
    )
    if name in inspection.missing:
        why = inspection.missing[name]
        raise stopped(Text("self.{name} is not there", name=name), why, discreet=discreet)
    is_variable, values = inspection.found[name]
    if not is_variable:
        plain = Text("a plain array") if values.ndim else Text("a plain number")
        if name in inspection.tuples:
            plain = Text("a tuple, as a comma at the end of a line makes one")
        raise CheckFailed(
            Text("self.{name} should be a brainpy Variable: got {plain}", name=name, plain=plain),
            Text(
                "BrainPy only records and updates what is wrapped in bm.Variable(...); "
                "a plain array silently stays as it is."
            ),
            discreet,
        )
    if values.shape != (inspection.num,):
        raise CheckFailed(
            Text(
                "self.{name} should hold one value per neuron, shape ({num},): got shape {shape}",
                name=name,
                num=inspection.num,
                shape=values.shape,
            ),
            Text("multiply by bm.ones(self.num), or use bm.full(self.num, …)."),
            discreet,
        )
    kind = DTYPES.get(name, "f")
    if values.dtype.kind != kind:
        message = Text(
            "self.{name} should be of type {kind}: got {got}",
            name=name,
            kind="bool" if kind == "b" else Text("floating point"),
            got=values.dtype,
        )
        raise CheckFailed(message, discreet=discreet)
    expected = INITIAL[name]
    if not np.allclose(values, expected, rtol=1e-5, atol=1e-6):
        got = values.ravel()[0]
        message = Text(
            "self.{name} should start at {expected}: got {got}",
            name=name,
            expected="False" if kind == "b" else f"{number(expected)}{UNITS[name]}",
            got=got if kind == "b" else number(got),
        )
        raise CheckFailed(message, discreet=discreet)
