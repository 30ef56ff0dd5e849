"""nbgrader's feedback as a page that teaches: what is wrong first, then the student's own work.

The homework's text is not repeated: students have it, and without it a page needs no formulas and
no network, and stays below 300 kB.
"""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.utils import is_grade, is_solution

from ...channel.language import Text, language_of, said, speaking
from ...channel.mistake import HINT, MEANING, labelled
from ..database import NoGradebook, look_at
from ..log import tell_people
from ..marks import Mark, Remarks, read, said_of
from ..regions import is_test, visible
from .environment import environment, title
from .inert import PICTURES
from .outputs import Allowance, Output, highlighted, outputs
from .stale import stale

HEADING = re.compile(r"(#{1,3}) (.+)")
WHERE = Text("Where to look")
WAITS = Text("A human has yet to read this answer.")
OPENERS = {"after", "at", "before", "for", "from", "if", "in", "no", "the", "where", "with", "your"}
"""Words, and no names in a student's code, that a headline may begin with."""
MADE = re.compile("(?:class|def) ")
UNTOUCHED = Text("You left this as it was given to you.")
NO_RESPONSE = Text("No response.")
"""What nbgrader notes where an answer is the blank."""
PAGE = 290_000
"""About how many bytes there are for code and pictures."""
LONGEST_TEXT = 50_000


@dataclass(frozen=True)
class Test:
    """A part that gives points, and what came of it."""

    name: str
    title: str
    score: float
    points: float
    sentence: str
    rest: list["Line"]
    mistakes: frozenset[str]
    technical: bool
    outputs: list[Output]
    source: Markup
    by_hand: bool
    waits: bool = False

    @property
    def passed(self) -> bool:
        """Whether it has all its points."""
        return self.score >= self.points


@dataclass(frozen=True)
class Line:
    """A line of an explanation, and what it is, if it says so."""

    text: str
    label: str = ""


@dataclass(frozen=True)
class Cell:
    """A piece of the student's notebook: a heading, their own text, or code and its outputs."""

    kind: str
    text: str | Markup
    outputs: list[Output] = field(default_factory=list)
    comment: str = ""


class FeedbackExporter(Exporter):
    """Set in ``c.GenerateFeedback.exporter_class``; makes a page of a graded notebook."""

    output_mimetype = "text/html"
    parent: Any

    def __init__(self, config: Any = None, **kwargs: Any) -> None:
        super().__init__(config=config, **kwargs)  # type: ignore[no-untyped-call]
        tell_people(self.log)
        if isinstance(self.parent, GenerateFeedback) and not hasattr(self.parent, "renews"):
            try:
                look_at(self.parent.coursedir)
            except NoGradebook as why:
                self.log.error("No page was made. %s.", why)
                raise NbGraderException(str(why)) from None
            self._warn_of_stale(self.parent)

    def _warn_of_stale(self, converter: Any) -> None:
        """Say which pages nbgrader leaves, although they tell of what has changed."""
        course = converter.coursedir
        students = [Path(folder).parent.name for folder in sorted(converter.assignments)]
        left = [each for each in students if stale(course, course.assignment_id, each)]
        if left and not converter.force:
            self.log.warning(
                "Older than the gradebook, and left as they are: the pages of %s. Make them anew "
                "with --force, or with 'hhlab feedback %s'.",
                ", ".join(left),
                course.assignment_id,
            )

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]  # as in nbconvert's own exporters
        self, nb: NotebookNode, resources: Any = None, **kwargs: Any
    ) -> tuple[str, Any]:
        """Return the page of a notebook that nbgrader's GetGrades has been over."""
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        with speaking(language_of(nb.metadata)):
            page = self._page(nb, resources["nbgrader"])
        return page.encode("utf-8", "replace").decode(), resources

    def _page(self, nb: NotebookNode, names: dict[str, Any]) -> str:
        submitted, waiting = self._known(names)
        template = environment(language_of(nb.metadata)).get_template("feedback.html.j2")
        return template.render(
            title=_title(nb) or names["notebook"],
            student=names["student"],
            score=names["score"],
            max_score=names["max_score"],
            penalty=names["late_penalty"],
            submitted=submitted,
            **shown_of(nb, self._given(names), waiting),
        )

    def _known(self, names: dict[str, str]) -> tuple[str, set[str]]:
        """Return when it was handed in, and which cells wait for a human."""
        with Gradebook(self.parent.coursedir.db_url) as gradebook:
            found = gradebook.find_submission_notebook(
                names["notebook"], names["assignment"], names["student"]
            )
            moment = found.assignment.timestamp
            waiting = {grade.name for grade in found.grades if grade.needs_manual_grade}
        return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "", waiting

    def _given(self, names: dict[str, str]) -> set[str]:
        """Return the lines of code that the student was given."""
        course = self.parent.coursedir
        folder = course.format_path(course.release_directory, ".", names["assignment"])
        path = Path(folder) / f"{names['notebook']}.ipynb"
        if not path.is_file():
            return set()
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return {line.strip() for cell in cells for line in "".join(cell["source"]).split("\n")}


def shown_of(nb: NotebookNode, given: set[str], waiting: Collection[str] = ()) -> dict[str, Any]:
    """Return what a page shows of a graded notebook, given these lines and what waits."""
    tests = [_test(cell, waiting) for cell in nb.cells if is_grade(cell)]
    cells = list(_cells(nb, given, _allowance(nb, tests)))
    return {
        "sentences": said_of(nb),
        "tests": tests,
        "explained": _explained(tests),
        "cells": list(_under_headings(iter(cells))),
        "untouched": _untouched(nb, given) and not any(test.score for test in tests),
        "stopped": any(each.kind == "error" for cell in cells for each in cell.outputs),
    }


def _title(nb: NotebookNode) -> str:
    headings = (HEADING.match(cell.source) for cell in nb.cells if cell.cell_type == "markdown")
    return next((found.group(2) for found in headings if found), "")


def _untouched(nb: NotebookNode, given: set[str]) -> bool:
    """Return whether a student answered nothing at all, as far as can be told from the lines.

    Of a file that could not be read, it cannot. A function or a class in a cell of their own is an
    answer; whoever only tried something there gave none.
    """
    if (read(Remarks, nb) or Remarks()).unread:
        return False
    answers = [cell for cell in nb.cells if is_solution(cell)]
    lines = {line.strip() for cell in answers for line in cell.source.split("\n")}
    others = (c for c in nb.cells if c.cell_type == "code" and "nbgrader" not in c.metadata)
    made = {line for c in others for line in c.source.split("\n") if MADE.match(line)}
    return bool(answers and given) and lines | made <= given


def _said_by_hand(name: str, comment: str | None, waiting: Collection[str]) -> str:
    if name in waiting:
        return said(WAITS)
    return said(UNTOUCHED) if comment == NO_RESPONSE else ""


def _test(cell: NotebookNode, waiting: Collection[str]) -> Test:
    grading, mark = cell.metadata.nbgrader, read(Mark, cell) or Mark(False)
    sentence, *rest = mark.sentence.split("\n")
    by_hand = is_solution(cell)  # what it is about would be the student's own words
    heading = "" if by_hand else title(cell.source)
    room = Allowance(LONGEST_TEXT, PAGE)
    return Test(
        grading.grade_id,
        heading or grading.grade_id.replace("-", " ").capitalize(),
        float(grading.get("score") or 0),
        float(grading.points),
        _said_by_hand(grading.grade_id, grading.get("comment"), waiting)
        if by_hand
        else _headline(sentence),
        [_line(line) for line in rest if line.strip()],
        frozenset(mark.mistakes),
        mark.technical,
        [output for output in outputs(cell, room) if output.kind != "error" or not sentence],
        highlighted(visible(cell.source), room),
        by_hand,
        grading.grade_id in waiting,
    )


def _headline(sentence: str) -> str:
    first = sentence.partition(" ")[0]
    return (first.capitalize() if first in OPENERS else first) + sentence.removeprefix(first)


def _line(text: str) -> Line:
    """Return a line of a sentence; one that explains has a label."""
    for label, shown in ((MEANING, MEANING), (HINT, WHERE)):
        if text.startswith(labelled(label, "")):
            return Line(text.removeprefix(labelled(label, "")), labelled(shown, ""))
    return Line(text)


def _explained(tests: list[Test]) -> dict[str, Test]:
    """Return for each failed test the first whose explanation is its own as well, or itself."""
    explained: dict[str, Test] = {}
    for test in (each for each in tests if not each.passed):
        others = (
            other
            for other in explained.values()
            if other.rest == test.rest or (other.mistakes and other.mistakes <= test.mistakes)
        )
        explained[test.name] = next(others, test) if test.rest else test
    return explained


def _allowance(nb: NotebookNode, tests: list[Test]) -> Allowance:
    """Return what room the tests leave to the student's text, and both to their pictures."""
    pictures = sum(len(output.picture) for test in tests for output in test.outputs)
    drawn = [output for cell in nb.cells if not is_test(cell) for output in cell.get("outputs", [])]
    count = sum(any(mime in output.get("data", {}) for mime in PICTURES) for output in drawn)
    code = sum(len(escape(cell.source)) for cell in nb.cells if "outputs" in cell)
    left = PAGE - pictures - min(2 * code, LONGEST_TEXT)
    return Allowance(LONGEST_TEXT, left, to_come=max(count, 1))


def _cells(nb: NotebookNode, given: set[str], allowance: Allowance) -> Iterator[Cell]:
    """Yield the homework's headings, and what the student wrote or drew."""
    for cell in nb.cells:
        comment = _comment(cell)
        answer = is_solution(cell)
        if is_test(cell):
            continue
        if cell.cell_type == "code":
            lines = {line.strip() for line in cell.source.split("\n")}
            if answer or cell.outputs or not lines <= given:
                code = highlighted(
                    allowance.write(cell.source), allowance, given if answer else None
                )
                yield Cell("code", code, list(outputs(cell, allowance)), comment)
        elif found := not answer and HEADING.match(cell.source):
            yield Cell("heading", found.group(2))
        elif answer or cell.source.startswith("```"):  # rebuild.py fences students' own text
            yield Cell("text", allowance.write(cell.source), comment=comment)


def _comment(cell: NotebookNode) -> str:
    """Return the instructor's comment, or nbgrader's own."""
    comment = cell.metadata.get("nbgrader", {}).get("comment") or ""
    return said(NO_RESPONSE) if comment == NO_RESPONSE else comment


def _under_headings(cells: Iterator[Cell]) -> Iterator[Cell]:
    """Yield cells without the headings that nothing stands under."""
    heading = None
    for cell in cells:
        if cell.kind == "heading":
            heading = cell
            continue
        if heading:
            yield heading
        heading = None
        yield cell
