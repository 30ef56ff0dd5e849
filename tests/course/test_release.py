"""What students get: in step with the source, without an answer or a hidden value in it."""

import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from bank import KEY
from shared import ROOT, execute, run

from hhlab import hidden_parameters, hidden_pulses, hidden_states
from hhlab.channel.hidden import course_key
from hhlab.grading.regions import hidden_lines
from hhlab.grading.release.blanks import name_blanks

SOURCE = ROOT / "source/hh-model/hh-model.ipynb"
RELEASE = ROOT / "release/hh-model/hh-model.ipynb"


def code_cells(path):
    return [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


def test_the_committed_release_is_what_the_source_gives_byte_for_byte(released):
    assert released.release.read_bytes() == RELEASE.read_bytes()


@pytest.mark.thorough("ways")
def test_generating_it_again_changes_nothing(course):
    before = course.release.read_bytes()
    run(course, "nbgrader", "generate_assignment", "hh-model", "--force")
    assert course.release.read_bytes() == before


def test_no_answer_is_in_it(answers):
    release = RELEASE.read_text()
    lines = {line.strip() for answer in answers.values() for line in answer.split("\n")}
    assert len(lines) == 12
    # the answers' lines would stand in the file as JSON strings
    assert [line for line in lines if line.replace('"', '\\"') in release] == []
    assert "SOLUTION" not in release


def test_no_hidden_test_is_in_it():
    release = RELEASE.read_text()
    hidden = []
    for cell in code_cells(SOURCE):
        lines = cell.source.split("\n")
        hidden += [lines[number - 1].strip() for number in sorted(hidden_lines(cell.source))]
    hidden = {line for line in hidden if line}
    assert len(hidden) > 20
    own = {line.strip() for cell in code_cells(RELEASE) for line in cell.source.split("\n")}
    # lines such as check.spike_times(run) stand in the visible part too
    assert {line for line in hidden & own if "hidden" in line or "HIDDEN" in line} == set()
    assert "hidden_" not in release


def test_no_hidden_value_is_in_it():
    token = course_key.set(KEY)
    try:
        values = [f"{amplitude:g}" for amplitude in hidden_pulses("spikes").currents[1]]
        values += [f"{V:g}" for V in hidden_states("update", 16)["V"]]
        values += [f"{value:g}" for value in hidden_parameters("parameters").values()]
    finally:
        course_key.reset(token)
    code = "\n".join(cell.source for cell in code_cells(RELEASE))
    assert [
        value for value in values if re.search(rf"(?<![\d.]){re.escape(value)}(?!\d)", code)
    ] == []


def test_both_notebooks_have_no_outputs_and_named_cells():
    for path in (SOURCE, RELEASE):
        notebook = nbformat.read(path, 4)
        assert all(not cell.outputs and cell.execution_count is None for cell in code_cells(path))
        ids = [cell.id for cell in notebook.cells]
        assert len(set(ids)) == len(ids)
        assert all(re.fullmatch(r"[a-zA-Z][a-zA-Z-]*", name) for name in ids)


def test_source_and_release_have_the_same_cells():
    ids = [[cell.id for cell in nbformat.read(path, 4).cells] for path in (SOURCE, RELEASE)]
    assert ids[0] == ids[1]


def test_there_are_20_points():
    points = [cell.metadata.get("nbgrader", {}).get("points", 0) for cell in code_cells(RELEASE)]
    assert sum(points) == 20


def test_each_blank_names_its_todo():
    source = next(cell for cell in code_cells(RELEASE) if cell.id == "hh").source
    stubs = re.findall(r'raise NotImplementedError\("TODO (\d+), ([^"]+)"\)', source)
    assert [int(number) for number, _ in stubs] == list(range(1, 10))
    assert "NotImplementedError()" not in source


def test_a_blank_without_a_todo_is_refused():
    with pytest.raises(ValueError, match="needs a comment"):
        name_blanks("def f():\n  raise NotImplementedError()")


def test_the_blank_release_fails_only_with_what_is_not_implemented():
    notebook = nbformat.read(RELEASE, 4)
    execute(notebook, allow_errors=True)
    errors = {
        cell.id: output
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    }
    tests = [name for name in errors if name.startswith("test-")]
    assert len(tests) == 12
    for name, output in errors.items():
        (box,) = output.traceback
        # what draws has nothing to draw when the simulation above it has not run
        follows = name.startswith("figure-") and "t is not there" in box
        assert follows or re.fullmatch(r"✗ TODO \d is still blank, or .*", box), name
    summary = next(cell for cell in notebook.cells if cell.id == "points").outputs[0].data
    assert summary["text/plain"].startswith("0 of 20 points. Still to do: TODO 1; TODO 2;")


def test_the_source_runs_as_an_author_would_run_it_and_its_cells_again():
    notebook = nbformat.read(SOURCE, 4)
    again = [cell for cell in notebook.cells if cell.id in ("run-simulation", "figure-potentials")]
    first_spikes = "assert ((runner.mon.V[1:] >= 0) & (runner.mon.V[:-1] < 0)).sum() == 3"
    reset = "hh_neurons.V[:] = 0.\nhh_neurons.reset_state()\nassert (hh_neurons.V == -70.68).all()"
    extra = [nbformat.v4.new_code_cell(text) for text in (first_spikes, reset)]
    notebook.cells += [nbformat.from_dict({**cell, "id": f"{cell.id}-2"}) for cell in again] + extra
    execute(notebook)
    shown = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    assert [name for name, each in shown.items() if any("ename" in o for o in each)] == []
    for name in ("figure-potentials", "figure-gates", "run-refinement", "figure-potentials-2"):
        assert any("image/png" in output.get("data", {}) for output in shown[name]), name


def test_validate_names_each_test_that_a_blank_notebook_fails(tmp_path):
    """What it says of a right one, and of one with a mistake, is read in JupyterLab."""
    shutil.copy(RELEASE, tmp_path)
    validate = [sys.executable, "-m", "nbgrader", "validate", "--KernelManager.transport=ipc"]
    command = [*validate, "hh-model.ipynb"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "12 CELL" in " ".join(ran.stdout.split())


@pytest.mark.parametrize("path", sorted(ROOT.glob("release/*/*.ipynb")), ids=lambda path: path.stem)
def test_no_line_of_code_is_cut_off_on_a_laptop(path):
    """Code does not wrap; 100 columns are what JupyterLab shows at 1366 pixels."""
    lines = [line for cell in code_cells(path) for line in cell.source.split("\n")]
    assert [line for line in lines if sum(1 + (ord(x) > 0x2E80) for x in line) > 100] == []


def test_what_comes_after_a_failed_test_is_run_all_the_same():
    for path in ROOT.glob("release/*/*.ipynb"):
        first, *others = code_cells(path)
        assert first.id == "imports"
        assert all("raises-exception" in cell.metadata.tags for cell in others)
