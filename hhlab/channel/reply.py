"""Answer questions where the student's code runs: look a name up, call a function, send data."""

import contextlib
import re
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from . import wire
from .fault import Fault, ours, students
from .patience import LONGEST, SOON, TookLong, at_most

ADDRESS = re.compile(r" at 0x[0-9a-f]+(?=>)")

Answer = dict[str, Any]
Questions = Sequence[tuple[str, dict[str, Any]]]
"""Probes with their arguments."""
Namespace = dict[str, Any]

MOST_VALUES = 8
"""How many values a function may return."""
UNANSWERED: Answer = {"fault": "it was not answered in one go with others"}
NO_SUBJECT = "no-subject"
CODED = re.compile(r"code:(?P<code>[a-z-]+):(?P<detail>.*)")
"""An error that quotes nothing: :mod:`hhlab.channel.ask` says what it means."""


class Reply:
    """Answers as IPython hands them to whoever asked: one mime type, text that is data."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {wire.MIME: self.text}


def one_by_one(subject: Any, questions: Questions) -> list[Answer]:
    """Answer questions about one thing of the student's in turn."""
    return [perform(subject, probe, arguments) for probe, arguments in questions]


def replies(
    namespace: Namespace,
    questions: Sequence[tuple[str, str, str, int]],
    answers: Callable[[Any, Questions], list[Answer]] = one_by_one,
) -> Reply:
    """Answer questions that came over the wire.

    Parameters
    ----------
    namespace : mapping
        The student's.
    questions : sequence of (str, str, str, int)
        A name in the namespace, a probe, its arguments as :func:`hhlab.channel.wire.encode` writes
        them, and a place that :func:`remember` was told of.
    answers : callable
        Answers all questions about one thing.

    Returns
    -------
    Reply
        In it a fault for each call that would have taken long: it is to be asked by itself.
    """
    found: list[Answer] = [UNANSWERED] * len(questions)
    groups: dict[tuple[str, int, int | None], list[int]] = {}
    for index, (name, probe, _, place) in enumerate(questions):
        by_itself = index if probe == "call" else None
        groups.setdefault((name, id(_remembered.get(place)), by_itself), []).append(index)
    late = time.monotonic() + SOON
    for (name, _, by_itself), mine in groups.items():
        asked = [questions[index] for index in mine]
        if by_itself is None or len(questions) == 1:
            given = _given(namespace, name, asked, answers)
        elif time.monotonic() > late:
            continue
        else:
            given = []
            with contextlib.suppress(TookLong), at_most(LONGEST):
                given = _given(namespace, name, asked, answers)
        for index, answer in zip(mine, given, strict=False):  # none, where it took too long
            found[index] = answer
    return Reply(wire.encode_all(found))


def _given(
    namespace: Namespace,
    name: str,
    questions: Sequence[tuple[str, str, str, int]],
    answers: Callable[[Any, Questions], list[Answer]],
) -> list[Answer]:
    """Return answers about what a name means, or meant where the questions stand."""
    with _as_it_was(namespace, _remembered.get(questions[0][3])):
        if name not in namespace:
            return [{"error": coded(NO_SUBJECT, name)}] * len(questions)
        asked = [(probe, wire.decode(arguments)) for _, probe, arguments, _ in questions]
        return _faultless(answers, namespace[name], asked)


def _faultless(
    answers: Callable[[Any, Questions], list[Answer]], subject: Any, asked: Questions
) -> list[Answer]:
    """Return answers; where none can be given, that this is our fault."""
    try:
        with ours():
            return answers(subject, asked)
    except Fault as fault:
        return [{"fault": str(fault)}] * len(asked)


_remembered: dict[int, Namespace] = {}
"""What names meant at places of the notebook; the same dictionary where they mean the same."""


def remember(namespace: Namespace, place: int) -> None:
    """Keep what names mean now, for the tests that stand at this place of the notebook."""
    now = _students(namespace)
    for earlier, then in _remembered.items():
        if all(name in now and now[name] is thing for name, thing in then.items()):
            _remembered[earlier] = now  # names have only been added
    _remembered[place] = now


@contextlib.contextmanager
def _as_it_was(namespace: Namespace, then: Namespace | None) -> Iterator[None]:
    """Have names mean for a while what they meant; functions of the student's see that as well."""
    now = _students(namespace)
    try:
        _exchange(namespace, now if then is None else then)
        yield
    finally:
        _exchange(namespace, now)


def _exchange(namespace: Namespace, others: Namespace) -> None:
    for name in _students(namespace).keys() - others.keys():
        del namespace[name]
    namespace.update(others)


def _students(namespace: Namespace) -> Namespace:
    """Return a namespace without what IPython keeps there."""
    ours = ("In", "Out", "exit", "quit", "get_ipython", "open")
    return {n: thing for n, thing in namespace.items() if str(n)[:1] != "_" and n not in ours}


def value(thing: Any) -> Answer:
    """Report a number or an array that the student computed."""
    return {"value": plain(thing)}


def call(function: Any, arguments: dict[str, Any], named: dict[str, Any]) -> Answer:
    """Call a student's function; report the numbers it returns, and how many arrays they are.

    Whether it returned a list, and whether it changed an array that it was handed, is told as well.
    """
    given = [_own(arguments[str(k)]) for k in range(len(arguments))]
    by_name = {name: _own(value) for name, value in named.items()}
    # what NumPy warns of (the mean of no values is nan) is said in a sentence about the result
    with students(), np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        returned = function(*given, **by_name)
    several = isinstance(returned, tuple) and len(returned) <= MOST_VALUES
    values = returned if several else (returned,)
    before, after = [*arguments.values(), *named.values()], [*given, *by_name.values()]
    return {
        "count": len(values),
        "lists": any(isinstance(each, list) for each in values),
        "changed": not all(map(_same, before, after)),
        **{str(k): _numbers(each) for k, each in enumerate(values)},
    }


def _same(before: Any, after: Any) -> bool:
    """Return whether an argument, if it is an array, is as it was."""
    return not isinstance(before, np.ndarray) or np.array_equal(before, after, equal_nan=True)


def _numbers(returned: Any) -> Any:
    """Return what a function returned as an array; of something else, say what it is."""
    try:
        return plain(returned)
    except TypeError as error:
        if isinstance(returned, (np.ndarray, list, tuple)):
            raise
        kind = "None" if returned is None else type(returned).__name__
        with students():
            raise TypeError(f"expected numbers, got {kind}") from error


PROBES: dict[str, Callable[..., Answer]] = {"value": value, "call": call}


def perform(
    subject: Any,
    probe: str,
    arguments: dict[str, Any],
    probes: Mapping[str, Callable[..., Answer]] = PROBES,
) -> Answer:
    """Run one probe: what the student's code raises is its ``error``, what ours, a ``fault``."""
    try:
        with ours():
            return probes[probe](subject, **arguments)
    except Fault as fault:
        return {"fault": str(fault)}
    except (Exception, SystemExit) as error:
        return {"error": sentence(error)}


def plain(values: Any) -> Any:
    """Return the values as a NumPy array of numbers or truth values.

    Raises
    ------
    TypeError
        If they are anything else, or more, or of more dimensions, than the wire carries.
    """
    with students():
        array = np.asarray(values)
        if array.dtype.kind not in "biuf":
            raise TypeError(f"expected numbers, got an array of {array.dtype}")
        if array.ndim > wire.MOST_DIMENSIONS:
            raise TypeError(f"expected numbers, got an array of {array.ndim} dimensions")
        if array.nbytes > wire.LARGEST:  # which would take a minute to be written, and be refused
            raise TypeError(f"expected fewer numbers than {array.size}")
        return array if array.dtype.itemsize <= 8 else array.astype(float)


def coded(code: str, detail: str) -> str:
    """Return an error that is no quotation, so that it can be said in any language."""
    return f"code:{code}:{detail}"


def sentence(error: BaseException) -> str:
    """Return the kind and the first line of an error, short enough to be read.

    Where an object was in memory is left out: it tells nothing, and differs from run to run.
    """
    first = ADDRESS.sub("", (str(error).strip().splitlines() or [""])[0])
    return f"{type(error).__name__}: {first}"[:300].removesuffix(": ")


def _own(argument: Any) -> Any:
    """Return an argument that a student's function may write into."""
    if isinstance(argument, dict):
        return {name: _own(value) for name, value in argument.items()}
    return np.array(argument) if isinstance(argument, np.ndarray) else argument
