"""The attack bank, graded: no point, no secret, no trace outside the jail, no harm to the next.

Every attack is graded by the pipeline that grades a class, and compared with the same model without
the attack. A class of attackers and honest students goes through plain ``nbgrader autograde``.
"""

import fcntl
import functools
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from string import Template
from urllib.parse import unquote

import nbformat
import numpy as np
import psutil
import pytest
from bank import KEY
from classroom import copied
from grade import points
from grading.jail.attacks import ALONE, FAMILIES, TOGETHER, Attack
from grading.jail.attacks.leaking import LEAKING
from grading.jail.attacks.showing import EVERY_KIND
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade
from shared import ROOT, beside, entries
from traitlets.config import Config

import hhlab
from hhlab.channel.hidden import course_key
from hhlab.course.folder import Course
from hhlab.course.sample_class import BLANK, Submission
from hhlab.grading.examine import examine
from hhlab.grading.jail import limits, warm
from hhlab.grading.jail.folders import LOCK, Place
from hhlab.grading.workers.autograde import opened
from hhlab.grading.workers.job import Result

MARK = "hhlab-attack"
PATIENT = {"timeout": 40, "probe_timeout": 30, "notebook_timeout": 150, "restarts": 2}
"""Limits that an honest notebook stays below on a busy machine."""
HONEST = Submission("the instructor's answers")
VICTIMS = {name: attack for name, attack in ALONE.items() if attack.victim}
TRIED = [(kind, kernel) for kernel in ("warm", "cold") for kind in TOGETHER]
FIRST = {next(iter(family)) for family in FAMILIES}


@pytest.fixture(scope="session")
def attacked(graded):
    """A function that grades a submission, with the limits of its attack."""

    def grade(submission, settings=None):
        return graded(submission, **PATIENT | dict(settings or {}))

    return grade


@pytest.fixture(scope="session")
def worth(attacked):
    """A function that returns what a model gets without an attack: the graded notebook."""
    known = {}

    def graded_honestly(submission):
        if submission.what not in known:
            known[submission.what] = attacked(submission)
        return known[submission.what]

    return graded_honestly


@pytest.fixture(scope="session")
def secrets(released, filled):
    """The hidden stimuli of the test course, as text, as far as the notebook itself does not hold it."""
    token = course_key.set(KEY)
    calls = {
        call
        for cell in released.master().cells
        for call in re.findall(r"hidden_\w+\([^()]*\)", cell.source)
    }
    assert len(calls) >= 8
    try:
        drawn = [eval(call, vars(hhlab)) for call in calls]
    finally:
        course_key.reset(token)
    numbers: set[float] = set()
    for each in drawn:
        if isinstance(each, dict):
            numbers.update(float(x) for value in each.values() for x in _floats(value))
        else:  # a stimulus, or a number
            numbers.update(np.ravel(getattr(each, "currents", each)).tolist())
    public = nbformat.writes(filled(HONEST))
    return {text for text in map("{:g}".format, numbers) if len(text) > 4 and text not in public}


def _floats(value):
    return value.tolist() if hasattr(value, "tolist") else [value]


def told(notebook):
    """Return everything that a graded notebook tells its student: outputs and sentences."""
    return [
        text
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for text in _strings(output)
    ] + _strings(notebook.metadata.get("hhlab", {}))


def _strings(thing):
    if isinstance(thing, str):
        return [thing]
    if isinstance(thing, dict):
        return [text for item in thing.values() for text in _strings(item)]
    return [text for item in thing for text in _strings(item)] if isinstance(thing, list) else []


def leaked(notebook, secrets):
    """Return the hidden values and hidden lines that are in what a notebook tells.

    In the tests' own sentences hundredths are looked for as well: a count can be a message.
    """
    text = "\n".join(told(notebook))
    sentences = "\n".join(
        cell.metadata.get("hhlab", {}).get("sentence", "") for cell in notebook.cells
    )
    counts = {secret.replace(".", "") for secret in secrets if float(secret) >= 10}
    return {secret for secret in secrets | {"HIDDEN TESTS", "hidden_"} if secret in text} | {
        count for count in counts if len(count) == 4 and count in sentences
    }


def assert_masters(notebook, master):
    """Assert that a graded notebook can be stored, and is the master's in all but answers."""
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode()
    kept = {cell.id: cell for cell in notebook.cells}
    for cell in master.cells:
        if "nbgrader" in cell.metadata:
            assert kept[cell.id].metadata.nbgrader == cell.metadata.nbgrader
            assert kept[cell.id].cell_type == cell.cell_type


def assert_inert(notebook):
    """Assert that outputs are text and pictures, and prompts are numbers."""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        assert isinstance(cell.execution_count, int | None)
        for output in cell.outputs:
            assert set(output.get("data", {})) <= {"text/plain", "image/png", "image/jpeg"}
            # the grader's own pictures have a text for those who cannot see them
            told_of = {"image/png"} if "hhlab" in cell.metadata else set()
            assert set(output.get("metadata", {})) <= told_of


@pytest.fixture(scope="module")
def target(released, tmp_path_factory):
    """A course with another student's submission in it."""
    course = Course(tmp_path_factory.mktemp("target") / "course")
    shutil.copytree(released.root, course.root)
    course.submit({"ada": nbformat.read(course.release, 4)})
    return course


@pytest.fixture
def untouched(target, monkeypatch, tmp_path):
    """Have whatever lies outside the jail compared before and after."""
    folders = []

    def remembered(*args):
        folders.append(make(*args))
        return folders[-1]

    make = Place.folder
    monkeypatch.setattr(Place, "folder", remembered)
    monkeypatch.chdir(tmp_path)
    before = _surroundings(target)
    yield
    assert _surroundings(target) == before
    assert [folder for folder in folders if os.path.lexists(folder)] == []


def _surroundings(course):
    """Return what an attack must not change: course, package, files by its mark, processes."""
    places = [
        Path.home(),
        Path(tempfile.gettempdir()),
        Path("/var/tmp"),
        Path("/dev/shm"),
        Path("/"),
        Path(hhlab.__file__).parent,
        Path(hhlab.__file__).parent / "grading",
        Path(nbformat.__file__).parents[1],
        Path(sys.prefix),
        Path(sys.base_prefix),
        Path.cwd(),
    ]
    return {
        "course": {
            path: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(course.root.rglob("*"))
            if path.is_file()
        },
        "package": {
            path: (path.stat().st_mtime_ns, path.stat().st_size)
            for path in sorted(Path(hhlab.__file__).parent.rglob("*.py"))
        },
        "settings": [
            Path("/proc/sys/kernel/core_pattern").read_text(),
            os.stat("/dev/null").st_mode,
        ],
        "marked": [path for place in places for path in place.glob(f"{MARK}*")],
        "processes": _processes(),
    }


def _processes():
    """Return our own descendants, and processes with the attacks' mark that nobody looks after.

    The warm process that kernels come from stays from one to the next.
    """
    ours = set(limits.descendants(os.getpid()))
    if warm.started:
        ours -= {warm.started.process.pid, *warm.started.processes}
    return ours | {pid for pid in psutil.pids() if _is_marked(pid)}


def _is_marked(pid):
    """Return whether a process is an attack's, and in no jail that others test at the same time."""
    try:
        process = psutil.Process(pid)
        above = [each.pid for each in process.parents()]
        return process.cmdline()[:1] == [MARK] and (os.getpid() in above or len(above) < 2)
    except psutil.Error:
        return False  # it has ended


def carried_out(attack, notebook):
    """Return whether an attack left the sign that it was carried out."""
    return re.search(attack.ran, "\n".join(told(notebook))) is not None


# -- each on its own ------------------------------------------------------------------------------


@contextmanager
def small():
    """Assert that the grader's own memory does not grow by much."""
    process, sizes, done = psutil.Process(), [0], threading.Event()
    before = process.memory_info().rss

    def measure():
        while not done.wait(0.05):
            sizes.append(process.memory_info().rss)

    measuring = threading.Thread(target=measure)
    measuring.start()
    try:
        yield
    finally:
        done.set()
        measuring.join()
    assert max(sizes) - before < 400 * 2**20


@pytest.mark.parametrize("name", beside("attacks", ALONE, FIRST))
def test_an_attack_gains_nothing(name, attacked, worth, lost, secrets, released, untouched):
    attack = ALONE[name]
    with small():
        notebook = attacked(attack.submission, attack.settings)
    assert carried_out(attack, notebook), "\n".join(told(notebook))[-1500:]
    assert "the attack has succeeded" not in "\n".join(told(notebook))
    honest = worth(attack.base)
    fair = points(honest)
    assert {name: won for name, won in points(notebook).items() if won > fair[name]} == {}
    # a number that is told of the same model without the attack is a spike's time, by chance
    assert leaked(notebook, secrets) - leaked(honest, secrets) == set()
    assert_masters(notebook, released.master())
    assert_inert(notebook)
    if attack.destructive:
        assert lost(HONEST, **PATIENT) == {}  # the next submission is graded as ever


@pytest.mark.parametrize("name", beside("attacks", VICTIMS, FIRST))
def test_the_attack_does_succeed_where_tests_run_in_the_students_kernel(name):
    attack = VICTIMS[name]
    assert _stock_score("", attack.victim) == 0
    assert _stock_score(attack.submission.also[0], attack.victim) == 1


@functools.cache
def _stock_score(code, test):
    """Return what nbgrader's own Execute and scoring make of a test after a cell of code."""
    metadata = {"grade": True, "solution": False, "locked": True, "grade_id": "t", "points": 1}
    metadata |= {"schema_version": 3, "cell_type": "code", "task": False}
    cells = [
        nbformat.v4.new_code_cell("answer = 0.0"),
        nbformat.v4.new_code_cell(code),
        nbformat.v4.new_code_cell(test, metadata={"nbgrader": metadata}),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    graded, _ = Execute(timeout=60).preprocess(notebook, {})
    return determine_grade(graded.cells[-1])[0]


def test_what_cannot_be_stored_is_one_submissions_loss(attacked, monkeypatch):
    """Should anything get past the step that makes outputs inert."""
    monkeypatch.setattr(examine, "inert", lambda outputs, *_: outputs)
    notebook = attacked(ALONE["half_characters_when_run_again"].submission)
    assert sum(points(notebook).values()) == 0
    assert_inert(notebook)
    assert "no message (UnicodeEncodeError)" in "\n".join(told(notebook))
    nbformat.writes(notebook).encode()
    with pytest.raises(UnicodeEncodeError):
        opened(Result("\ud800", {}))


# -- together in one kernel -----------------------------------------------------------------------


@pytest.fixture
def machine(target):
    """What there is to be found outside: a port, sockets, a process that has the key."""
    folder = Path(tempfile.mkdtemp(prefix="outside-"))  # a socket's path must be short
    with (
        socket.create_server(("127.0.0.1", 0)) as port,
        socket.socket(socket.AF_UNIX) as file,
        socket.socket(socket.AF_UNIX) as abstract,
        subprocess.Popen(
            ["sleep", "300"], env={"HHLAB_COURSE_KEY": KEY}, stdin=subprocess.DEVNULL
        ) as grader,
    ):
        file.bind(f"{folder}/listening")
        file.listen()
        name = f"hhlab-test-{os.getpid()}"
        abstract.bind(f"\0{name}")
        abstract.listen()
        yield {
            "COURSE": target.root,
            "HOME": Path.home(),
            "TMP": folder,
            "PORT": port.getsockname()[1],
            "ABSTRACT": name,
        }
        grader.kill()
    (folder / "listening").unlink()
    folder.rmdir()


@pytest.mark.parametrize(("kind", "kernel"), beside("attacks", TRIED, TRIED[:-1]))
def test_nothing_outside_can_be_reached(
    kind, kernel, attacked, machine, untouched, secrets, monkeypatch, capsys, subtests
):
    monkeypatch.setenv("HHLAB_COURSE_KEY", KEY)
    looks = {
        name: Template(look.code).safe_substitute(machine) for name, look in TOGETHER[kind].items()
    }
    settings = {"config": Config({"JailProvisioner": {"warm": kernel == "warm"}})}
    notebook = attacked(Submission(kind, BLANK, also=list(looks.values())), settings)
    assert sum(points(notebook).values()) == 0
    assert leaked(notebook, secrets) == set()
    for (name, look), code in zip(TOGETHER[kind].items(), looks.values(), strict=True):
        with subtests.test(attack=name):
            cell = next(cell for cell in notebook.cells if cell.source == code)
            said = "".join(output.text for output in cell.outputs if output.get("name") == "stdout")
            assert said.startswith("REFUSED"), (said, cell.outputs)
        if look.outside:
            with subtests.test(succeeds_outside_the_jail=name):
                exec(code, {})
                assert capsys.readouterr().out.startswith("GOT")


def test_nothing_is_left_for_the_next_student(attacked):
    places = ("/tmp", "/dev/shm", "/home/student", ".", "/run/hhlab/compiled")
    null = """
import fcntl, stat
def null():
    return [file for file in range(256) if is_device(file)]
def is_device(file):
    try: return stat.S_ISCHR(os.fstat(file).st_mode)
    except OSError: return False
"""
    leave = f"""
import builtins, os, sys
from pathlib import Path
import hhlab, numpy
for place in {places!r}:
    try: Path(place, "{MARK}").write_text("left")
    except OSError as refused: print(refused)
numpy.left = builtins.left = hhlab.left = sys.modules["left"] = os.environ["LEFT"] = "{MARK}"
{null}
for file in null(): fcntl.fcntl(file, fcntl.F_SETFL, os.O_APPEND)
if os.fork() == 0: os.execv("/bin/sh", ["{MARK}", "-c", "sleep 60"])
print("left")
"""
    look = f"""
import builtins, os, subprocess, sys
from pathlib import Path
import hhlab, numpy
found = [place for place in {places!r} if Path(place, "{MARK}").exists()]
found += [each for each in (numpy, builtins, hhlab) if hasattr(each, "left")]
found += [name for name in ("left",) if name in sys.modules] + [os.environ.get("LEFT", "")]
{null}
found += [file for file in null() if fcntl.fcntl(file, fcntl.F_GETFL) & os.O_APPEND]
print("found", [each for each in found if each], len(null()) > 0)
"""

    def said(code):
        cell = attacked(Submission("", BLANK, also=[code])).cells[-1]
        return "".join(output.get("text", "") for output in cell.outputs)

    assert "left" in said(leave)
    assert not any(map(_is_marked, psutil.pids()))
    assert "found [] True" in said(look)
    assert warm.started  # else nothing could have been left


def test_the_bank_is_as_large_as_the_documentation_says():
    counted = len(ALONE) + sum(map(len, TOGETHER.values()))
    for page in ("docs/security.md", "README.md"):
        assert re.findall(r"(\d+) attacks", (ROOT / page).read_text()) == [str(counted)], page


# -- a class --------------------------------------------------------------------------------------

LIMITS = """
c.Execute.timeout = 40
c.Examine.probe_timeout = 15
c.Examine.restarts = 1
c.JailProvisioner.memory_bytes = 700 * 2**20
"""
"""Of classes of attackers."""
NASTY = {
    "dies_and_shows_html": ALONE["html_in_a_display_that_is_updated_when_run_again"],
    "forges_streams": ALONE["stream_that_is_a_number"],
    "half_characters": ALONE["unprintable_text"],
    "half_characters_late": ALONE["half_characters_when_run_again"],
    "hooks": ALONE["run_cell"],
    "memory": ALONE["memory"],
    "remembers": LEAKING["error_at_the_next_visible_question"],
    "storms": ALONE["processes"],
    "writes": Attack(
        Submission(
            "looks at and writes to the course, and leaves processes",
            BLANK,
            also=[
                look.code
                for look in (
                    TOGETHER["writing"]["gradebook_trigger"],
                    TOGETHER["looking"]["source"],
                    TOGETHER["reaching"]["daemon"],
                )
            ],
        ),
        "REFUSED",
    ),
}
HOSTILE_MARKDOWN = """
# Everything is alive
<script>alert(1)</script> <img src=x onerror=alert(1)> <a href="javascript:alert(1)">a</a>
<svg/onload=alert(1)> <iframe src="javascript:alert(1)"></iframe> <style>body{display:none}</style>
[a](javascript:alert(1)) [b](java&#115;cript:alert(1)) [c](JaVaScRiPt:alert(1)) [d](java&Tab;script:alert(1))
[e](vbscript:alert(1)) [f](data:text/html;base64,PHNjcmlwdD4=) ![g](javascript:alert(1)) [h][i]
<javascript:alert(1)> `<script>alert(1)</script>` [j](  javascript:alert(1)) [k](<javascript:alert(1)>)

[i]: javascript:alert(1)

<div
onclick=alert(1)>

$\\href{javascript:alert(1)}{x}$ $<img src=x onerror=alert(1)>$ $$\\href{java
script:alert(1)}{y}$$
"""


class Page(HTMLParser):
    """What is alive in a page: scripts, handlers, embedded things, links that run."""

    ALIVE = ("script", "iframe", "object", "embed", "svg", "form", "base", "style", "link", "meta")

    def __init__(self, html):
        super().__init__()
        self.alive, self.inside, self.text = Counter(), None, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.inside = tag
        if tag in self.ALIVE:
            self.alive[tag] += 1
        for name, value in attrs:
            target = re.sub(r"[\x00-\x20]", "", unquote(value or "")).lower()
            if name.startswith("on") or target.startswith(
                ("javascript:", "vbscript:", "data:text")
            ):
                self.alive[f"{tag} {name}={value}"] += 1

    def handle_data(self, data):
        if self.inside in ("script", "style"):
            self.alive[data] += 1
        else:
            self.text.append(data)

    def handle_endtag(self, tag):
        self.inside = None


@pytest.mark.thorough("attacks")
def test_a_class_in_which_most_attack(undrawn, filled, secrets, tmp_path):
    """Graded by both commands: neither gives anything away, and the gradebooks are the same."""
    course = copied(undrawn, tmp_path)
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + LIMITS)
    notebooks = {}
    for number, (name, attack) in enumerate(NASTY.items()):
        code = [
            Template(text).safe_substitute(COURSE=course.root, HOME=Path.home())
            for text in attack.submission.also
        ]
        each = attack.submission
        notebooks[f"{number}a-{name}"] = filled(
            Submission(each.what, each.blanks, each.edits, each.cell, code), course
        )
        if number % 2 == 0:
            notebooks[f"{number}b-honest"] = filled(HONEST, course)
    shown = filled(Submission("HTML everywhere", BLANK, also=[EVERY_KIND]), course)
    shown.cells.insert(0, nbformat.v4.new_markdown_cell(HOSTILE_MARKDOWN))
    shown.cells.append(nbformat.v4.new_markdown_cell(HOSTILE_MARKDOWN))
    notebooks["9a-shows"] = shown
    course.submit(notebooks)
    extra = course.submitted("9a-shows").parent
    for odd in ("<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "a\n# b\n<script>"):
        (extra / odd).write_text("x")

    gradebook = course.root / "gradebook.db"
    others = {path for path in (course.root / "source").rglob("*") if path.is_file()}
    before = {path: path.read_bytes() for path in others}
    private = set(Path("/tmp").glob("hhlab-*"))
    shutil.copytree(course.root, tmp_path / "parallel")
    parallel = Course(tmp_path / "parallel")
    course.nbgrader("autograde", "hh-model", environment={"HHLAB_COURSE_KEY": KEY})
    subprocess.run(
        [sys.executable, "-m", "hhlab", "autograde", "hh-model", "--workers=2"],
        cwd=parallel.root,
        env={**os.environ, "HHLAB_COURSE_KEY": KEY},
        check=True,
        timeout=600,
    )
    assert entries(parallel) == entries(course)

    grades = {each.student: each for each in course.grades()}
    full = grades["0b-honest"].total
    assert full == sum(possible for _, possible in grades["0b-honest"].points.values())
    honest = {name: each.total for name, each in grades.items() if name.endswith("honest")}
    assert honest == dict.fromkeys(honest, full)
    assert len(honest) == (len(NASTY) + 1) // 2
    assert b"hhlab_attack" not in gradebook.read_bytes()
    assert {path: path.read_bytes() for path in others} == before
    assert not any(map(_is_marked, psutil.pids()))
    _assert_gone(set(Path("/tmp").glob("hhlab-*")) - private)
    for number, (name, attack) in enumerate(NASTY.items()):
        if attack.submission.blanks == BLANK:
            assert grades[f"{number}a-{name}"].total == 0
    assert grades["9a-shows"].total == 0

    course.nbgrader("generate_feedback", "hh-model")
    plain = Page(course.feedback("0b-honest").read_text())
    for name in notebooks:
        html = course.feedback(name).read_text()
        page = Page(html)
        assert page.alive == plain.alive, name
        text = "".join(page.text)
        assert [s for s in secrets if s in text] == [], name
        assert "hidden_pulses" not in text
        assert "hidden_states" not in text


def _assert_gone(folders):
    """Assert that private folders go away, but for those that graders of other tests are using."""
    until = time.monotonic() + 120
    while (left := [each for each in folders if _is_left(each)]) and time.monotonic() < until:
        time.sleep(1)
    assert left == []


def _is_left(folder):
    """Return whether a folder is there that no living grader holds."""
    try:
        with (folder / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass  # not yet locked, or on its way out
    return folder.exists()
