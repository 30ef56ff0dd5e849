"""What graded kernels are forked from has imported what the notebooks import: a second each."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import nbformat

from hhlab.course.unit import UNIT

ROOT = Path(__file__).resolve().parents[2]
LOADED = """
import importlib, json, sys
for module in json.loads(sys.argv[1]):
    importlib.import_module(module)
print(json.dumps([*sys.modules]))
"""


def _imported(notebook):
    cells = [cell.source for cell in nbformat.read(notebook, 4).cells if cell.cell_type == "code"]
    # what only tests import is the grader's
    for node in (node for cell in cells for node in ast.walk(ast.parse(cell))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_what_the_released_notebooks_import_is_there_before_the_fork():
    released = [ROOT / "release" / name / f"{name}.ipynb" for name in UNIT.assignments]
    imported = {module for notebook in released for module in _imported(notebook)}
    assert {"brainpy", "hhlab.lab.points"} <= imported
    command = [sys.executable, "-c", LOADED, json.dumps(UNIT.preload)]
    loaded = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert imported - set(json.loads(loaded)) == set()


DRAWS = """
import sys
from hhlab.lab.warm_up import warm_up
assert warm_up() == ""
import brainpy.math as bm
assert bm.random.rand(3).shape == (3,)
print(*sys.modules)
"""


def test_a_number_is_drawn_without_a_look_for_arrays_that_no_student_has():
    drawn = subprocess.run(
        [sys.executable, "-c", DRAWS], capture_output=True, check=True, text=True
    )
    assert "brainpy" in drawn.stdout.split()
    assert not {"cupy", "dask", "ndonnx", "torch"} & set(drawn.stdout.split())
