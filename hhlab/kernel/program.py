"""A class's simulation as one compiled program, for all that is asked of it at one time.

Like :mod:`hhlab.kernel.perform`, this lives where the model lives.
"""

from typing import Any

import brainpy as bp
import brainpy.math as bm
import jax
import numpy as np

from ..reference.homework import RECORDS
from ..reference.trace import STATES
from .build import placed


def run(neuron: Any, currents: Any, dt: Any) -> dict[str, Any]:
    """Run neurons, and return what was recorded, of shape (longest, neurons)."""
    monitors = [*STATES, *RECORDS]
    runner = bp.DSRunner(neuron, monitors=monitors, progress_bar=False, numpy_mon_after_run=False)
    runner.dt = dt  # while it is compiled dt is no number yet, which the constructor would refuse
    runner.run(inputs=currents)
    return {name: bm.as_jax(runner.mon[name]) for name in monitors}


MOST = 8
"""How many compiled programs are kept."""
_compiled: dict[str, jax.stages.Compiled] = {}
"""What has been compiled, by its text: a class that has not changed becomes the same one again."""


class Program:
    """A class's simulation, compiled once for whatever it is asked.

    Currents, states, parameters and time step are what it is given; the neuron is built, and its
    ``update`` followed, while it is compiled. A class that wants numbers then cannot have one.

    Parameters
    ----------
    cls : type
        The student's class. What it does must not change while the program is in use.
    """

    def __init__(self, cls: Any) -> None:
        self.cls, self._can_be = cls, True
        self._traced = jax.jit(self._simulated)
        self._ready: dict[Any, jax.stages.Compiled] = {}

    def runs(
        self, currents: Any, start: dict[str, Any], dt: Any, parameters: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Return what was recorded with each time step; nothing where the class has no program."""
        usual = bm.get_dt()
        try:
            each = zip(currents, dt.astype(np.float32), strict=True) if self._can_be else ()
            return [self._run(given, start, step, parameters) for given, step in each]
        except (Exception, SystemExit):
            # it will be said when the class runs without being compiled as a whole
            self._can_be = False
            return []
        finally:  # the next neuron to be built must not meet what is compiled here
            bp.share.save(t=0.0, i=0, dt=usual)

    def _run(self, *given: Any) -> dict[str, Any]:
        """Run the program for arrays like these: its own, or one that has the same text."""
        kind = jax.tree.structure(given), *map(jax.typeof, jax.tree.leaves(given))
        if kind not in self._ready:
            lowered = self._traced.lower(*given)
            text = lowered.as_text()
            known = _compiled.pop(text) if text in _compiled else lowered.compile()
            self._ready[kind] = _compiled[text] = known
            while len(_compiled) > MOST:
                del _compiled[next(iter(_compiled))]
        return self._ready[kind](*given)

    def _simulated(self, currents: Any, start: Any, dt: Any, parameters: Any) -> dict[str, Any]:
        neuron, errors = placed(self.cls, start, parameters)
        if errors:
            raise errors[0]
        return run(neuron, currents, dt)
