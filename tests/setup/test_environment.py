"""What Binder builds of the students' repository."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from uv import find_uv_bin

from hhlab.course.sample_class import SAMPLE_CLASS, fill
from hhlab.grading.publish.links import links

ADDRESS = "https://github.com/OWNER/REPOSITORY"
INSTRUCTORS = ("formgrader", "assignment_list", "course_list")

IMPORT_ALL = """
import hhlab, importlib, pkgutil
print(hhlab.__file__)
for module in pkgutil.walk_packages(hhlab.__path__, "hhlab."):
    print(importlib.import_module(module.name).__name__)
"""


def test_it_is_made_from_the_lock(root, monkeypatch):
    monkeypatch.syspath_prepend(root / "tools")
    from environment import environment

    assert (root / "environment.yml").read_text() == environment(), "run `make environment`"


@pytest.mark.thorough("setup")
def test_binder_builds_it_with_the_python_of_the_lock(students):
    """repo2docker reads no other form than python=3.13, and a binder/ folder would hide it all."""
    done = subprocess.run(
        [sys.executable, "-m", "repo2docker", "--no-build", "--debug", students],
        check=True,
        capture_output=True,
        text=True,
    )
    dockerfile = done.stdout + done.stderr
    assert "Building conda environment for python=3.13\n" in dockerfile
    assert 'env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"' in dockerfile
    assert "RUN ./postBuild" in dockerfile
    assert 'ENV R2D_ENTRYPOINT="${REPO_DIR}/start"' in dockerfile


NEWS = """
from jupyterlab_server.config import get_page_config
from jupyterlab_server.settings_utils import _get_overrides
from jupyterlab.commands import get_app_dir
overrides, _ = _get_overrides(get_app_dir() + "/settings")
print(overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"])
"""


@pytest.fixture(scope="module")
def built(students, in_image):
    """The image, after postBuild."""
    in_image("./postBuild", cwd=students)
    return in_image


@pytest.mark.thorough("setup")
def test_post_build_installs_what_students_get_of_the_package(built, image):
    place, *modules = built("python", "-c", IMPORT_ALL).split()
    assert Path(place).is_relative_to(image)
    assert {"hhlab.check", "hhlab.lab.pack", "hhlab.kernel.perform", "hhlab.mistakes.steps"} <= {
        *modules
    }
    assert not [name for name in modules if "grading" in name]
    assert "All installed packages are compatible" in built(find_uv_bin(), "pip", "check")


@pytest.mark.thorough("setup")
def test_students_can_validate_but_not_grade_or_author(built, image):
    extensions = built("jupyter", "server", "extension", "list")
    assert re.search(r"validate_assignment\W.*enabled", extensions)
    for name in INSTRUCTORS:
        assert re.search(rf"{name}\W.*disabled", extensions)
    page = json.loads((image / "etc/jupyter/labconfig/page_config.json").read_text())
    off = {name for name, disabled in page["disabledExtensions"].items() if disabled}
    names = (*(name.replace("_", "-") for name in INSTRUCTORS), "create-assignment")
    assert off == {f"@jupyter/nbgrader:{name}" for name in names}


@pytest.mark.thorough("setup")
def test_jupyterlab_does_not_ask_students_about_news(built):
    asked = built("python", "-c", NEWS).strip()
    assert asked == "false"


@pytest.mark.thorough("setup")
def test_what_jax_compiles_is_there_before_a_student_comes(built, home):
    compiled = [path.name for path in (home / ".cache/jax").glob("*-cache")]
    assert any(name.startswith("jit_scan-") for name in compiled)


def test_the_links_of_its_readme_open_notebooks_that_are_there(students):
    readme = (students / "README.md").read_text()
    opened = re.findall(r"\?urlpath=lab/tree/([^)\s]+)", readme)
    assert sorted(opened) == sorted(
        path.relative_to(students).as_posix() for path in students.glob("*/*.ipynb")
    )
    for notebook in opened:
        for link in links(ADDRESS, notebook).values():
            assert f"({link})" in readme
            assert f"({link})" in (students / "README.zh.md").read_text()


@pytest.fixture(scope="module")
def student(students, packages, in_image, tmp_path_factory):
    """The students' repository on a student's machine, set up as its README says."""
    readme = (students / "README.md").read_text()
    (block,) = re.findall(r"```sh\n(git clone.*?)```", readme, re.S)
    commands = block.replace(ADDRESS, str(students)).strip().split("\n")
    assert commands.pop() == ".venv/bin/jupyter lab work/hh-model/hh-model.ipynb"
    folder = tmp_path_factory.mktemp("student")
    in_image("bash", "-euc", commands[0], cwd=folder)
    # what pip would have to download is there already
    packages(folder / "hhlab-notebooks" / ".venv")
    in_image("bash", "-euc", "\n".join(commands[1:]), cwd=folder)
    return folder / "hhlab-notebooks"


def execute(notebook, in_image):
    """Run a notebook with the commands of a student's machine; return it, or what went wrong."""
    command = (notebook.parents[2] / ".venv/bin/jupyter", "nbconvert", "--execute")
    options = ("--to", "notebook", "--output", "executed.ipynb", notebook.name)
    said = in_image(*command, *options, cwd=notebook.parent, check=False)
    executed = notebook.parent / "executed.ipynb"
    return nbformat.read(executed, as_version=4) if executed.exists() else said


@pytest.mark.thorough("setup")
def test_set_up_as_its_readme_says_it_runs_the_notebook(student, in_image, answers):
    notebook = student / "work/hh-model/hh-model.ipynb"
    nbformat.write(fill(notebook, answers, SAMPLE_CLASS["ada"]), notebook)
    executed = execute(notebook, in_image)
    outputs = [each for cell in executed.cells for each in cell.get("outputs", [])]
    assert not [each for each in outputs if each.output_type == "error"]
    assert sum("image/png" in each.get("data", {}) for each in outputs) == 3  # no sliders


@pytest.mark.thorough("setup")
def test_colabs_first_cell_installs_what_the_notebook_uses(students, packages, in_image, tmp_path):
    """In a plain kernel without the package; of Colab there is only the name it is known by."""
    here = packages(tmp_path / "colab") / "bin"
    notebook = nbformat.read(students / "hh-model/hh-model.ipynb", 4)
    cells = {cell.id: cell for cell in notebook.cells}
    install, imports = cells["install"], cells["imports"]
    install.source = install.source.replace(ADDRESS, students.as_uri())
    known = nbformat.v4.new_code_cell("import sys\nsys.modules['google.colab'] = sys")
    forgotten = nbformat.v4.new_code_cell("del sys.modules['google.colab']  # JAX asks for more")
    place = nbformat.v4.new_code_cell("import hhlab\nprint(hhlab.__file__)")
    for name, first in {"elsewhere": [install], "colab": [known, install, forgotten]}.items():
        notebook.cells = [*first, imports, place]
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
        run = (here / "jupyter", "nbconvert", "--execute", "--to", "markdown", "--stdout")
        said = in_image(*run, f"{name}.ipynb", cwd=tmp_path, check=False)
        assert ("No module named 'hhlab'" in said) == (name == "elsewhere"), said
        assert ("site-packages/hhlab/__init__.py" in said) == (name == "colab"), said


@pytest.mark.thorough("setup")
@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_it_packs_a_notebook_as_its_readme_and_the_notebook_say(readme, student, built):
    (line,) = re.findall(r"^ *(%run -m hhlab.lab.pack .*)$", (student / readme).read_text(), re.M)
    (command,) = re.findall(r"`(hhlab pack [^`]*)`", (student / readme).read_text())
    name = line.split()[3]
    notebook = student / "work" / name.removesuffix(".ipynb") / name
    assert command.split()[2] == notebook.relative_to(student).as_posix()
    texts = [cell.source for cell in nbformat.read(notebook, as_version=4).cells]
    assert sum(f"`{line}`" in text for text in texts) == 1

    said = built("ipython", "-c", line.replace("YOUR-ID", "ada"), cwd=notebook.parent)
    (packed,) = notebook.parent.glob("*__ada__*.ipynb")
    assert packed.name in said
    built(*command.replace("YOUR-ID", "bob").split(), cwd=student)
    assert len([*student.glob(f"{notebook.stem}__bob__*.ipynb")]) == 1
