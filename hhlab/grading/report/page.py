"""The report as one HTML page that opens anywhere: no network, no library, no script needed."""

from ...channel.language import speaking
from ..feedback.environment import environment, script
from .alike import Likeness, alike
from .graded_class import ClassRecord, Failure, Part, Submission
from .statistics import ENOUGH, items, mistakes, totals
from .unearned import beside_blanks, borrowed


def render(record: ClassRecord, tables: list[str]) -> str:
    """Return the report of a class.

    Parameters
    ----------
    record : ClassRecord
        The class.
    tables : list of str
        Names of the CSV files beside the page.
    """
    sort, source = script("sort.js")
    by_name = {each.student: each for each in record.submissions}
    likenesses = alike({each.student: each.code for each in record.submissions}, record.given)
    template = environment(record.language).get_template("report.html.j2")
    with speaking(record.language):
        return template.render(
            record=record,
            totals=totals(record),
            items=items(record),
            mistakes=mistakes(record),
            technical=_technical(record),
            unearned=beside_blanks(record),
            borrowed=borrowed(record),
            likenesses=[(_students(each, by_name), each) for each in likenesses],
            repaired=[each for each in record.submissions if each.repairs],
            waiting=[each for each in record.submissions if each.needs_grading],
            enough=ENOUGH,
            tables=tables,
            script=sort,
            script_source=source,
        )


def _technical(record: ClassRecord) -> list[tuple[Submission, Part, Failure]]:
    return [
        (each, part, each.failures[part.name])
        for each in record.submissions
        for part in record.parts
        if part.name in each.failures and each.failures[part.name].technical
    ]


def _students(each: Likeness, by_name: dict[str, Submission]) -> list[Submission]:
    return [by_name[student] for student in each.students]
