"""The house: imports point one way, rooms are small, and the grader knows no neuron."""

import ast
from pathlib import Path

import pytest
from shared import ROOT

PACKAGE = ROOT / "hhlab"
DOWN = (
    "__main__",
    "course",
    "__init__",
    "lab",
    "check",
    "mistakes",
    "probe",
    "kernel",
    "truth",
    "reference",
    "grading",
    "channel",
)
"""Rooms of the package: each may use those below it (docs/architecture.md)."""
JOURNEY = (
    "configure",
    "workers",
    "report",
    "publish",
    "submissions",
    "examine",
    "gradebook",
    "jail",
    "feedback",
)
"""Rooms of the grader, likewise, below what names them all to nbgrader; other files are below."""
STUDENTS = {"lab", "check", "mistakes", "probe", "kernel", "reference", "channel", "__init__"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(module):
    """Yield the modules of the package that a module imports, wherever in it that stands."""
    here = module.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name.split(".")[0] == "hhlab")
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level] if node.level else ()
            full = ".".join((*base, *(node.module or "").split("."))).strip(".")
            if full.split(".")[0] != "hhlab":
                continue
            for each in node.names:
                inner = ROOT.joinpath(*full.split("."), each.name)
                is_module = inner.is_dir() or inner.with_suffix(".py").is_file()
                yield f"{full}.{each.name}" if is_module else full


def room(dotted):
    """Return the room of a module: the part of its name after the package's."""
    return (*dotted.split("."), "__init__")[1]


def edges():
    for module in MODULES:
        own = ".".join(module.relative_to(ROOT).with_suffix("").parts)
        for other in imports(module):
            yield own, other


def test_every_import_points_down():
    up = {
        (own, other)
        for own, other in edges()
        if DOWN.index(room(own)) > DOWN.index(room(other)) and room(own) != room(other)
    }
    assert up == set()


def test_the_grader_imports_the_channel_and_nothing_else_of_the_package():
    others = {other for own, other in edges() if room(own) == "grading"}
    assert {room(other) for other in others} <= {"grading", "channel"}


def test_what_students_get_imports_nothing_that_only_instructors_have():
    theirs = {(own, other) for own, other in edges() if room(own) in STUDENTS}
    assert {(own, other) for own, other in theirs if room(other) not in STUDENTS} == set()


def test_imports_inside_the_grader_point_down_its_journey():
    def place(dotted):
        part = (*dotted.split("."), "")[2]
        return JOURNEY.index(part) if part in JOURNEY else len(JOURNEY)

    inside = [(own, other) for own, other in edges() if room(own) == room(other) == "grading"]
    assert {(own, other) for own, other in inside if place(own) > place(other)} == set()


def test_no_module_imports_itself_in_a_circle():
    graph = {}
    for own, other in edges():
        graph.setdefault(own.removesuffix(".__init__"), set()).add(other)
    reached = {}

    def reach(module, path):
        assert module not in path, " → ".join((*path, module))
        if module not in reached:
            reached[module] = True
            for other in graph.get(module, ()):
                if other != module:
                    reach(other, (*path, module))

    for module in list(graph):
        reach(module, ())


ROOMS = [PACKAGE, *(p for p in PACKAGE.rglob("*") if p.is_dir() and p.name != "__pycache__")]


@pytest.mark.parametrize("folder", ROOMS)
def test_a_room_has_few_things_in_it(folder: Path):
    names = [each for each in folder.iterdir() if each.name != "__pycache__"]
    assert len([each for each in names if each.is_file() or folder == PACKAGE]) <= 12


def test_every_module_says_first_what_it_is_for():
    for module in MODULES:
        first = (ast.get_docstring(ast.parse(module.read_text())) or "").split("\n")[0]
        assert first.endswith((".", ":")), module
