"""Mutants of the answer: one small change each, made by a pass over its syntax tree."""

import ast
import copy
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hhlab.reference import HOMEWORK

OTHER_OPERATOR = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
}
OTHER_COMPARISON = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.GtE: (ast.Gt, ast.Lt),
}
OTHER_NAME = {"m": "h", "h": "n", "n": "m", "V": "m", "t": "dt", "dt": "t", "x": "t"}
OTHER_NAME |= {"I_Na": "I_K", "I_K": "I_leak", "I_leak": "I_Na", "Iext": "V"}
OTHER_NAME |= {"alpha": "beta", "beta": "alpha"}
OTHER_ATTRIBUTE = {"m": "h", "h": "n", "n": "m", "dm": "dh", "dh": "dn", "dn": "dm"}
OTHER_ATTRIBUTE |= {"ENa": "EK", "EK": "EL", "EL": "ENa", "gNa": "gK", "gK": "gL", "gL": "gNa"}
OTHER_ATTRIBUTE |= {"ones": "zeros", "zeros": "ones", "logical_and": "logical_or"}
OTHER_ATTRIBUTE |= {"spike": "V", "t_last_spike": "V", "exprel": "exp", "exp": "exprel"}
DEFAULTS = vars(HOMEWORK)
"""What parameters are if nothing else is asked for."""


class Mutant(NamedTuple):
    """The answer with one change.

    Attributes
    ----------
    change : str
        The line as it was and as it is, which names the mutant.
    source : str
        The whole cell.
    """

    change: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a cell.

    Parameters
    ----------
    source : str
        The cell.
    """
    tree = ast.parse(source)
    normal = ast.unparse(tree)
    for index, node in enumerate(ast.walk(tree)):
        for change in _changes(node):
            mutated = copy.deepcopy(tree)
            change(list(ast.walk(mutated))[index])
            text = ast.unparse(ast.fix_missing_locations(mutated))
            if text != normal:
                yield Mutant(_difference(normal, text), text)


def _difference(before: str, after: str) -> str:
    """Return the first line that changed, as it was and as it is, with the number it has."""
    old, new = before.split("\n"), after.split("\n")
    k = next((k for k, pair in enumerate(zip(old, new, strict=False)) if len(set(pair)) > 1), -1)
    now = new[k].strip() if len(old) == len(new) else "(gone)"
    return f"{_function(old, k)}: {old[k].strip()} → {now}"


def _function(lines: list[str], k: int) -> str:
    """Return the name of the function that a line is in."""
    heads = [line.split("(")[0].split()[-1] for line in lines[: k + 1] if " def " in line]
    return heads[-1] if heads else "class"


Change = Callable[[ast.AST], None]


def _changes(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BinOp) and type(node.op) in OTHER_OPERATOR:
        yield lambda n: setattr(n, "op", OTHER_OPERATOR[type(n.op)]())
    if isinstance(node, ast.UnaryOp):
        yield lambda n: setattr(n, "op", ast.UAdd())
    if isinstance(node, ast.Compare):
        for k in range(2):
            yield lambda n, k=k: n.ops.__setitem__(0, OTHER_COMPARISON[type(n.ops[0])][k]())
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield lambda n: setattr(n, "value", 1.1 * n.value if n.value else 1.0)
    if isinstance(node, ast.Name) and node.id in OTHER_NAME:
        yield lambda n: setattr(n, "id", OTHER_NAME[n.id])
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
        yield lambda n: setattr(n, "value", ast.Constant(DEFAULTS.get(n.value.id, n.value.id)))
    if isinstance(node, ast.Attribute) and node.attr in OTHER_ATTRIBUTE:
        yield lambda n: setattr(n, "attr", OTHER_ATTRIBUTE[n.attr])
    if isinstance(node, ast.Call) and len(node.args) > 1:
        for k in range(len(node.args) - 1):
            yield lambda n, k=k: _swap(n.args, k)
        yield lambda n: n.args.pop()
    if isinstance(node, ast.Call) and node.keywords:
        yield lambda n: n.keywords.pop()
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store):
        for k in range(len(node.elts) - 1):
            yield lambda n, k=k: _swap(n.elts, k)
    if isinstance(node, ast.FunctionDef):
        for k in range(len(node.body)):
            yield lambda n, k=k: n.body.__setitem__(k, ast.Pass())
        if node.decorator_list:
            yield lambda n: n.decorator_list.clear()


def _swap(items: list, k: int) -> None:
    items[k], items[k + 1] = items[k + 1], items[k]
