"""The grader's own exam: what it makes of right answers, wrong ones, and mutants.

``make exam`` prints the figures that docs/exam.md shows, and fails where they are not as promised.
"""

import sys
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from rich.console import Console
from rich.table import Table

from hhlab.channel.language import language_of, speaking
from hhlab.course.folder import ASSIGNMENT
from hhlab.course.sample_class import CELL, Submission, fill, instructors_answers
from hhlab.grading.examine.examiner import Verdict

from .equivalent import EQUIVALENT
from .families import RIGHT
from .here import examined, passes, quick_compiler, validated
from .mutants import mutants
from .wrong import WRONG

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
CHINESE = f"{ASSIGNMENT}-zh"
IN_BOTH = ("failed", "missed", "extra", "named", "misnamed")
"""The marks that must be the same in both editions."""


@dataclass
class Marks:
    """What the grader made of the bank.

    Attributes
    ----------
    failed : dict of set of str
        The test cells that each right answer loses; empty sets if all is well.
    missed, extra : dict of set of str
        The test cells that each wrong answer should have lost and did not, and those it should not
        have lost.
    named : dict of bool
        Whether each wrong answer's mistake was named.
    misnamed : dict of set of str
        What each wrong answer was called that it is not.
    at_home : dict of set of str
        The tests of which Validate, in the student's own kernel, says something else than the
        grader of what is visible in them; empty sets if all is well.
    """

    failed: dict[str, set[str]] = field(default_factory=dict)
    missed: dict[str, set[str]] = field(default_factory=dict)
    extra: dict[str, set[str]] = field(default_factory=dict)
    named: dict[str, bool] = field(default_factory=dict)
    misnamed: dict[str, set[str]] = field(default_factory=dict)
    at_home: dict[str, set[str]] = field(default_factory=dict)

    def right(self, name: str, verdicts: dict[str, Verdict]) -> None:
        """Take note of the verdicts on a right answer."""
        self.failed[name] = _lost(verdicts)

    def wrong(self, name: str, verdicts: dict[str, Verdict]) -> None:
        """Take note of the verdicts on a wrong answer."""
        _, loses, may_be_named = WRONG[name]
        lost = _lost(verdicts)
        self.missed[name], self.extra[name] = loses - lost, lost - loses
        said = [set(verdict.mistakes) for verdict in verdicts.values() if verdict.mistakes]
        self.named[name] = any(names & may_be_named for names in said)
        wrongly = [names for names in said if not names & may_be_named]
        self.misnamed[name] = set().union(*wrongly)

    def broken(self) -> list[str]:
        """Return the promises that do not hold, each with those that break it."""
        promises = {
            "right answers keep every point": self.failed,
            "wrong answers lose what they must": self.missed,
            "wrong answers keep the rest": self.extra,
            "no mistake is called by a wrong name": self.misnamed,
            "Validate says what the grader says": self.at_home,
        }
        broken = [
            f"{promise}: {name}, {', '.join(sorted(what))}"
            for promise, found in promises.items()
            for name, what in found.items()
            if what
        ]
        broken += [
            f"mistakes that have a name are called by it: {name}"
            for name, is_named in self.named.items()
            if WRONG[name].named and not is_named
        ]
        return broken


def _lost(verdicts: dict[str, Verdict]) -> set[str]:
    return {name for name, verdict in verdicts.items() if not verdict.passed}


def answer(submission: Submission, edition: str = ASSIGNMENT) -> NotebookNode:
    """Return the notebook that a student hands in with an answer of the bank."""
    release = ROOT / "release" / edition / f"{edition}.ipynb"
    return fill(release, instructors_answers(SOURCE), submission)


def master(edition: str = ASSIGNMENT) -> NotebookNode:
    """Return the source notebook, with its tests."""
    return nbformat.read(ROOT / "source" / edition / f"{edition}.ipynb", 4)


def examine_bank(
    edition: str = ASSIGNMENT, first: int = 0, step: int = 1, at_home: int = 0
) -> Marks:
    """Have every `step`-th answer from the `first` on examined, in the language of an edition.

    Of those every `at_home`-th at home as well; none if it is 0.
    """
    marks, tests, numbers = Marks(), master(edition), count()

    def examine(name: str, submission: Submission) -> dict[str, Verdict]:
        notebook = answer(submission, edition)
        told, verdicts = examined(notebook, tests)
        if at_home and next(numbers) % at_home == 0:
            home = validated(notebook, told)
            marks.at_home[name] = {test for test in told if told[test] != home.get(test)}
        return verdicts

    with speaking(language_of(tests.metadata)):
        for name, submission in islice(RIGHT.items(), first, None, step):
            marks.right(name, examine(name, submission))
        for name, wrong in islice(WRONG.items(), first, None, step):
            marks.wrong(name, examine(name, wrong.submission))
    return marks


def differing(marks: Marks, others: Marks) -> list[str]:
    """Return the answers that lose other parts, or are called other names, in another edition."""
    both = [(vars(marks)[kind], vars(others)[kind]) for kind in IN_BOTH]
    return sorted({name for one, other in both for name in one if one[name] != other[name]})


def examine_mutants(first: int = 0, step: int = 1) -> tuple[list[str], set[str]]:
    """Have every `step`-th mutant examined; return their names, and those of the survivors."""
    notebook, tests = answer(Submission("a mutant")), master()
    cell = next(cell for cell in notebook.cells if cell.id == CELL)
    every, survivors = list(mutants(cell.source))[first::step], set()
    for mutant in every:
        cell.source = mutant.source
        if passes(notebook, tests):
            survivors.add(mutant.change)
    return [mutant.change for mutant in every], survivors


def broken_by(every: list[str], survivors: set[str]) -> list[str]:
    """Return what does not hold of these mutants: that all that survive are equivalent."""
    equivalent = EQUIVALENT.keys() & set(every)
    alive = [f"a mutant survives: {change}" for change in sorted(survivors - equivalent)]
    dead = [f"no survivor any more: {change}" for change in sorted(equivalent - survivors)]
    return alive + dead


def main() -> int:
    """Print the figures; return 1 where a promise does not hold."""
    with quick_compiler():
        marks, in_chinese = examine_bank(at_home=1), examine_bank(CHINESE)
        every, survivors = examine_mutants()
    answers = len(marks.failed) + len(marks.missed)
    wrong = len(marks.missed)
    to_name = [name for name in marks.named if WRONG[name].named]
    table = Table("what", "of", "figure")
    for what, of, figure in (
        ("right answers that keep every point", len(marks.failed), _none(marks.failed)),
        ("wrong answers caught in every part they must lose", wrong, _none(marks.missed)),
        ("wrong answers that lose a part they must keep", wrong, wrong - _none(marks.extra)),
        ("mistakes rightly named", len(to_name), sum(marks.named[name] for name in to_name)),
        ("mistakes wrongly named", wrong, wrong - _none(marks.misnamed)),
        ("answers judged alike in Chinese", answers, answers - len(differing(marks, in_chinese))),
        ("answers told the same by Validate", answers, _none(marks.at_home)),
        ("mutants killed", len(every), len(every) - len(survivors)),
        (
            "surviving mutants that are equivalent",
            len(survivors),
            len(survivors & EQUIVALENT.keys()),
        ),
    ):
        table.add_row(what, str(of), str(figure))
    console = Console()
    console.print(table)
    broken = marks.broken() + broken_by(every, survivors)
    broken += [f"judged otherwise in Chinese: {name}" for name in differing(marks, in_chinese)]
    for promise in broken:
        console.print(f"✗ {promise}", highlight=False, markup=False)
    return 1 if broken else 0


def _none(found: dict[str, set[str]]) -> int:
    return sum(not what for what in found.values())


if __name__ == "__main__":
    sys.exit(main())
