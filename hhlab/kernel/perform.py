"""Run a student's neuron and report what it did, as plain arrays.

This is the half of a probe that lives where the model lives: in the student's kernel. Each function
builds a fresh neuron, sets its state explicitly (so that one wrong blank does not cost its
neighbours), runs it, and returns a flat dictionary of NumPy arrays and sentences. Nothing here
judges; :mod:`hhlab.check` does, elsewhere. Questions come through :mod:`hhlab.kernel.batch`.
"""

import contextlib
import re
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import brainpy as bp
import brainpy.math as bm
import numpy as np

from ..channel import reply
from ..channel.fault import students
from ..channel.reply import Answer, coded, plain, sentence
from ..reference import HOMEWORK
from ..reference.homework import NO_CLASS, NO_EQUATIONS, NO_JOINT, RECORDS, STEP_TIME
from ..reference.trace import STATES, single
from .build import build, placed, why_missing
from .integrals import Drawn, Enough, Overheard, RightOnes, Roles, assuming_joint, integrals
from .program import Program, run


def inspect(cls: Any, size: Any, parameters: dict[str, float]) -> Answer:
    """Report what each of the six variables is right after construction.

    Returns
    -------
    dict
        For each name: its values under the name itself, ``name.is_variable`` and
        ``name.is_tuple``, or ``name.error``, why it is not there.
    """
    neuron, errors = build(cls, size, parameters)
    answer: Answer = {}
    for name in (*STATES, *RECORDS):
        with students():
            own = getattr(neuron, name, None)
            there = hasattr(neuron, name)
        if not there:
            answer[f"{name}.error"] = why_missing(name, errors)
            continue
        answer[f"{name}.is_variable"] = isinstance(own, bm.Variable)
        answer[f"{name}.is_tuple"] = isinstance(own, tuple)
        try:
            answer[name] = plain(own)
        except (Exception, SystemExit) as unreadable:  # no array at all: that variable's own loss
            answer[f"{name}.error"] = sentence(unreadable)
    return answer


def derivative(cls: Any, states: dict[str, Any], parameters: dict[str, Any]) -> Answer:
    """Evaluate the student's equations, matching their arguments and results by their roles.

    They are the joint derivative, or where there is none, those that ``update`` integrates. What
    ``update`` does before it integrates, such as keeping the input, has been done by then.

    Returns
    -------
    dict
        ``V``, ``m``, ``h``, ``n``: the time derivatives, of the shape of the states; or ``error``.
    """
    neuron, errors = placed(cls, states, parameters)
    with students():
        there = hasattr(type(neuron), "derivative") or hasattr(neuron, "derivative")
        joint = neuron.derivative if there else None
    if callable(joint) and not isinstance(joint, bp.JointEq) and not errors:
        with contextlib.suppress(Exception, SystemExit):  # a method, and called wherever it is used
            joint = joint()
    joins = joint if isinstance(joint, bp.JointEq) else None
    overheard, stopped = Overheard(neuron, states, joins, results=False), None
    with contextlib.suppress(Enough):
        stopped = _updated("own", neuron, states, bm.get_dt(), overheard, errors).get("own.error")
    if overheard.slopes.keys() >= set(STATES):
        return {name: plain(slope) for name, slope in overheard.slopes.items()}
    if not isinstance(joint, bp.JointEq):
        nothing = stopped or coded(NO_EQUATIONS, "")
        return {"error": coded(NO_JOINT, type(joint).__name__) if there else nothing}
    evaluated = Roles(joint, {}, neuron).slopes(states, states["I"])
    return {name: plain(slope) for name, slope in evaluated.items()}


def step(
    cls: Any,
    states: dict[str, Any],
    drawn: dict[str, Any],
    dt: float,
    parameters: dict[str, Any],
) -> Answer:
    """Call ``update`` once from given states, with each of three kinds of integrals.

    With the student's own; with those that are known to be right; and with some that return
    `drawn`, which shows what becomes of their results.

    Returns
    -------
    dict
        ``own.V`` … ``own.t_last_spike``, ``course.V`` …, ``drawn.V`` …: the state after the step,
        the last only where update called an integral. Where update raised: ``own.error``. The new
        values, if update got as far as them: ``own.computed.V`` …, ``course.computed.V`` …,
        ``drawn.computed.V`` …. The derivatives of the equations that it integrates: ``joint.V`` ….
        How it called the integrals: ``call.times``, ``call.handed``, ``call.order``,
        ``call.joint``, ``call.dt`` and ``call.current``.
    """
    own, errors = placed(cls, states, parameters)
    overheard = Overheard(own, states)
    answer = _updated("own", own, states, dt, overheard, errors)
    answer |= _readable("joint", overheard.slopes)

    joins = overheard.returned.keys() >= set(STATES) or "own.error" not in answer
    usable = cls if joins else assuming_joint(cls)
    course, _ = placed(usable, states, parameters)
    right = RightOnes(course, states["I"], HOMEWORK.with_(**parameters))
    answer |= _updated("course", course, states, dt, right)

    told, _ = placed(usable, states, parameters)
    stand_in = Drawn(drawn, told)
    arrived = _updated("drawn", told, states, dt, stand_in)
    seen = {f"call.{key}": what for key, what in stand_in.seen().items()}
    return {**answer, **(arrived if seen["call.times"] else {}), **seen}


def _updated(
    whose: str,
    neuron: Any,
    states: dict[str, Any],
    dt: float,
    calls: Any,
    errors: Sequence[BaseException] = (),
) -> Answer:
    """Call ``update`` once; return the state after it, or why it stopped, and what it computed.

    What it misses is missing because of the errors that its constructor raised.
    """
    bp.share.save(t=STEP_TIME, dt=dt, i=0)
    names = Names(neuron, states)
    with integrals(calls), names:
        answer = _state(whose, neuron, bm.asarray(states["I"]), errors)
    returned = calls.returned if isinstance(calls, Overheard) else {}
    computed = names.computed(returned, answer.get(f"{whose}.error", ""))
    return answer | _readable(f"{whose}.computed", computed)


def _state(whose: str, neuron: Any, current: Any, errors: Sequence[BaseException]) -> Answer:
    """Call ``update``; return the state after it, or why it stopped."""
    try:
        with students():
            neuron.update(current)
        return {f"{whose}.{name}": plain(getattr(neuron, name)) for name in (*STATES, *RECORDS)}
    except AttributeError as missing:
        return {f"{whose}.error": sentence(errors[-1] if errors else missing)}
    except (Exception, SystemExit) as stopped:
        return {f"{whose}.error": sentence(stopped)}


def _readable(whose: str, values: dict[str, Any]) -> Answer:
    """Return those values that are numbers, rather than placeholders of them."""
    readable: Answer = {}
    for name, new in values.items():
        with contextlib.suppress(Exception):
            readable[f"{whose}.{name}"] = plain(new)
    return readable


class Names:
    """What the names V, m, h and n stand for when a neuron's ``update`` ends or stops.

    Python tells of each call until that of ``update``, and no longer: JAX makes ten thousand. A
    frame that somebody holds keeps its names. A name that stands for something else than a number
    for each neuron, such as ``n`` for how many there are, stands for no state.
    """

    def __init__(self, neuron: Any, states: dict[str, Any]) -> None:
        self._before = states
        self._code = getattr(getattr(type(neuron), "update", None), "__code__", None)
        self._frame: FrameType | None = None
        self._found: dict[str, Any] = {}

    def __enter__(self) -> None:
        if self._code:
            sys.setprofile(self._watch)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        if self._frame:
            known = self._frame.f_locals
            self._found = {x: known[x] for x in STATES if x in known and self._each(known[x])}
            self._frame = None

    def _each(self, value: Any) -> bool:
        """Return whether something is a number for each neuron."""
        try:
            return np.shape(bm.as_jax(value))[-1:] == np.shape(self._before["V"])
        except Exception:  # whatever a student may give a name to
            return False

    def _watch(self, frame: FrameType, _: str, __: Any) -> None:
        if frame.f_code is self._code:
            self._frame = frame
            sys.setprofile(None)

    def computed(self, returned: dict[str, Any], error: str) -> dict[str, Any]:
        """Return the new values, if it got as far as them before it stopped with an error.

        What has no such name is as the integrals returned it, unless an error, or a blank, may
        have stopped what was to become of that. So is what is lost by writing it back the wrong
        way round, ``V = self.V.value``: at the end its name stands for the old value.
        """
        stopped = error and not self._found.keys() >= set(STATES)
        unknown = re.search(r"^(Name|UnboundLocal)Error: .*'[Vmhn]'", error)
        if stopped or unknown:
            return {}
        lost = {x for x in returned if x in self._found and self._is_old(x)}
        return returned | {x: new for x, new in self._found.items() if x not in lost}

    def _is_old(self, name: str) -> bool:
        """Return whether a name stands for what its variable held before the step."""
        try:
            return np.array_equal(plain(self._found[name]), single(self._before[name]))
        except Exception:  # a placeholder of a number
            return False


def simulate(
    cls: Any,
    currents: Any,
    steps: Any,
    start: dict[str, Any],
    dt: Any,
    parameters: dict[str, Any],
    program: Program,
) -> Answer:
    """Run a population with BrainPy's own runner, once with each time step.

    Parameters
    ----------
    cls : type
        The student's class.
    currents : ndarray, shape (runs, longest, neurons)
        What each neuron is given in each time step, µA/cm².
    steps : ndarray of int, shape (runs, neurons)
        Of how many of the time steps each neuron's records are of interest.
    start : dict of ndarray, shape (neurons,)
        The state at time 0 of each run.
    dt : ndarray, shape (runs,)
        Time steps, ms.
    parameters : dict
        Passed to the constructor.
    program : Program
        Of the class.

    Returns
    -------
    dict
        ``V``, ``m``, ``h``, ``n``, ``spike`` of shape (runs, longest, neurons), ``t_last_spike`` of
        shape (runs, neurons), after each neuron's own last step; or ``error``.
    """
    runs = program.runs(currents, start, dt, parameters)
    if not runs:
        built = [placed(cls, start, parameters) for _ in dt]
        _, errors = built[0]
        if errors:  # the whole neuron is taken as it is written
            return {"error": sentence(errors[0])}
        given = [bm.asarray(each) for each in currents]
        fresh = [neuron for neuron, _ in built]
        with students():
            runs = [run(*each) for each in zip(fresh, given, dt.tolist(), strict=True)]
    recorded = {name: np.stack([plain(run[name]) for run in runs]) for name in runs[0]}
    last = recorded.pop("t_last_spike")
    own_end = np.take_along_axis(last, steps[:, None] - 1, axis=1)[:, 0]
    return {**recorded, "t_last_spike": own_end}


OF_CLASSES = {probe.__name__: probe for probe in (inspect, derivative, step, simulate)}
PROBES: dict[str, Callable[..., Answer]] = reply.PROBES | OF_CLASSES


def perform(subject: Any, probe: str, arguments: dict[str, Any]) -> Answer:
    """Run one probe as :func:`hhlab.channel.reply.perform`; what it prints goes to stdout."""
    if probe in OF_CLASSES and not isinstance(subject, type):
        return {"error": coded(NO_CLASS, type(subject).__name__)}
    dt = bm.get_dt()
    try:
        with contextlib.redirect_stderr(sys.stdout):
            return reply.perform(subject, probe, arguments, PROBES)
    finally:
        # a runner leaves traced values behind, and the next eager update would trip over them
        bp.share.save(t=0.0, i=0, dt=dt)
