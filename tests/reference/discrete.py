"""Discrete models of the neuron in NumPy, right and wrong, and what they make of a stimulus.

The equations are written down here once more, from the paper of 1952 and in the textbook's form, in
single precision as BrainPy computes. A model is what its equations say: ``model(s, current, p)``
returns what each variable gains and how fast it decays. A scheme carries a state one step on.
"""

import functools
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
from scipy.special import exprel

from hhlab import START, Parameters, Stimulus, Trace, reference, simulate, truth
from hhlab.channel.ask import Handle
from hhlab.reference import HOMEWORK
from hhlab.reference.homework import GRADING_DT, NEVER
from hhlab.reference.trace import GATES, STATES


def right(s, current, p):
    """Return (gain, decay) of each variable: dx/dt = gain − decay·x."""
    V, exp = s["V"], np.exp
    g_Na, g_K = p.gNa * s["m"] ** 3 * s["h"], p.gK * s["n"] ** 4
    rates = {
        "m": (0.1 * (V + 40) / (1 - exp(-(V + 40) / 10)), 4.0 * exp(-(V + 65) / 18)),
        "h": (0.07 * exp(-(V + 65) / 20), 1 / (1 + exp(-(V + 35) / 10))),
        "n": (0.01 * (V + 55) / (1 - exp(-(V + 55) / 10)), 0.125 * exp(-(V + 65) / 80)),
    }
    return {
        "V": ((g_Na * p.ENa + g_K * p.EK + p.gL * p.EL + current) / p.C, (g_Na + g_K + p.gL) / p.C),
        **{x: (p.phi * alpha, p.phi * (alpha + beta)) for x, (alpha, beta) in rates.items()},
    }


def slope(s, current, p, model):
    """Return the time derivative of each variable."""
    return {x: gain - decay * s[x] for x, (gain, decay) in model(s, current, p).items()}


# ------------------------------------------------------------------------------ right schemes


def exponential_euler(s, current, dt, p, model):
    """Each variable exactly, the others held: what BrainPy's exp_auto makes of these equations."""
    terms = model(s, current, p).items()
    return {
        x: s[x] + dt * exprel(-dt * decay) * (gain - decay * s[x]) for x, (gain, decay) in terms
    }


def gates_first(s, current, dt, p, model):
    """The same, V with the gates already moved."""
    after = exponential_euler(s, current, dt, p, model)
    return {**after, "V": exponential_euler({**after, "V": s["V"]}, current, dt, p, model)["V"]}


def V_first(s, current, dt, p, model):
    """The same, the gates with V already moved."""
    V = exponential_euler(s, current, dt, p, model)["V"]
    return {**exponential_euler({**s, "V": V}, current, dt, p, model), "V": V}


def exact(s, current, dt, p, model, k=0.01):
    """Runge and Kutta's fourth order in steps of `k` ms: in runs, only rounding is left to err."""
    for _ in range(round(dt / k)):
        one = slope(s, current, p, model)
        two = slope({x: s[x] + k / 2 * one[x] for x in s}, current, p, model)
        three = slope({x: s[x] + k / 2 * two[x] for x in s}, current, p, model)
        four = slope({x: s[x] + k * three[x] for x in s}, current, p, model)
        s = {x: s[x] + k / 6 * (one[x] + 2 * two[x] + 2 * three[x] + four[x]) for x in s}
    return s


RIGHT = {
    "exponential Euler": exponential_euler,
    "gates first": gates_first,
    "V first": V_first,
    "exact": exact,
}


# ------------------------------------------------------------------------------ wrong equations


def _with(p, **changes):
    return SimpleNamespace(**{**vars(p), **changes})


def _gates_wrong(gates, alter):
    """Return a model in which (gain, decay) of these gates are `alter(alpha, beta)`."""

    def model(s, current, p):
        terms = right(s, current, p)
        rates = {x: (terms[x][0], terms[x][1] - terms[x][0]) for x in gates}
        return {**terms, **{x: alter(*pair) for x, pair in rates.items()}}

    return model


EQUATIONS = {
    "sign of I_Na": lambda s, current, p: right(s, current, _with(p, gNa=-p.gNa)),
    "sign of Iext": lambda s, current, p: right(s, -current, p),
    "phi ignored": lambda s, current, p: right(s, current, _with(p, phi=np.ones_like(p.phi))),
    # equation (2) of the older text of this homework, which lacked the x on beta
    "beta without its x": _gates_wrong(GATES, lambda alpha, beta: (alpha - beta, alpha)),
    **{
        f"alpha and beta of {x} swapped": _gates_wrong(
            [x], lambda alpha, beta: (beta, alpha + beta)
        )
        for x in GATES
    },
}


# ------------------------------------------------------------------------------ wrong updates


def _swapped(s, one, other):
    return {**s, one: s[other], other: s[one]}


def _exchanged(one, other):
    """The integral's arguments and results are in another order than the joint equation's."""

    def scheme(s, *asked):
        return _swapped(exponential_euler(_swapped(s, one, other), *asked), one, other)

    return scheme


def _handed(one, other):
    """The integral's arguments alone are."""
    return lambda s, *asked: exponential_euler(_swapped(s, one, other), *asked)


def _kept(x):
    """One variable is not written back."""
    return lambda s, *asked: {**exponential_euler(s, *asked), x: s[x]}


NOT_WRITTEN_BACK = {f"{x} not written back": _kept(x) for x in GATES}
UPDATES = {
    "h and n exchanged": _exchanged("h", "n"),
    "m and h exchanged": _exchanged("m", "h"),
    "m and h handed over exchanged": _handed("m", "h"),
    "input with the wrong sign": lambda s, current, *asked: exponential_euler(s, -current, *asked),
}
MISTAKES = {
    **{name: (exponential_euler, model) for name, model in EQUATIONS.items()},
    **{name: (scheme, right) for name, scheme in (UPDATES | NOT_WRITTEN_BACK).items()},
}


def euler(s, current, dt, p, model):
    """What BrainPy's odeint does when no method is named."""
    change = slope(s, current, p, model)
    return {x: s[x] + dt * change[x] for x in s}


# ------------------------------------------------------------------------------ asking them


def membrane(parameters: list[dict[str, float]]) -> SimpleNamespace:
    """Return parameters in single precision, each an array with one value per neuron."""
    all_ = [HOMEWORK.with_(**own) for own in parameters]
    names = [*Parameters.__dataclass_fields__, "phi"]
    columns = {name: [getattr(p, name) for p in all_] for name in names}
    return SimpleNamespace(**{name: np.array(x, np.float32) for name, x in columns.items()})


class Recorded(Handle):
    """A model elsewhere that has given its answers already."""

    def __init__(self, **answers):
        self.answers = answers

    def ask(self, probe, arguments):
        return self.answers[probe]


def runs(
    cases: list[tuple[Stimulus, dict[str, float]]],
    scheme=exponential_euler,
    model=right,
    dt: float = GRADING_DT,
) -> Iterator[functools.partial]:
    """Simulate all cases at once, and yield for each what asks for its `Run`."""
    p = membrane([own for stimulus, own in cases for _ in range(stimulus.size)])
    samples = [stimulus.sample(dt).astype(np.float32) for stimulus, _ in cases]
    longest = max(map(len, samples))
    currents = np.hstack([np.pad(rows, ((0, longest - len(rows)), (0, 0))) for rows in samples])
    s = {x: np.full(currents.shape[1], START[x], np.float32) for x in STATES}
    states = []
    with np.errstate(all="ignore"):  # some mistakes run away: it is for the checks to say so
        for row in currents:
            s = scheme(s, row, dt, p, model)
            states.append([s[x] for x in STATES])
    recorded = dict(zip(STATES, np.moveaxis(np.array(states), 1, 0), strict=True))
    last = 0
    for (stimulus, own), rows in zip(cases, samples, strict=True):
        first, last = last, last + stimulus.size
        answer = {x: values[None, : len(rows), first:last] for x, values in recorded.items()}
        answer |= {
            "spike": np.zeros((1, *rows.shape), bool),
            "t_last_spike": np.full((1, last - first), NEVER),
        }
        yield functools.partial(simulate, Recorded(simulate=answer), stimulus, dt, **own)


def iterate(
    stimulus: Stimulus,
    parameters: Parameters,
    start: dict[str, float],
    dt: float,
    gates_first: bool = False,
) -> Trace:
    """Step `reference.exponential_euler` through a whole stimulus, in double precision."""
    state, states = {x: np.full(stimulus.size, start[x]) for x in STATES}, []
    for current in stimulus.sample(dt):
        scheme = truth.gates_first if gates_first else reference.exponential_euler
        state = scheme(state, current, dt, parameters)
        states.append([state[x] for x in STATES])
    return Trace(dt * np.arange(1, len(states) + 1), *np.moveaxis(np.array(states), 1, 0))
