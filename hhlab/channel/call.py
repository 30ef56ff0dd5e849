"""Call a function that a student wrote, here or in another process, and look at what it returns."""

import builtins
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .ask import Handle, ask, numbers
from .failure import CheckFailed, ModelError
from .language import Text, number
from .mistake import explained
from .reply import MOST_VALUES


@dataclass(frozen=True, eq=False)
class Returned:
    """What a function returned, and what it was asked.

    Attributes
    ----------
    name : str
        The function's.
    arguments, named
        What it was called with.
    values : tuple of ndarray
        What came back: one array, or as many as the function returned.
    whole : tuple of bool
        Which of them are of a type that has whole numbers alone, as places in an array are.
    lists : bool
        Whether there is a list among them.
    changed : bool
        Whether an array that the function was handed is another one now.
    """

    name: str
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    values: tuple[NDArray[np.float64], ...]
    whole: tuple[bool, ...]
    lists: bool
    changed: bool

    @property
    def question(self) -> str:
        """The call, as one writes it."""
        return written(self.name, self.arguments, self.named)


def call(function: Any, *arguments: Any, **named: Any) -> Returned:
    """Call a student's function with numbers, words and arrays.

    Parameters
    ----------
    function : callable or Handle
        The student's.
    *arguments, **named
        What it is called with.

    Returns
    -------
    Returned

    Raises
    ------
    CheckFailed
        If the function raises, or returns anything but numbers.
    """
    # a number that has taken the function's name has none, nor has what partial makes
    name = function.name if isinstance(function, Handle) else getattr(function, "__name__", "…")
    question = written(name, arguments, named)
    plain = {str(k): _plain(argument) for k, argument in enumerate(arguments)}
    given = {name: _plain(argument) for name, argument in named.items()}
    try:
        answer = ask(function, "call", {"arguments": plain, "named": given})
    except ModelError as error:
        failed = _unusable(name, Text("{call} fails: {error}", call=question, error=error.message))
        failed.explain(explained("call", error.message, name))
        raise failed from None
    count = answer.get("count")
    some = count if isinstance(count, int) and 0 < count <= MOST_VALUES else 0
    values = [answer.get(str(k)) for k in range(some)]
    if not values or not all(isinstance(value, np.ndarray) for value in values):
        raise _unusable(name, Text("{call} should return numbers", call=question))
    arrays = tuple(np.asarray(value, float) for value in values)
    whole = tuple(np.asarray(value).dtype.kind in "iu" for value in values)
    lists, changed = (answer.get(key) is True for key in ("lists", "changed"))
    return Returned(name, arguments, named, arrays, whole, lists, changed)


def as_raised(failed: CheckFailed) -> CheckFailed:
    """Return a failure that can also be caught as what the student's function raised."""
    error = failed.__context__
    name = error.message.partition(":")[0] if isinstance(error, ModelError) else ""
    kind = getattr(builtins, name, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        return failed
    try:
        raised: CheckFailed = type(name, (CheckFailed, kind), {})(failed.message)
    except TypeError:  # some errors of Python's cannot be anything else as well, or say more
        return failed
    raised.__dict__.update(failed.__dict__)
    return raised


def _unusable(name: str, message: Text) -> CheckFailed:
    """Return the failure of a function that gives no numbers."""
    discreet = Text("{name} fails when it is asked something else.", name=name)
    return CheckFailed(message, discreet=discreet)


def _plain(argument: Any) -> Any:
    if isinstance(argument, dict):
        return {name: _plain(value) for name, value in argument.items()}
    return argument if isinstance(argument, (str, int, float)) else np.asarray(argument, float)


def written(name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> str:
    """Return a call as one writes it."""
    parts = [_shown(argument) for argument in arguments]
    parts += [f"{name}={_shown(argument)}" for name, argument in named.items()]
    return f"{name}({', '.join(parts)})"


def _shown(argument: Any) -> str:
    if isinstance(argument, str):
        return f'"{argument}"'
    if isinstance(argument, (int, float)):
        return number(argument)
    if isinstance(argument, dict):
        return written("dict", (), argument)
    values = [number(value) for value in np.ravel(argument)]
    return f"[{', '.join(values[:4])}{', …' if len(values) > 4 else ''}]"


def value(thing: Any) -> NDArray[np.float64]:
    """Return a number or an array that the student computed, as finite floats.

    Parameters
    ----------
    thing : number, array or Handle
        What the student computed.

    Returns
    -------
    ndarray of float

    Raises
    ------
    ModelError
        If it is not one.
    """
    answer = ask(thing, "value", {})
    return numbers(answer, "value", np.shape(answer.get("value")))  # type: ignore[arg-type]
