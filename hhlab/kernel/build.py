"""Build a student's neuron, as far as it can be built, and place it in a given state.

Like :mod:`hhlab.kernel.perform`, this lives where the model lives.
"""

import ast
import contextlib
import inspect as source_of
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import brainpy.math as bm
import jax
import numpy as np

from ..channel.fault import students
from ..channel.reply import coded, sentence
from ..reference.homework import NEVER, NOT_SET
from ..reference.trace import STATES


@contextlib.contextmanager
def namesakes() -> Iterator[None]:
    """Let neurons be built whose class names them, or what they are made of, as often as it takes.

    In BrainPy a name is one object's as long as that lives. What is built here is called otherwise,
    and leaves such names to the student's own cells.
    """
    everything: Any = bm.BrainPyObject
    usual = everything.unique_name

    def free(self: Any, name: str | None = None, type_: str | None = None) -> Any:
        return usual(self, None, type_)

    everything.unique_name = free
    try:
        yield
    finally:
        everything.unique_name = usual


def build(cls: Any, size: Any, parameters: Mapping[str, Any]) -> tuple[Any, list[BaseException]]:
    """Construct the student's neuron; where a blank raises, run the rest of ``__init__`` anyway.

    Parameters
    ----------
    cls : type
        The student's class.
    size : int or tuple of int
        Size of the population.
    parameters : mapping
        Passed to the constructor; an array holds a value for each neuron.

    Returns
    -------
    neuron
        The object, complete or as complete as it gets.
    errors : list of BaseException
        What statements of the constructor raised, in order.
    """
    given = {
        name: bm.asarray(value, dtype=bm.float_) if isinstance(value, np.ndarray) else value
        for name, value in respelt(cls, parameters).items()
    }
    try:
        return cls(size, **given), []
    except (Exception, SystemExit) as error:
        neuron = cls.__new__(cls)
        errors: list[BaseException] = []
        _patient_init(cls, errors)(neuron, size, **given)
        return neuron, errors or [error]


def taken(cls: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return those parameters that a class has a place for in its constructor."""
    try:
        with students():  # a class may refuse to say
            own = source_of.signature(cls).parameters.values()
    except (TypeError, ValueError):  # no class: said when it is built
        return dict(parameters)
    kept, names = dict(parameters), _spelt(cls)
    if not any(each.kind is each.VAR_KEYWORD for each in own):
        return {name: value for name, value in kept.items() if plainly(name) in names}
    for _ in parameters:
        try:
            cls(1, **kept)
        except (Exception, SystemExit) as error:  # perhaps from whoever they are handed on to
            said = re.search(r"unexpected keyword argument '(\w+)'", str(error))
            kept.pop(said[1] if said else "", None)
    return kept


def respelt(cls: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters by the names that a class's constructor gives them."""
    try:
        names = _spelt(cls)
    except (TypeError, ValueError):  # no class: said when it is built
        return dict(parameters)
    return {names.get(plainly(name), name): value for name, value in parameters.items()}


def _spelt(cls: Any) -> dict[str, str]:
    """Return the names of a constructor's arguments by what they are without case and _."""
    with students():
        return {plainly(name): name for name in source_of.signature(cls).parameters}


def plainly(name: str) -> str:
    """Return a name without what spelling may add to it."""
    return name.replace("_", "").lower()


@jax.ensure_compile_time_eval()
def placed(
    cls: Any, states: Mapping[str, Any], parameters: Mapping[str, Any]
) -> tuple[Any, list[BaseException]]:
    """Build neurons as :func:`build` does, and place them in these states.

    They get proper Variables with these values, each its own, whatever theirs looked like. Initial
    values are numbers where a simulation is being compiled, as anywhere else, and in both cases by
    the same programs.
    """
    size = len(states["V"])
    neuron, errors = build(cls, size, parameters)
    fixture = {name: bm.asarray(states[name], dtype=bm.float_) for name in STATES}
    fixture["spike"] = bm.zeros(size, dtype=bool)
    fixture["t_last_spike"] = bm.full(size, NEVER)
    used: list[Any] = []
    for name, start in fixture.items():
        own = None
        with contextlib.suppress(Exception):  # what it raises is said where it is asked for
            own = getattr(neuron, name, None)  # perhaps a property's
        shared = any(own is each for each in used)
        if (
            isinstance(own, bm.Variable)
            and not shared
            and own.shape == start.shape
            and own.dtype == start.dtype
        ):
            own.value = start
            used.append(own)
            continue
        getattr(neuron, "__dict__", {}).pop(name, None)
        with students():  # a class may keep such a name for something else
            setattr(neuron, name, bm.Variable(start))
    return neuron, errors


def why_missing(name: str, errors: list[BaseException]) -> str:
    """Return why a neuron has no such variable, having been built with these errors."""
    named = [error for error in errors if re.search(rf"self\.{name}\b", str(error))]
    return sentence((named or errors)[0]) if errors else coded(NOT_SET, name)


def _patient_init(cls: Any, errors: list[BaseException]) -> Callable[..., None]:
    """Return ``cls.__init__`` with each statement on its own: one that raises is passed over."""
    try:
        owner = next(base for base in cls.__mro__ if "__init__" in vars(base))
        definition = ast.parse(textwrap.dedent(source_of.getsource(owner.__init__))).body[0]
    except (OSError, TypeError, SyntaxError):
        definition = None
    if not isinstance(definition, ast.FunctionDef):
        return lambda *args, **kwargs: None
    definition.decorator_list = []
    definition.body = [_forgiven(statement) for statement in definition.body]
    # super() without arguments needs an enclosing function that knows __class__
    factory = ast.parse("def factory(__class__, _noted):\n  ...\n  return __init__")
    factory.body[0].body[0] = definition  # type: ignore[attr-defined]
    namespace: dict[str, Any] = {}
    code = compile(ast.fix_missing_locations(factory), "<__init__, one by one>", "exec")
    exec(code, owner.__init__.__globals__, namespace)
    return namespace["factory"](owner, errors)


def _forgiven(statement: ast.stmt) -> ast.Try:
    forgiven = ast.parse(
        "try: ...\nexcept (Exception, SystemExit) as raised: _noted.append(raised)"
    ).body[0]
    forgiven.body = [statement]  # type: ignore[attr-defined]
    return forgiven  # type: ignore[return-value]
