"""The constants of the membrane.

References
----------
.. [1] A. L. Hodgkin and A. F. Huxley, "A quantitative description of membrane current and its
   application to conduction and excitation in nerve", J. Physiol. 117, 500–544 (1952).
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Parameters:
    """Constants of the membrane, with the homework's values.

    Attributes
    ----------
    ENa, EK, EL : float
        Reversal potentials of sodium, potassium and leak, mV.
    gNa, gK, gL : float
        Maximal conductances of sodium and potassium, conductance of the leak, mS/cm². The leak of
        0.03 is BrainPy's; Hodgkin and Huxley [1]_ had 0.3, and another resting state with it.
    C : float
        Membrane capacitance, µF/cm².
    V_th : float
        A spike is an upward crossing of this potential, mV.
    T : float
        Temperature, °C. Gates move 3 times faster for every 10 °C above 6.3 [1]_.
    """

    ENa: float = 50.0
    gNa: float = 120.0
    EK: float = -77.0
    gK: float = 36.0
    EL: float = -54.387
    gL: float = 0.03
    V_th: float = 0.0
    C: float = 1.0
    T: float = 6.3

    @property
    def phi(self) -> float:
        """Speed of the gates relative to 6.3 °C."""
        speed: float = 3.0 ** ((self.T - 6.3) / 10.0)
        return speed

    def with_(self, **changes: float) -> "Parameters":
        """Return a copy with some values changed.

        Raises
        ------
        ValueError
            If a name is not a parameter; the message lists those that are.
        """
        unknown = changes.keys() - self.__dataclass_fields__.keys()
        if unknown:
            raise ValueError(
                f"no such parameter: {', '.join(sorted(unknown))} "
                f"(there are {', '.join(self.__dataclass_fields__)})"
            )
        return replace(self, **changes)


HOMEWORK = Parameters()
"""The membrane of the homework: BrainPy's."""

CANONICAL = HOMEWORK.with_(gL=0.3)
"""The membrane of Hodgkin and Huxley [1]_, measured from their resting potential at -65 mV.

With ten times the leak it rests elsewhere: see :func:`hhlab.truth.rest`.
"""
