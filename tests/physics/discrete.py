"""What several of these tests use."""

from collections.abc import Callable

import numpy as np
import pytest

from hhlab import Trace, reference
from hhlab.trace import STATES


@pytest.fixture(scope="session")
def iterate() -> Callable[..., Trace]:
    """Return a function that steps `reference.exponential_euler` through a whole stimulus."""

    def run(stimulus, parameters, start, dt, gates_first=False):
        state = {name: np.full(stimulus.size, start[name]) for name in STATES}
        states = []
        for current in stimulus.sample(dt):
            state = reference.exponential_euler(state, current, dt, parameters, gates_first)
            states.append([state[name] for name in STATES])
        t = dt * np.arange(1, len(states) + 1)
        return Trace(t, *np.moveaxis(np.array(states), 1, 0))

    return run
