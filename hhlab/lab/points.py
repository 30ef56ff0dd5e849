"""What stands under the cells of a student's notebook: points for a test, a sentence for an error.

A kernel that imports this module's :class:`Points` tells them; grading needs nothing of it.
"""

import ast
import linecache
import os
import re
import traceback
from collections.abc import Iterator
from functools import reduce
from types import TracebackType
from typing import Any

import numpy as np
from IPython import get_ipython
from IPython.core.inputtransformer2 import TransformerManager
from IPython.display import publish_display_data
from matplotlib_inline.backend_inline import set_matplotlib_formats

from ..channel.failure import CheckFailed, framed
from ..channel.language import Text, said
from ..channel.mistake import MEANING, labelled
from ..mistakes.errors import OVERWRITTEN, of_error
from ..mistakes.experiments import of_call
from . import FIGURES

TEST = re.compile(r"# (?P<name>.+?)(?:[:：].*)? ?[(（](?P<points>\d+) (?:points?|分)[)）](?:\n|$)")
BLANK = re.compile(r"NotImplementedError: (TODO \d+)")
CELL = re.compile(r"ipykernel_\d+|ipython-input")
TAKEN = re.compile(r"'(?!property)[\w.]+' object (is not callable|has no attribute)")
"""What Python says of a name that the course made, and a student's cell since."""
MADE = re.compile(r"^(?:class|def) (\w+)", re.M)


class Points:
    """The points of a notebook's tests, counted and told as they are run.

    Parameters
    ----------
    most : int
        How many there are.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._earned: dict[str, int] = {}
        self._failed: dict[str, CheckFailed] = {}
        self._told: dict[Any, str] = {}  # which test says, on the screen, what mistakes mean
        self._cell, self._shell = "", get_ipython()
        if self._shell is None:
            return
        if os.environ.get(FIGURES) != "plain":
            # sharp on screens of high resolution
            set_matplotlib_formats("retina")  # type: ignore[no-untyped-call]
        for old in self._shell.user_ns.get("points"), self:
            if isinstance(old, Points):
                old._listen(old is self)
        self._shell.set_custom_exc(
            (Exception,),
            lambda _, kind, error, where, tb_offset=None: self._explain(kind, error, where),
        )

    def __repr__(self) -> str:
        """Return what is earned and what is left to do; nothing where no test has run."""
        earned = sum(self._earned.values())
        if earned == self.most:
            return said(Text("✓ {most} of {most} points: every test passes.", most=self.most))
        if not self._earned and not self._failed:
            return ""
        some = Text("{earned} of {most} points.", earned=earned, most=self.most)
        names = dict.fromkeys(map(_name, self._failed))
        if not names:
            return said(Text("{points} Some tests have not run yet.", points=some))
        left = reduce(lambda one, other: Text("{one}; {other}", one=one, other=other), names)
        told = Text("{points} Still to do: {left}.", points=some, left=left)
        judged = earned + sum(int(test["points"]) for test in map(TEST.match, self._failed) if test)
        if judged < self.most:
            told = Text("{points} Some tests have not run yet.", points=told)
        return said(told)

    def _listen(self, on: bool) -> None:
        events = self._shell.events
        for event, tell in (("pre_run_cell", self._begin), ("post_run_cell", self._end)):
            (events.register if on else events.unregister)(event, tell)

    def _begin(self, info: Any) -> None:
        """Forget what the cell is about to make, lest tests judge an older one if it stops."""
        self._cell = info.raw_cell or ""
        made, test = MADE.findall(self._cell), TEST.match(self._cell)
        for name in set(made) - read_first(self._cell):
            self._shell.user_ns.pop(name, None)
        here = test[0] if test else ""
        self._told = {} if made else {m: told for m, told in self._told.items() if told != here}

    def _end(self, result: Any) -> None:
        if not (test := TEST.match(self._cell)):
            return
        if result.success:
            self._failed.pop(test[0], None)
            points = self._earned[test[0]] = int(test["points"])
            one = Text("✓ {name}: 1 point", name=test["name"])
            more = Text("✓ {name}: {points} points", name=test["name"], points=points)
            print(said(one if points == 1 else more))
            return
        self._earned.pop(test[0], None)
        if failed := self._failed.get(test[0]):
            self._draw(failed)

    def _draw(self, failed: CheckFailed) -> None:
        from ..check.picture import picture  # in a kernel that is graded nobody draws

        if drawn := picture(failed.evidence, str(failed)):
            publish_display_data(drawn.data, drawn.metadata)

    def _explain(self, kind: type[Exception], error: Exception, where: TracebackType) -> None:
        """Show an error as a sentence, with what it means, and not as pages of a library."""
        test = TEST.match(self._cell)
        failed = error if isinstance(error, CheckFailed) else _failure(error, where, bool(test))
        text = str(failed)
        title = test[0] if test else ""
        if blank := BLANK.search(failed.message):
            text = said(Text("{todo} is still blank, or its raise is still there.", todo=blank[1]))
        elif told := self._told_of(failed):
            same = Text("the same as at {name}.", name=_name(told))
            text = f"{said(failed.message)}\n{labelled(MEANING, same)}"
        elif test and failed.mistakes:
            self._told[failed.mistakes] = title
        if test:
            self._failed[title] = failed
        error._render_traceback_ = lambda: [framed(text)]  # type: ignore[attr-defined]
        self._shell.showtraceback((kind, error, where))

    def _told_of(self, failed: CheckFailed) -> str:
        """Return which test has told what explains this failure, maybe beside other things."""
        fitting = set(failed.mistakes)
        return next((test for told, test in self._told.items() if fitting.issuperset(told)), "")


def read_first(cell: str) -> set[str]:
    """Return the names that a cell reads before it makes them, as ``class HH(HH):`` does.

    Parameters
    ----------
    cell : str
        What is to be run; of what is no Python, nothing is returned.
    """
    try:
        statements = ast.parse(TransformerManager().transform_cell(cell)).body
    except (SyntaxError, ValueError):
        return set()
    made: set[str] = set()
    read: set[str] = set()
    for statement in statements:
        read |= set(_read(statement)) - made
        if isinstance(statement, ast.ClassDef | ast.FunctionDef):
            made.add(statement.name)
    return read


def _read(node: ast.AST) -> Iterator[str]:
    """Yield the names that are read while a statement runs: bodies of functions wait for a call."""
    for field, value in ast.iter_fields(node):
        if field == "body" and isinstance(node, ast.FunctionDef | ast.Lambda):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load):
                yield child.id
            elif isinstance(child, ast.AST):
                yield from _read(child)


def _name(title: str) -> str:
    found = TEST.match(title)
    return found["name"] if found else title


def _failure(error: Exception, where: TracebackType, test: bool) -> CheckFailed:
    """Return an error that a cell, maybe a test's, raised as a failure that explains itself."""
    frames = [*traceback.walk_tb(where)]
    own = [(f, line) for f, line in frames if CELL.search(f.f_code.co_filename)]
    last, line = own[-1] if own else (None, 0)
    at_top = last and frames[-1][0] is last and last.f_code.co_name == "<module>"
    if at_top and isinstance(error, NameError):
        return CheckFailed(
            Text(
                "{name} is not there: its cell has not run, has stopped, or calls it otherwise",
                name=error.name,
            ),
            Text("run the cells above, and mend the first ✗ or SyntaxError that you see."),
        )
    message = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
    if last:
        code = linecache.getline(last.f_code.co_filename, line).strip()
        message = Text("{error}, in the line {line}", error=message, line=code)
    failed = CheckFailed(message)
    if test and at_top and TAKEN.search(message):
        failed.explain((OVERWRITTEN,))
        return failed
    of_neuron = any("self" in frame.f_locals for frame, _ in own)
    failed.explain((of_error if of_neuron else of_call)(message))
    return failed


def measured(function: Any, *arguments: Any, otherwise: Any, **named: Any) -> Any:
    """Return what a student's function of an earlier part measures, or the course's own number.

    Parameters
    ----------
    function : callable
        The student's.
    *arguments, **named
        What it is called with.
    otherwise : float or array_like
        What is returned where the function is still blank, or is not there.
    """
    try:
        return function(*arguments, **named)
    except NotImplementedError as blank:
        todo = str(blank).partition(",")[0].partition("，")[0]
        print(said(Text("{todo} is still blank: the course's own number is used.", todo=todo)))
        return np.asarray(otherwise, float)[()]
