"""`hhlab autograde`: the same grades as nbgrader's, whatever is killed on the way."""

import contextlib
import os
import platform
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures.process import BrokenProcessPool

import nbformat
import psutil
import pytest
from classroom import CLASS, ENVIRONMENT, autograde, copied, graded_by_nbgrader, start, waiting
from cluster import scheduler, until
from nbgrader.api import Gradebook
from shared import done, entries
from small import authored, small_course

from hhlab.grading.jail.bubblewrap import bubblewrap
from hhlab.grading.jail.folders import Place, sweep


@pytest.fixture
def course(tmp_path):
    """A small class, to be graded by the test."""
    return copied(waiting(), tmp_path)


@pytest.fixture(scope="module")
def by_nbgrader():
    """The same, graded by plain nbgrader."""
    return graded_by_nbgrader(waiting())


def notebooks(course):
    """Return the graded notebooks, without the key that only our command leaves in them."""
    graded = {}
    for path in sorted((course.root / "autograded").glob(f"*/{course.assignment}/*")):
        graded[path.relative_to(course.root)] = path.read_text()
        if path.suffix == ".ipynb":
            notebook = nbformat.read(path, 4)
            notebook.metadata["hhlab"].pop("key", None)
            graded[path.relative_to(course.root)] = nbformat.writes(notebook)
    return graded


def assert_same(course, other):
    """Assert that two courses were graded alike, in the gradebook and in the notebooks."""
    assert entries(course) == entries(other)
    assert notebooks(course) == notebooks(other)


@pytest.mark.thorough("ways")
def test_it_leaves_what_nbgrader_leaves_cell_for_cell(handed_in, neurons_by_nbgrader, tmp_path):
    course = copied(handed_in, tmp_path)
    said = autograde(course, "--workers=2")
    assert f"{len(CLASS) + 1} graded" in said
    assert_same(course, neurons_by_nbgrader)
    totals = {each.student: each.total for each in course.grades()}
    assert totals["ada"] == 20
    assert entries(course)["ben"][1] == [1.0]
    assert totals["hans"] == 0
    assert "hans: The notebook 'hh-model.ipynb' could not be graded" in said
    modes = {path.stat().st_mode & 0o777 for path in course.autograded("ada").parent.iterdir()}
    assert modes == {0o444}

    before = done(course)
    assert "0 graded" in autograde(course)
    assert done(course) == before

    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        gradebook.find_grade("test-V", "hh-model", "hh-model", "carla").manual_score = 0.5
        gradebook.db.commit()
    shutil.copy(course.submitted("ada"), course.submitted("carla"))
    said = autograde(course)
    assert "1 graded" in said
    assert f"{len(CLASS)} were graded already" in said
    regraded = entries(course)["carla"][2]
    assert regraded["test-V"] == (1.0, 0.5, True)
    assert regraded["test-m"] == (1.0, None, False)

    assert "1 graded" in autograde(course, "--student", "ada", "--force")
    after = done(course)
    assert {name for name in after if after[name] != before[name]} == {"ada", "carla"}


@pytest.mark.thorough("ways")
def test_a_killed_run_goes_on_where_it_was(course, by_nbgrader):
    with start(course, "--workers=2") as process:
        until(lambda: len(done(course)) >= 2, "nothing was graded")
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    until(lambda: not any(map(_lives, children)), "workers outlive what started them", 30)
    before = done(course)
    recorded = {name: each for name, each in entries(course).items() if name in before}
    assert recorded == {name: entries(by_nbgrader)[name] for name in before}
    said = autograde(course)
    assert f"{len(before)} were graded already" in said
    after = done(course)
    assert {name: after[name] for name in before} == before
    assert_same(course, by_nbgrader)


def _lives(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.thorough("attacks")
def test_no_jail_outlives_a_killed_grader(tmp_path):
    """Not even a cold one's, which waits for nobody's words, and where root starts nobody's."""
    waits = authored()
    waits.cells[1].source = "import time; time.sleep(45)"
    course = small_course(tmp_path / "course", small=waits)
    course.submit({"ada": nbformat.read(course.release, 4)})
    command = [sys.executable, "-m", "hhlab", "autograde", course.assignment]
    with tempfile.TemporaryDirectory(prefix="k") as left:  # what the killed leave goes with it
        places = {"XDG_CACHE_HOME": str(tmp_path), "TMPDIR": left}  # not rehearsed yet: cold
        with subprocess.Popen(command, cwd=course.root, env=ENVIRONMENT | places) as process:
            children = until(lambda: _with_a_kernel(process.pid), "no kernel was started")
            process.kill()
        until(lambda: not any(map(_lives, children)), "a jail outlives what started it", 30)
        assert not any(
            n.startswith("hhlab-") for n in os.listdir(left)
        )  # all that is ours is where a sweep finds it


def _with_a_kernel(grader):
    """Return the processes that a grader has started, once a kernel is among them."""
    with contextlib.suppress(psutil.NoSuchProcess):
        found = psutil.Process(grader).children(recursive=True)
        if any(p.cmdline()[1:3] == ["-m", "ipykernel_launcher"] for p in found):
            return found
    return []


def test_a_sweep_ends_a_jail_that_was_being_made():
    place = Place()
    jail = [bubblewrap(), "--unshare-pid", "--ro-bind", "/", "/", "--bind", place.path, "/tmp"]
    with subprocess.Popen([*jail, "sleep", "600"]) as process:
        until(psutil.Process(process.pid).children, "no jail")
        os.close(place._lock)  # as if its grader had been killed; now anybody may sweep
        sweep()
        assert process.wait(30) < 0
    until(lambda: not os.path.exists(place.outer), "its folder stays")


@pytest.mark.thorough("ways")
def test_ctrl_c_keeps_what_is_done(course, by_nbgrader):
    with start(course, "--workers=2") as process:
        until(lambda: done(course), "nothing was graded")
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=120)[0]
    assert process.returncode == 130
    assert "What is graded is kept" in said
    assert "Traceback" not in said
    kept = done(course)
    assert {name: each for name, each in entries(course).items() if name in kept} == {
        name: each for name, each in entries(by_nbgrader).items() if name in kept
    }


def test_a_worker_that_is_killed_costs_nothing(course, by_nbgrader):
    with start(course, "--workers=2") as process:
        until(lambda: done(course), "nothing was graded")
        (nursery,) = [
            child
            for child in psutil.Process(process.pid).children()
            if "forkserver" in " ".join(child.cmdline())
        ]
        nursery.children()[0].kill()
        said = process.communicate(timeout=300)[0]
    assert process.returncode == 0, said
    assert_same(course, by_nbgrader)


def test_a_submission_that_kills_its_worker_is_tried_twice_and_reported():
    from traitlets.config import Config

    from hhlab.grading.examine.rehearsal import Rehearsal
    from hhlab.grading.workers.job import Job
    from hhlab.grading.workers.workers import Processes, grade_all

    with Processes(2) as executor:
        executor.submit(os.getpid).result(timeout=60)
        before = executor.submit(os._exit, 1)
        with pytest.raises(Exception, match="terminated abruptly"):
            before.result(timeout=60)
        assert psutil.Process(executor.submit(os.getppid).result(timeout=60)).ppid() == os.getpid()
        wrong = Job("", "", "{}", Rehearsal((), ()), Config(), "of another version")
        with pytest.raises(RuntimeError, match=r"install the same uv\.lock"):
            list(grade_all([wrong], executor, 1, lambda: None))


def test_as_many_workers_as_cores_have_a_core_each():
    from hhlab.grading.workers.workers import Processes

    cores = os.sched_getaffinity(0)
    with Processes(len(cores)) as executor:
        ends = [executor.submit(os.sched_getaffinity, 0) for _ in cores]
        assert sorted(map(tuple, (each.result(timeout=60) for each in ends))) == [
            (core,) for core in sorted(cores)
        ]
    with Processes(len(cores) + 1) as executor:
        assert executor.submit(os.sched_getaffinity, 0).result(timeout=60) == cores


@pytest.mark.thorough("ways")
def test_a_full_disk_is_said_and_loses_nothing(course, by_nbgrader):
    (course.root / "autograded").mkdir(exist_ok=True)
    small = (
        "mount -t tmpfs -o size=24k tmpfs autograded && "
        f'exec "{sys.executable}" -m hhlab autograde {course.assignment} --workers=2'
    )
    stopped = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c", small],
        cwd=course.root,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert stopped.returncode == 1
    assert "No space left on device" in stopped.stderr
    assert "run the same again" in stopped.stderr
    with sqlite3.connect(course.root / "gradebook.db") as gradebook:
        assert gradebook.execute("pragma integrity_check").fetchone() == ("ok",)
    autograde(course)
    assert_same(course, by_nbgrader)


@pytest.mark.thorough("cluster")
def test_a_cluster_grades_alike_although_a_worker_is_killed(course, by_nbgrader, tmp_path):
    with scheduler(tmp_path) as (client, worker):
        address = client.scheduler.address
        said = autograde(course, f"--scheduler={address}", status=1)
        assert "none of the 0 workers" in said
        with worker() as first, worker():
            client.wait_for_workers(2, timeout=60)
            with start(course, f"--scheduler={address}") as process:
                until(lambda: done(course), "nothing was graded")
                first.kill()
                said = process.communicate(timeout=300)[0]
            assert process.returncode == 0, said
    assert_same(course, by_nbgrader)


@pytest.mark.thorough("cluster")
@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("ulimit -f 2000", "missing on {node}:.*bytes of a file: 2048000 allowed"),
        (
            "export PYTHONPATH={folder}",
            "on {node}, the students.*brainevent: the grader has {folder}",
        ),
    ],
)
def test_each_machine_of_a_cluster_rehearses(before, sentence, handed_in, tmp_path):
    course = copied(handed_in, tmp_path)
    (tmp_path / "brainevent").mkdir()
    (tmp_path / "brainevent/__init__.py").touch()
    known = {"folder": tmp_path, "node": platform.node()}
    before = before.format(**known)
    with (
        scheduler(tmp_path) as (client, worker),
        worker("--host=127.0.0.1"),
        worker("--host=127.0.0.2", before=before),
    ):
        client.wait_for_workers(2, timeout=60)
        said = autograde(course, f"--scheduler={client.scheduler.address}", status=1)
        # to end it now would leave the kernel of its own rehearsal behind
        client.submit(str, workers=["127.0.0.1"], resources={"kernel": 1}).result()
    assert re.search(sentence.format(**known), said, re.DOTALL), said
    assert not done(course)
    assert not any(entries(course).values())


@pytest.mark.thorough("cluster")
def test_a_wrong_address_and_an_unknown_step_are_said(course):
    said = autograde(course, "--scheduler=tcp://127.0.0.1:9", status=1)
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in said
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write("\nfrom nbgrader.preprocessors import LimitOutput\n")
        config.write("c.Autograde.autograde_preprocessors += [LimitOutput]\n")
    assert "workers do not know LimitOutput" in autograde(course, status=1)


@pytest.mark.thorough("ways")
def test_feedback_pages_are_those_of_nbgrader(tmp_path, with_feedback):
    course = copied(with_feedback, tmp_path)
    theirs = pages(course)
    shutil.rmtree(course.root / "feedback")
    command = [sys.executable, "-m", "hhlab", "feedback", "hh-model", "--workers", "2"]
    subprocess.run(command, cwd=course.root, env=ENVIRONMENT, check=True, timeout=300)
    assert len(theirs) > len(CLASS)
    assert pages(course) == theirs


def pages(course):
    """Return the feedback pages and what lies beside them."""
    found = (course.root / "feedback").rglob("*")
    return {path.relative_to(course.root): path.read_bytes() for path in found if path.is_file()}


HALF_A_MESSAGE = """
import os, sys
frame = sys._getframe()
while "result_queue" not in frame.f_locals:
    frame = frame.f_back
os.write(frame.f_locals["result_queue"]._writer.fileno(), bytes([0, 0, 1, 0, 7]))
os.kill(os.getpid(), 9)
"""


def test_a_worker_that_dies_in_the_middle_of_its_result_is_not_waited_for():
    from hhlab.grading.workers.workers import Processes

    with Processes(1) as executor:
        died = executor.submit(exec, HALF_A_MESSAGE)
        assert isinstance(died.exception(timeout=60), BrokenProcessPool)
        assert executor.submit(max, 1, 2).result(timeout=60) == 2
