"""Have several questions to a neuron answered as one.

What takes time is not the arithmetic but BrainPy's tracing and JAX's compiling, which is paid for
each simulation and each new shape. Neurons of a population are independent of one another, so the
neurons of several questions make one population, each with the parameters of its own question, and
the populations are filled up to one size.
"""

import inspect as source_of
from collections.abc import Iterator, Sequence
from typing import Any

import jax
import numpy as np

from ..channel import reply
from ..channel.reply import Answer
from .build import namesakes, respelt, taken
from .perform import perform
from .program import Program

POPULATION = frozenset({"derivative", "step", "simulate"})
"""The probes whose neurons may share a population."""
SLOTS = 24
"""Of what number the neurons of a population are a multiple: with one size, the operations of a
student's class are compiled once."""
STEPS = 1000
"""Of what number the time steps of a simulation are a multiple."""

Arguments = dict[str, Any]


_kept: list[Program] = []
"""What a grader had compiled for its first questions serves its second ones: no cell of the
student's is run in between. In a student's own hands whatever is simulated is compiled anew."""


def replies(
    namespace: reply.Namespace, questions: Sequence[tuple[str, str, str, int]]
) -> reply.Reply:
    """Answer a grader's questions, as :func:`hhlab.channel.reply.replies` does."""

    def answers(subject: Any, asked: reply.Questions) -> list[Answer]:
        if not any(program.cls is subject for program in _kept):
            _kept[:] = [Program(subject)]
        with jax.disable_jit(False):  # who debugs without may leave it so
            return perform_all(subject, asked, *_kept)

    return reply.replies(namespace, questions, answers)


@namesakes()
def perform_all(
    subject: Any, questions: reply.Questions, program: Program | None = None
) -> list[Answer]:
    """Answer questions about one thing of the student's: alike ones as one, the others in turn.

    Parameters
    ----------
    subject : object
        What is asked about.
    questions : sequence of (str, dict)
        Probes and their arguments.
    program : Program, optional
        The class's, where there is one.

    Returns
    -------
    list of dict
        For each question what :func:`hhlab.kernel.perform.perform` returns.
    """
    program = program or Program(subject)
    fitted = [_fitted(subject, arguments) for _, arguments in questions]
    groups: dict[Any, list[int]] = {}
    for index, (probe, arguments) in enumerate(questions):
        alike = str(arguments.get("dt")) if probe in POPULATION else index
        groups.setdefault((probe, alike), []).append(index)
    answers: list[Answer] = [{}] * len(questions)
    for (probe, _), members in groups.items():
        asked = [fitted[index][0] for index in members]
        for index, answer in zip(members, _answers(subject, probe, asked, program), strict=True):
            answers[index] = answer | fitted[index][1]
    return answers


def _fitted(subject: Any, arguments: Arguments) -> tuple[Arguments, Answer]:
    """Return a question without the parameters that a class cannot have, and which these are.

    What it can have goes by its own names: together with its defaults one name is one parameter.
    """
    given = arguments.get("parameters", {})
    if not given:
        return arguments, {}
    kept = taken(subject, given)
    refused = " ".join(name for name in given if name not in kept)
    fitted = {**arguments, "parameters": respelt(subject, kept)}
    return fitted, {"refused": refused} if refused else {}


def _answers(
    subject: Any, probe: str, asked: list[Arguments], program: Program, general: bool = True
) -> Iterator[Answer]:
    """Yield the answers to several questions of one probe, which differ in neither kind nor dt."""
    if probe not in POPULATION:
        yield from (perform(subject, probe, arguments) for arguments in asked)
        return
    general &= probe == "simulate"
    shared = general or len(asked) > 1
    try:
        joined = _joined(subject, probe, asked, general)
        compiled = {"program": program} if probe == "simulate" else {}
        answer = perform(subject, probe, joined | compiled)
        failed = not answer.keys().isdisjoint({"error", "own.error", "fault"})
    except Exception:  # parameters that the student's class has no place for
        if not shared:
            raise
        failed = True
    if failed and shared:  # perhaps it can't do with one value for each neuron
        for arguments in asked:
            yield from _answers(subject, probe, [arguments], program, general=False)
        return
    first = 0
    for arguments in asked:
        steps, count = _extent(arguments)
        yield {key: _cut(value, steps, first, first + count) for key, value in answer.items()}
        first += count


def _extent(arguments: Arguments) -> tuple[int, int]:
    """Return the time steps and the neurons of a question."""
    if "currents" in arguments:
        return arguments["currents"].shape[1:]
    return 1, len(arguments["states"]["V"])


def _joined(subject: Any, probe: str, asked: list[Arguments], general: bool) -> Arguments:
    """Return the one question whose neurons are those of all, and some to fill it up.

    In general, neurons get all the parameters that they can have, whatever they are asked: then
    whatever is asked next can be answered by the same program.
    """
    extents = [_extent(arguments) for arguments in asked]
    counts = [count for _, count in extents]
    filled = [*counts[:-1], counts[-1] - sum(counts) % -SLOTS]
    longest = max(steps for steps, _ in extents)
    longest -= longest % -STEPS if probe == "simulate" else 0

    def join(each: list[Any]) -> Any:
        if isinstance(each[0], dict):
            return {name: join([one[name] for one in each]) for name in each[0]}
        return np.concatenate(
            [
                _filled(np.asarray(one), longest, count)
                for one, count in zip(each, filled, strict=True)
            ],
            axis=-1,
        )

    kept = asked[0].keys() - {"dt", "parameters", "steps"}
    joined: Arguments = {name: join([arguments[name] for arguments in asked]) for name in kept}
    if probe == "simulate":
        joined["steps"] = np.repeat([one["steps"] for one in asked], filled, axis=0).T
    if "dt" in asked[0]:
        joined["dt"] = asked[0]["dt"]
    return joined | {"parameters": _parameters(subject, asked, filled, general)}


def _filled(values: Any, steps: int, count: int) -> Any:
    """Return values with the last neuron, and the last time step, repeated up to these numbers."""
    if values.ndim == 0:
        return np.full(count, values)
    missing = [(0, count - values.shape[-1])]
    if values.ndim == 3:
        missing = [(0, 0), (0, steps - values.shape[1]), *missing]
    return np.pad(values, missing, mode="edge")


def _parameters(
    subject: Any, asked: list[Arguments], counts: list[int], general: bool
) -> dict[str, Any]:
    """Return the parameters of all neurons: numbers where all questions have the same.

    Raises
    ------
    TypeError
        If a question leaves one out for which the class itself has no number.
    """
    each = [arguments["parameters"] for arguments in asked]
    if not general and all(parameters == each[0] for parameters in each):
        return dict(each[0])
    own = source_of.signature(subject).parameters
    defaults = {name: known.default for name, known in own.items()}
    names = set().union(*each)
    if general:
        names |= {name for name, default in defaults.items() if type(default) in (int, float)}
    rows = [
        [float(given.get(name, defaults.get(name))) for name in sorted(names)] for given in each
    ]
    return dict(zip(sorted(names), np.repeat(np.array(rows), counts, axis=0).T, strict=True))


def _cut(value: Any, steps: int, first: int, last: int) -> Any:
    """Return the part of an answer that belongs to one question."""
    if not isinstance(value, np.ndarray) or value.ndim == 0:
        return value
    return value[:, :steps, first:last] if value.ndim == 3 else value[..., first:last]
