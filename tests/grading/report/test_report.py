"""The class report: its numbers, its tables, and that no name and no code does anything in it."""

import csv
import json
import shutil
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from bank.invented import COPIED, HOSTILE, invent
from bank.wrong import WRONG
from browser import needs_chromium, opened

from hhlab.__main__ import main
from hhlab.course.folder import Course
from hhlab.course.sample_class import DIFFERENT, Submission
from hhlab.course.unit import UNIT
from hhlab.grading.report import write_report
from hhlab.grading.report.alike import alike, statements
from hhlab.grading.report.graded_class import ClassRecord, Failure, Part
from hhlab.grading.report.graded_class import Submission as Graded
from hhlab.grading.report.page import render
from hhlab.grading.report.reading import read_class
from hhlab.grading.report.statistics import items, mistakes, totals
from hhlab.grading.report.unearned import beside_blanks, borrowed

PARTS = [Part("a", "The first", 1.0), Part("b", "The second", 3.0)]


@pytest.fixture(scope="module")
def large(tmp_path_factory, released):
    """A class of 500, with its report, and what each student is."""
    course = Course(tmp_path_factory.mktemp("large") / "course")
    shutil.copytree(released.root, course.root)
    students = invent(course, 500)
    write_report(course.root, "hh-model")
    return course, students


@pytest.fixture(scope="module")
def record(large):
    return read_class(large[0].root, "hh-model")


@pytest.fixture(scope="module")
def page(large):
    return large[0].root / "report/hh-model.html"


def rows(course, name):
    with (course.root / "report" / name).open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def a_class(*points, **more):
    """A class with these points in the two parts."""
    submissions = [
        Graded(f"s{k}", points=dict(zip("ab", each, strict=True)), **more)
        for k, each in enumerate(points)
    ]
    return ClassRecord("hw", PARTS, submissions, [], "")


# --- numbers -----------------------------------------------------------------


def test_difficulty_is_the_mean_share_of_the_points():
    first, second = items(a_class((1, 3), (1, 0), (0, 0), (0, 0)))
    assert (first.difficulty, first.full, first.none) == (0.5, 2, 2)
    assert (second.difficulty, second.full, second.none) == (0.25, 1, 3)


def test_discrimination_leaves_the_part_itself_out_of_the_rest():
    points = [(k % 2, 3 * (k % 3 == 0)) for k in range(30)]
    expected = np.corrcoef(*zip(*points, strict=True))[0, 1]
    assert [item.discrimination for item in items(a_class(*points))] == pytest.approx(
        [expected, expected]
    )


def test_a_small_class_gets_no_discrimination():
    assert items(a_class(*[(k % 2, k % 3) for k in range(19)]))[0].discrimination is None
    assert items(a_class(*[(k % 2, k % 3) for k in range(20)]))[0].discrimination is not None


def test_where_all_earn_the_same_there_is_no_discrimination():
    assert [item.discrimination for item in items(a_class(*[(1, 3)] * 30))] == [None, None]


def test_every_submission_is_in_one_bar():
    found = totals(a_class((0, 0), (1, 3), (1, 3), (1, 0), (0, 2.5)))
    assert sum(count for _, _, count in found.bars) == 5
    assert found.bars[-1][2] == 2
    assert found.median == 2.5
    assert totals(a_class((0, 0))).mean == 0


def test_a_penalty_is_taken_off_and_no_total_is_negative():
    assert a_class((1, 3), penalty=1.5).submissions[0].total == 2.5
    assert a_class((1, 0), penalty=5.0).submissions[0].total == 0


def test_a_mistake_counts_once_a_student_and_technical_failures_are_none():
    swapped, other = (
        Failure("V is off by 3.1 mV", ("swapped",)),
        Failure("n is off by -0.2e-3 at T"),
    )
    once, twice = Graded("x"), Graded("y")
    once.failures = {"a": swapped, "b": swapped}
    twice.failures = {"a": swapped, "b": other}
    third = Graded("z", failures={"a": Failure("no answer", technical=True)})
    found = mistakes(ClassRecord("hw", PARTS, [once, twice, third], [], ""))
    assert [(m.name, m.named, len(m.students)) for m in found] == [
        ("swapped", True, 2),
        ("n is off by … at T", False, 1),
    ]
    assert [part.name for part in found[0].parts] == ["a", "b"]


def test_points_beside_a_blank_are_found():
    parts = [Part("a", "TODO 1: a", 1), Part("b", "TODO 12: b", 3), Part("letter", "A letter", 2)]
    stub = 'def b():\n  raise NotImplementedError("TODO 12, b")'
    all_points, some_points = {"a": 1, "b": 3, "letter": 2}, {"a": 1, "b": 0, "letter": 2}
    hooks, leaves, writes = (
        Graded("hooks", points=all_points, code=stub),
        Graded("leaves", points=some_points, code=stub),
        Graded("writes", points=all_points, code="# raise NotImplementedError: TODO 12"),
    )
    record = ClassRecord("hw", parts, [hooks, leaves, writes], [], "")
    assert beside_blanks(record) == [(hooks, [parts[1]])]
    page = render(record, [])
    assert page.index("Look at these first") < page.index('id="scores"')
    assert "Look at these first" not in render(replace(record, submissions=[leaves]), [])


def test_who_writes_what_is_finished_is_listed_unless_everybody_was_given_it():
    given = "import brainpy as bp\nfrom hhlab import reference\nreference.rates(V)"
    codes = {
        "inherits": "class HH(bp.dyn.HH): pass",
        "old": "model = bp.neurons.HH(1)",
        "imports": "from brainpy.dyn import HHLTC",
        "solves": "reference.solve(stimulus)",
        "asks": "V = neuron.at_rest(0)['V']",
        "hooks": "__import__('hh' + 'lab')",
        "finds": "HH.update.__globals__['b' + 'm']",
        "honest": "class HH(bp.dyn.NeuDyn): pass  # not bp.dyn.HH\nreference.rates(-65)",
    }
    submissions = [Graded(name, code=code) for name, code in codes.items()]
    record = ClassRecord("hw", PARTS, submissions, [], given, finished=UNIT.finished)
    assert {each.student: names for each, names in borrowed(record)} == {
        "inherits": ["bp.dyn.HH"],
        "old": ["bp.neurons.HH"],
        "imports": ["from brainpy.dyn import HHLTC"],
        "solves": ["reference.solve"],
        "asks": ["at_rest(0)['V']"],
        "hooks": ["__import__"],
        "finds": ["__globals__"],
    }
    assert "bp.neurons.HH" in render(record, [])


@pytest.mark.timeout(60)  # minutes, if the rest of the text was read for each
@pytest.mark.parametrize(
    "text", ["at_rest(", "at_rest()[", "a.dyn.HH", "from hhlab import ", "hhlab.a", "reference."]
)
def test_a_megabyte_of_beginnings_is_soon_looked_through(text):
    code = text * (1_000_000 // len(text))
    record = ClassRecord("hw", PARTS, [Graded("a", code=code)], [], "", finished=UNIT.finished)
    borrowed(record)


# --- a class of 500 -----------------------------------------------------------------


def test_its_numbers_are_the_gradebooks(large, record):
    course, students = large
    totals_by_nbgrader = {each.student: each.total for each in course.grades()}
    assert {each.student: each.total + each.penalty for each in record.submissions} == (
        totals_by_nbgrader
    )
    for item in items(record):
        assert item.none == sum(item.part.name in each.lost for each in students.values())
    assert record.missing == ["s-absent"]
    assert record.points == 20


def test_each_technical_failure_is_in_the_page(record, page):
    count = sum(f.technical for each in record.submissions for f in each.failures.values())
    assert count > 3
    assert page.read_text().count("perhaps a loop never ends.</td>") == count


def test_canvas_gets_the_columns_that_it_looks_for(large, record):
    course, students = large
    table, parts = rows(course, "hh-model-canvas.csv"), rows(course, "hh-model-canvas-parts.csv")
    assert table[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "hh-model"]
    assert table[1] == ["Points Possible", "", "", "", "", "20"]
    by_login = {row[3]: row for row in parts[2:]}
    assert len(by_login) == 500
    for k, part in enumerate(record.parts):
        assert parts[0][5 + k] == f"hh-model {part.name}"
        earned = {login: float(row[5 + k]) for login, row in by_login.items()}
        assert earned == {
            student: 0 if part.name in each.lost else part.points
            for student, each in students.items()
        }
    late = next(row for row in table if row[3] == "s003")
    assert float(late[5]) == sum(map(float, by_login["s003"][5:])) - 1


def test_moodle_gets_total_and_parts_in_one_table(large):
    head, *students = rows(large[0], "hh-model-moodle.csv")
    assert head[:7] == [
        *("First name", "Last name", "Username", "ID number", "Email address"),
        *("hh-model", "hh-model test-V"),
    ]
    assert {len(row) for row in students} == {len(head)}
    assert {row[2]: row[4] for row in students}["s020"] == "s020@example.org"


def test_no_cell_is_a_formula_or_more_than_a_line(large):
    for name in ("canvas", "canvas-parts", "moodle"):
        table = rows(large[0], f"hh-model-{name}.csv")
        cells = [cell for row in table for cell in row]
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]
        assert not [cell for cell in cells if "\n" in cell or "\r" in cell]
        assert len(table) == 500 + 1 + ("canvas" in name)


@needs_chromium
def test_hostile_names_are_shown_as_they_are_and_do_nothing(page):
    with opened(page) as shown:
        text = " ".join(shown.locator("#students").text_content().split())
        for first, last in HOSTILE:
            assert " ".join(f"{first} {last}".split()) in text
        assert shown.locator("main img, main script, iframe").count() == 0
        assert shown.locator("script").count() == 1
        assert shown.locator("[onerror], [onclick], [onload]").count() == 0
        assert shown.title() == "hh-model: class report"


@pytest.mark.thorough("pages")
@needs_chromium
def test_the_table_sorts_by_mouse_and_by_keyboard(page):
    with opened(page) as shown:
        cells = shown.locator("#students tbody td:nth-child(2)")
        before = sorted(map(float, cells.all_text_contents()))
        total = shown.locator("#students thead th").nth(1)
        total.locator("button").click()
        assert total.get_attribute("aria-sort") == "ascending"
        assert list(map(float, cells.all_text_contents())) == before
        total.locator("button").focus()
        shown.keyboard.press("Enter")
        assert total.get_attribute("aria-sort") == "descending"
        assert list(map(float, cells.all_text_contents())) == before[::-1]
        shown.locator("#students thead button").first.press("Space")
        assert total.get_attribute("aria-sort") is None
        assert shown.locator("#students [aria-sort]").count() == 1


@pytest.mark.thorough("pages")
@needs_chromium
def test_without_scripts_it_is_complete(page):
    with opened(page, java_script_enabled=False) as shown:
        assert shown.locator("#students tbody tr").count() == 500
        assert shown.locator("#students button").count() == 0


@pytest.mark.thorough("pages")
@needs_chromium
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_but_wide_tables_scrolls_sideways(page, width):
    with opened(page, width) as shown:
        assert shown.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.thorough("pages")
@needs_chromium
def test_a_script_in_the_page_would_not_run(page, tmp_path):
    attacked = tmp_path / "attacked.html"
    attacked.write_text(
        page.read_text().replace("<main>", "<main><script>document.title = 'mine'</script>")
    )
    with pytest.raises(AssertionError, match="Content Security Policy"), opened(attacked) as shown:
        assert shown.title() == "hh-model: class report"


# --- answers alike -----------------------------------------------------------------


def test_copies_are_found_and_only_copies(large, record):
    found = alike({each.student: each.code for each in record.submissions}, record.given)
    copy = next(each for each in found if each.students == ["s007", "s011"])
    assert {"potato_total", "wobble", "quark"} <= set(copy.words)
    assert any(COPIED[1] in statement for statement in copy.statements)
    # the bank's unusual right answers were each handed in by several, word for word
    for each in found:
        assert each is copy or len({large[1][student].what for student in each.students}) == 1


def test_the_same_short_answers_are_no_likeness(record, filled):
    for submission in (Submission("his own way", DIFFERENT), WRONG["order_h_n"].submission):
        cells = [cell for cell in filled(submission).cells if cell.cell_type == "code"]
        code = "\n".join(cell.source for cell in cells)
        assert alike({"x": code, "y": code}, record.given) == []


def test_what_many_have_is_no_likeness():
    common = "import functools\npartial_thing = functools.partial(tricky, wobble=17)"
    assert alike({f"s{k}": common for k in range(10)}, "") == []
    assert len(alike({f"s{k}": common for k in range(3)}, "")) == 1


def test_layout_and_comments_do_not_hide_a_copy():
    one = "total = [wobble(potato) for potato in range(31)]  # mine"
    two = "if True:\n    # own idea\n    total = [ wobble( potato ) for potato in range( 31 ) ]"
    assert alike({"x": one, "y": two}, "")[0].students == ["x", "y"]


@pytest.mark.parametrize(
    "code", ["def f(:\n  wobble = (1", "'''", "\\", "\x00", "x = '\ud800'", ""]
)
def test_code_that_python_cannot_read_is_compared_line_by_line(code):
    shared = f"{code}\npotato_total = quark(wobble, 31)"
    assert isinstance(statements(shared), dict)
    assert alike({"x": shared, "y": shared}, "")[0].students == ["x", "y"]


def test_three_who_share_the_same_are_one_group():
    copied = "\n".join(COPIED)
    found = alike({"x": copied, "y": copied, "z": copied, "w": "pass"}, "")
    assert [each.students for each in found] == [["x", "y", "z"]]


# --- small things -----------------------------------------------------------------


def test_the_command_says_what_it_wrote_and_what_is_missing(large, tmp_path, capsys):
    course = large[0]
    assert main(["report", "hh-model", "--course", str(course.root)]) == 0
    written = capsys.readouterr().out.split()
    assert Counter(path.rsplit(".", 1)[1] for path in written) == {"html": 1, "csv": 3}
    assert main(["report", "hh-model", "--course", str(tmp_path)]) == 1
    assert "there is no gradebook.db" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert main(["report", "hh-modle", "--course", str(course.root)]) == 1
    assert "has no graded submission of 'hh-modle'" in capsys.readouterr().err


def test_it_links_to_the_feedback_pages_that_there_are(course):
    invent(course, 3, hostile=False)
    feedback = course.feedback("s001")
    feedback.parent.mkdir(parents=True)
    feedback.write_text("")
    page = write_report(course.root, "hh-model")[0]
    assert page.read_text().count('href="../feedback/s001/hh-model/hh-model.html"') >= 1
    assert "feedback/s002" not in page.read_text()
    assert (page.parent / "../feedback/s001/hh-model/hh-model.html").is_file()


def test_a_timestamp_that_is_none_does_not_end_the_report(course):
    invent(course, 3, hostile=False)
    timestamp = course.submitted("s001").with_name("timestamp.txt")
    timestamp.write_text("half past nine")
    shutil.copy(timestamp, course.autograded("s001").parent)
    assert write_report(course.root, "hh-model")[0].is_file()


def test_half_a_character_does_not_end_the_report(course):
    invent(course, 3, hostile=False)
    path = course.autograded("s001")
    notebook = json.loads(path.read_text())
    notebook["cells"][-1]["source"] = "x = '\ud800'"
    notebook["metadata"]["hhlab"] = {"sentences": ["The cell '\ud800' was missing."]}
    path.write_text(json.dumps(notebook))
    assert (
        "The cell &#39;?&#39; was missing." in write_report(course.root, "hh-model")[0].read_text()
    )
