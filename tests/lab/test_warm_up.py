"""What graded kernels are forked from has imported what the notebooks import: a second each."""

import ast
import inspect
import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import hhlab
from hhlab.course.unit import UNIT
from hhlab.grading.jail.forker import DEBUGGER, PRELOADED
from hhlab.grading.jail.provisioner import OPTIONS
from hhlab.grading.unit import Unit

ROOT = Path(__file__).resolve().parents[2]
WARM = """
import importlib, json, sys
for module in json.loads(sys.argv[1]):
    importlib.import_module(module)
loaded = [*sys.modules]
from hhlab.lab.warm_up import warm_up
assert warm_up() == ""
import brainpy.math as bm
assert bm.random.rand(3).shape == (3,)
warmed = [*sys.modules]
import jax
followed = []
jax.monitoring.register_event_duration_secs_listener(lambda event, *_, **__: followed.append(event))
from hhlab.lab.bench import Lab
Lab().record((0, 1, list(range(9))), duration=1)
Lab().record((0, 1, 5), duration=1)
print(json.dumps([loaded, warmed, followed]))
"""

PERFORMED = """
import importlib, json, os, sys
os.environ["MPLBACKEND"] = "agg"
unit, cells = json.loads(sys.argv[1])
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.enable_matplotlib = shell.enable_gui = lambda *_: None
for module in unit:
    importlib.import_module(module)
from hhlab.lab.warm_up import warm_up
warm_up()
loaded = {*sys.modules}
for cell in cells:
    shell.run_cell(cell).raise_error()
print("\\n" + json.dumps(sorted({*sys.modules} - loaded)))
"""

STARTED = """
import importlib, json, os, sys
without, modules, arguments = json.loads(sys.argv[1])
sys.modules[without] = None
for module in modules:
    importlib.import_module(module)
loaded = {*sys.modules}
from ipykernel.kernelapp import IPKernelApp
IPKernelApp.instance().initialize(arguments)
found = {*sys.modules} - loaded - {*sys.builtin_module_names}
sys.__stdout__.write("\\n" + json.dumps(sorted(found)))
sys.__stdout__.flush()
os._exit(0)  # its sockets are as they would be in a kernel that goes on
"""


@pytest.fixture(scope="module")
def warm():
    """What is loaded by what a unit has loaded; what then is; what JAX does for two benches."""
    command = [sys.executable, "-c", WARM, json.dumps(UNIT.preload)]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return [set(names) for names in json.loads(said.splitlines()[-1])]


def _imported(notebook):
    cells = [cell.source for cell in nbformat.read(notebook, 4).cells if cell.cell_type == "code"]
    # what only tests import is the grader's
    for node in (node for cell in cells for node in ast.walk(ast.parse(cell))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_what_the_released_notebooks_import_is_there_before_the_fork(warm):
    released = [ROOT / "release" / name / f"{name}.ipynb" for name in UNIT.assignments]
    imported = {module for notebook in released for module in _imported(notebook)}
    assert {"brainpy", "hhlab.lab.points"} <= imported
    for thing in (getattr(hhlab, name) for name in hhlab.__all__):
        if hasattr(thing, "__name__"):  # not a constant
            imported.add(thing.__name__ if inspect.ismodule(thing) else thing.__module__)
    assert imported - warm[0] == set()


def test_a_number_is_drawn_without_a_look_for_arrays_that_no_student_has(warm):
    assert "brainpy" in warm[1]
    assert not {"cupy", "dask", "ndonnx", "torch"} & warm[1]


def test_the_step_of_the_bench_is_followed_before_the_fork(warm):
    done = {event.split("/")[-1] for event in warm[2] if event.startswith("/jax/core/compile/")}
    assert done == {"jaxpr_to_mlir_module_duration", "backend_compile_duration"}


@pytest.mark.thorough("bank")
@pytest.mark.parametrize("name", UNIT.assignments)
def test_nothing_is_imported_while_the_answers_are_performed(name):
    source = nbformat.read(ROOT / "source" / name / f"{name}.ipynb", 4)
    cells = [
        cell.source
        for cell in source.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("points") is None
    ]
    given = json.dumps([[*UNIT.preload, *PRELOADED], cells])
    command = [sys.executable, "-c", PERFORMED, given]
    done = subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT)
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_no_kernel_has_to_import_what_every_kernel_needs(tmp_path):
    """Nor those of a course that has said nothing of itself."""
    place = ["--transport=ipc", f"--ip={tmp_path}/k", f"--f={tmp_path}/connection.json"]
    given = json.dumps([DEBUGGER, [*Unit().preload, *PRELOADED], [*OPTIONS, *place]])
    command = [sys.executable, "-c", STARTED, given]
    done = subprocess.run(command, capture_output=True, check=True, text=True, cwd=tmp_path)
    assert json.loads(done.stdout.splitlines()[-1]) == []
