"""A laboratory for one neuron after another: stimulate it, record it, clamp its potential.

Students experiment with it in hh-explore. All experiments run through one compiled program of fixed
shape, many neurons side by side, so that a bisection or a curve takes a fraction of a second.
"""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..channel.language import Text, said
from ..reference import CANONICAL, rates
from ..reference.trace import STATES, Potential
from .bisection import least
from .stepping import GOES, MEMBRANE, PULSES, Advance, advance, course, student_step
from .trial import CURRENTS, NEURONS, differs

__all__ = ["Clamped", "Lab", "Recording", "least"]

Array = NDArray[np.float64]

BLANK = re.compile(r"TODO \d+")
"""What the error of a blank begins with."""
DT = 0.01
"""Time step of the laboratory, ms."""
WATCHED = 30.0
"""How long :meth:`Lab.fires` waits for a spike after the pulse, ms."""
MOST_STEPS = 400_000
USUAL = {name: np.asarray(getattr(CANONICAL, name), float) for name in MEMBRANE}
"""The membrane of 1952."""


@dataclass(frozen=True, eq=False)
class Recording(Potential):
    """What was recorded of each neuron: a :class:`Potential`, with its spikes counted.

    Attributes
    ----------
    m, h, n : ndarray of float, shape (steps, neurons)
        Gating variables. The experiment is done once more when they are first asked for: most
        look at the potential alone, and memory that nobody looks at takes as long as the steps.
    """

    _again: Callable[[], Sequence[Array]] = field(repr=False)

    @functools.cached_property
    def _states(self) -> Sequence[Array]:
        return self._again()

    @property
    def m(self) -> Array:
        """Activation of sodium."""
        return self._states[1]

    @property
    def h(self) -> Array:
        """Inactivation of sodium."""
        return self._states[2]

    @property
    def n(self) -> Array:
        """Activation of potassium."""
        return self._states[3]

    def count(self, after: float = 0.0) -> NDArray[np.int_]:
        """Return how often each neuron fired later than `after` (ms), shape (neurons,)."""
        return np.array([int((times > after).sum()) for times in self.spike_times()])


@dataclass(frozen=True, eq=False)
class Clamped:
    """What the amplifier had to inject to hold the potential, which is what the membrane passed.

    Attributes
    ----------
    t : ndarray, shape (steps,)
        Time since the step of the potential, ms.
    I : ndarray, shape (steps,), or (steps, neurons) if there were several
        Current through the membrane's channels, outward positive, µA/cm².
    """

    t: Array
    I: Array  # noqa: E741  # the current's symbol


class Lab:
    """A neuron on the bench.

    Parameters
    ----------
    HH : type, optional
        A student's class from hh-model. If it is not given, or does not do what the equations do,
        the course's own neuron is used.

    Attributes
    ----------
    own : bool
        Whether it is the student's.
    """

    def __init__(self, HH: Any = None) -> None:
        self._advance: Advance = course()
        self.own = False
        if HH is None:
            print(said(Text("The neuron on the bench is the course's.")))
        elif why_not := self._adopt(HH):
            instead = Text(
                "Your HH is not used here yet: {why_not}. The course's neuron is used instead; "
                "that costs no points.",
                why_not=why_not,
            )
            print(said(instead))
        else:
            print(said(Text("Your own neuron is on the bench: it does what the equations do.")))

    def record(
        self,
        *pulses: tuple[Any, Any, Any],
        duration: float,
        start: dict[str, Any] | None = None,
        dt: float = DT,
        **membrane: Any,
    ) -> Recording:
        """Stimulate neurons with pulses of current and record them.

        Any of the numbers may be an array with one value for each of several neurons.

        Parameters
        ----------
        *pulses : (beginning, width, current)
            Up to four pulses: ms, ms, µA/cm². Where two overlap, their currents add.
        duration : float
            How long to record, ms.
        start : dict, optional
            ``V``, ``m``, ``h``, ``n`` at time 0; each neuron's resting state if not given.
        dt : float
            Time step, ms.
        **membrane
            What differs from 1952: any of ``T``, ``gL``, ``EL``, ``gNa``, ``ENa``, ``gK``, ``EK``,
            ``C``.

        Returns
        -------
        Recording

        Raises
        ------
        ValueError
            If there are more than four pulses, a name is unknown, lengths differ, or it would take
            no time step, or more than 400 000.
        TypeError
            If the start is no dictionary with V, m, h and n.
        """
        parts = [np.asarray(part, float) for pulse in pulses for part in _checked(pulse)]
        p = _parameters(membrane)
        first = _at_rest(np.zeros(()), p) if start is None else start
        if not (isinstance(first, Mapping) and set(STATES) <= set(first)):
            raise TypeError("a start is a state: a dictionary with V, m, h and n")
        t, run = self._experiment(parts, first, p, duration, dt)
        return Recording(t, run(1)[0], functools.partial(run, len(STATES)))

    def fires(self, current: Any, width: Any, **membrane: Any) -> Any:
        """Return whether a resting neuron fires when it gets one pulse; see :meth:`record`.

        Parameters
        ----------
        current : array_like
            µA/cm².
        width : array_like
            ms.
        **membrane
            See :meth:`record`.

        Returns
        -------
        bool, or ndarray of bool
            For each neuron, whether it fires during the pulse or in the 30 ms after it.
        """
        longest = float(np.max(width))
        count = self.record((0.0, width, current), duration=longest + WATCHED, **membrane).count()
        scalar = not any(np.ndim(x) for x in (current, width, *membrane.values()))
        return bool(count[0]) if scalar else count > 0

    def clamp(
        self, V: Any, hold: float = -65.0, duration: float = 10.0, **membrane: Any
    ) -> Clamped:
        """Hold the membrane at one potential for a long time, then step it to another and measure.

        Parameters
        ----------
        V : array_like
            The potential that it steps to, mV.
        hold : float
            The potential at which it was held before, mV.
        duration : float
            How long to measure, ms.
        **membrane
            See :meth:`record`. ``gNa=0`` is what a pufferfish's poison (tetrodotoxin) does.

        Returns
        -------
        Clamped
        """
        p = _parameters(membrane)
        settled = {gate: a / (a + b) for gate, (a, b) in rates(hold).items()}
        first: dict[str, Any] = {**settled, "V": V}
        t, run = self._experiment([], first, p, duration, held=True)
        gates = dict(zip(STATES, run(len(STATES)), strict=True))
        current = _outward(np.asarray(V, float), gates, p)
        scalar = not any(np.ndim(x) for x in (V, *membrane.values()))
        return Clamped(t, current[:, 0] if scalar else current)

    def at_rest(self, current: Any = 0.0, dt: float = DT, **membrane: Any) -> dict[str, Array]:
        """Return the state in which a neuron with a constant current can stay for ever.

        Whether it *does* stay when it is nudged is another question.

        Parameters
        ----------
        current : array_like
            µA/cm².
        dt : float
            Whatever time step the experiment has, ms: a neuron at rest takes none.
        **membrane
            See :meth:`record`.

        Returns
        -------
        dict
            ``V`` (mV), ``m``, ``h``, ``n``.
        """
        return _at_rest(np.asarray(current, float), _parameters(membrane))

    def _experiment(
        self,
        parts: list[Array],
        first: Mapping[str, Any],
        p: Mapping[str, Array],
        duration: float,
        dt: float = DT,
        held: bool = False,
    ) -> tuple[Array, Callable[[int], Any]]:
        """Return the times, and what does the experiment and returns the first of V, m, h, n."""
        steps = round(duration / dt)
        if len(parts) > 3 * PULSES:
            raise ValueError(f"at most {PULSES} pulses: got {len(parts) // 3}")
        if not 0 < steps <= MOST_STEPS:
            raise ValueError(
                f"{duration:g} ms in steps of {dt:g} ms are {steps} steps: "
                f"between 1 and {MOST_STEPS} can be taken"
            )
        none = [np.zeros(())] * (3 * PULSES - len(parts))
        states = [np.asarray(first[name], float) for name in STATES]
        asked = _side_by_side([*parts, *none, *states, *p.values()])
        run = functools.partial(_run, self._advance, asked, steps, dt, held)
        return np.arange(1, steps + 1) * np.float64(dt), run

    def _adopt(self, HH: Any) -> str:
        """Take a student's neuron if it does what the course's does; return why not."""
        course, before = self._tried_out(), self._advance
        try:
            self._advance = advance(student_step(HH))
            why_not = differs(self._tried_out(), course)
        except Exception as error:  # anything that a student's class may raise
            said_so = (str(error).splitlines() or [""])[0]
            why_not = f"{type(error).__name__}: {said_so}"
            if blank := BLANK.match(said_so):
                why_not = Text("{todo} is still blank", todo=blank[0])
        self.own = not why_not
        if why_not:
            self._advance = before
        return why_not

    def _tried_out(self) -> Recording:
        return self.record((1.0, 2.0, CURRENTS), duration=15.0, **NEURONS)


def _run(advance: Advance, asked: Array, steps: int, dt: float, held: bool, wanted: int) -> Any:
    """Do an experiment with as many neurons as there are, and return `wanted` of their states."""
    some = [asked[:, k : k + max(GOES)] for k in range(0, asked.shape[1], max(GOES))]
    runs = [advance(each, steps, dt, held, wanted) for each in some]
    return runs[0] if len(runs) == 1 else np.concatenate(runs, axis=2)  # single precision


def _side_by_side(numbers: Sequence[Array]) -> Array:
    """Return a row for each number of an experiment, with a column for each neuron.

    Raises
    ------
    ValueError
        If one is neither a number nor an array of one for each neuron.
    """
    sizes = {values.size for values in numbers if values.ndim} - {1}
    if len(sizes) > 1 or sizes == {0} or any(values.ndim > 1 for values in numbers):
        raise ValueError(
            "an experiment takes numbers, or arrays with one value for each neuron: got shapes "
            + ", ".join(sorted({str(values.shape) for values in numbers} - {"()", "(1,)"}))
        )
    asked = np.empty((len(numbers), *(sizes or {1})))
    for row, values in zip(asked, numbers, strict=True):
        row[:] = values
    return asked


def _checked(pulse: Any) -> tuple[Any, Any, Any]:
    """Return a pulse if it is one: three numbers, or arrays of them."""
    try:
        begin, width, current = pulse
    except (TypeError, ValueError):
        raise ValueError(f"a pulse is (beginning, width, current): got {pulse!r}") from None
    return begin, width, current


def _at_rest(current: Array, p: Mapping[str, Array]) -> dict[str, Array]:
    asked = [current, *p.values()]
    state = _resting(*((values.shape, values.tobytes()) for values in asked))
    return {name: values.copy() for name, values in state.items()}


@functools.lru_cache(maxsize=256)
def _resting(*asked: tuple[tuple[int, ...], bytes]) -> dict[str, Array]:
    """Return V, m, h, n at the first potential at which as much flows out as is injected.

    The current, and the parameters of :data:`MEMBRANE`, are given as shapes and bytes, which can be
    looked up.
    """
    Vs, settled = _settled()
    current, *membrane = (np.frombuffer(held).reshape(shape) for shape, held in asked)
    p = dict(zip(MEMBRANE, membrane, strict=True))
    out = _outward(Vs, settled, p) - np.atleast_1d(current)
    above = np.argmax(out > 0, axis=0)
    column = np.arange(out.shape[1])
    low, high = out[above - 1, column], out[above, column]
    V = Vs[above, 0] - (Vs[1, 0] - Vs[0, 0]) * high / (high - low)
    return {"V": V, **{gate: a / (a + b) for gate, (a, b) in rates(V).items()}}


@functools.cache
def _settled() -> tuple[Array, dict[str, Array]]:
    """Return potentials, mV, and where the gates settle there; each of shape (potentials, 1)."""
    V = np.linspace(-120.0, 60.0, 3601)[:, None]
    return V, {gate: a / (a + b) for gate, (a, b) in rates(V).items()}


def _parameters(membrane: dict[str, Any]) -> Mapping[str, Array]:
    """Return the membrane's parameters, each a number or an array."""
    if not membrane:
        return USUAL
    CANONICAL.with_(**dict.fromkeys(membrane, 0.0))  # refuses a name that is none, and lists them
    values = {name: membrane.get(name, usual) for name, usual in USUAL.items()}
    return {name: np.asarray(value, float) for name, value in values.items()}


def _outward(V: Array, gates: Mapping[str, Array], p: Mapping[str, Array]) -> Array:
    """Return the current through all channels, µA/cm²."""
    return (
        p["gNa"] * gates["m"] ** 3 * gates["h"] * (V - p["ENa"])
        + p["gK"] * gates["n"] ** 4 * (V - p["EK"])
        + p["gL"] * (V - p["EL"])
    )
