"""Work out what hidden tests draw, without a model: run them with nothing in its place."""

import ast
import builtins
import importlib
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...channel.hidden import course_key

HIDDEN = "hidden_"
"""How the functions are called that draw."""

Draw = tuple[str, Any]
"""A call, and what it returned."""


class _Nothing:
    """Stands for the model, its answers and all checks: whatever is done with it is nothing."""

    def __getattr__(self, name: str) -> "_Nothing":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def _nothing(self, *args: Any, **kwargs: Any) -> "_Nothing":
        return self

    __call__ = __getitem__ = __neg__ = __abs__ = _nothing
    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = _nothing
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = _nothing

    def __iter__(self) -> Iterator["_Nothing"]:
        return iter(())


def draws(code: str, key: str) -> list[Draw]:
    """Return what a test cell draws with a course key, in order.

    Parameters
    ----------
    code : str
        The cell, visible and hidden parts.
    key : str
        The course key.

    Raises
    ------
    ValueError
        If that cannot be told without a model.
    """
    tree = ast.parse(code)
    found: list[Draw] = []
    reached: set[int] = set()
    names = _imported(tree, lambda call, drawn: found.append((call, drawn)), reached)
    token = course_key.set(key)
    try:
        exec(compile(tree, "<test cell>", "exec"), {}, names)
    except Exception as error:
        raise ValueError(_sentence(code, str(error))) from error
    finally:
        course_key.reset(token)
    asked = {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and HIDDEN in ast.unparse(node.func)
    }
    if asked - reached:
        raise ValueError(_sentence(code, f"line {min(asked - reached)} was not reached"))
    return found


def _imported(
    tree: ast.Module, note: Callable[[str, Any], None], reached: set[int]
) -> defaultdict[str, Any]:
    """Take the imports of hhlab out of a cell; return names, of which only draws are something."""
    names: defaultdict[str, Any] = defaultdict(_Nothing, np=np, **vars(builtins))
    for node in list(tree.body):
        if not (isinstance(node, ast.ImportFrom) and str(node.module).startswith("hhlab")):
            continue
        tree.body.remove(node)
        module = importlib.import_module(str(node.module))
        for each in node.names:
            if each.name.startswith(HIDDEN):
                draw = getattr(module, each.name)
                names[each.asname or each.name] = _noting(draw, note, reached)
    return names


def _noting(
    draw: Callable[..., Any], note: Callable[[str, Any], None], reached: set[int]
) -> Callable[..., Any]:
    def noted(*args: Any, **kwargs: Any) -> Any:
        if any(isinstance(given, _Nothing) for given in (*args, *kwargs.values())):
            raise ValueError(f"{draw.__name__} is asked for what the model says")
        drawn = draw(*args, **kwargs)
        given = [repr(arg) for arg in args] + [f"{name}={arg!r}" for name, arg in kwargs.items()]
        note(f"{draw.__name__}({', '.join(given)})", drawn)
        reached.add(sys._getframe(1).f_lineno)
        return drawn

    return noted


def _sentence(code: str, why: str) -> str:
    first = code.split("\n", 1)[0]
    return (
        f"what the hidden test below '{first}' draws cannot be worked out, and so not be searched "
        f"for ({why}): import hidden_… from hhlab in its hidden region, at the top, and call it "
        "with what does not depend on the model"
    )


def rows(drawn: Any) -> Iterator[NDArray[np.float64]]:
    """Yield the rows of numbers in whatever a draw returns: numbers, arrays, or what holds such."""
    if isinstance(drawn, dict):
        yield np.array([value for value in drawn.values() if np.ndim(value) == 0], float)
        yield from (row for value in drawn.values() if np.ndim(value) for row in rows(value))
    elif hasattr(drawn, "__dict__"):
        yield from rows(vars(drawn))
    else:
        yield from np.atleast_2d(np.asarray(drawn, float))
