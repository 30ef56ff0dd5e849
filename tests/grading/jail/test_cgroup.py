"""Where the system counts what a jail takes: memory of no process stops it, shared memory does not.

Needs control groups of version 2 (a Linux with systemd, root or a user who has logged in there).
"""

import nbformat
import pytest
from shared import entries, run
from small import ANSWER, RIGHT, TEST, answered, small_course

from hhlab.grading.jail import cgroup

NO_GROUPS = "no control group of version 2 may be made here, so memory is counted by processes"
LIMITS = """
c.JailProvisioner.memory_bytes = 200 * 2**20
c.JailProvisioner.warm = {warm}
"""
SURVIVED = "print('the attack has ' + 'succeeded')"
STOPPED = "it was stopped: it used more than 0.195312 GB of memory"
ATTACKS = {
    "given_back": """\
import mmap
kept = [mmap.mmap(-1, 50 * 2**20) for _ in range(12)]
for each in kept:
  each.write(b"1" * (50 * 2**20))
  each.madvise(mmap.MADV_DONTNEED)""",
    "in_children": """\
import os, time
for _ in range(4):
  if not os.fork():
    x = b"1" * (150 * 2**20)
    time.sleep(20)
    os._exit(0)
time.sleep(5)""",
    "at_once": "x = b'1' * (600 * 2**20)\nimport time; time.sleep(1)",
}
HONEST = """\
from multiprocessing import Pool
shared = b"1" * (80 * 2**20)

def last(k):
  import time
  time.sleep(1)
  return shared[k] - 48

with Pool(8) as pool:
  print(sum(pool.map(last, range(8), chunksize=1)), "of 8")
"""


@pytest.mark.skipif("by the system" not in cgroup.who_counts(), reason=NO_GROUPS)
@pytest.mark.parametrize("warm", [True, False])
def test_the_system_counts_what_a_jail_takes(warm, tmp_path):
    course = small_course(tmp_path / "course")
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(LIMITS.format(warm=warm))
    for student, code in {**ATTACKS, "honest": HONEST}.items():
        notebook = answered(course)
        cell = next(cell for cell in notebook.cells if cell.id == ANSWER)
        cell.source = f"{code}\n{'' if student == 'honest' else SURVIVED}\n{RIGHT}"
        course.submit({student: notebook})
    run(course, "hhlab", "autograde", course.assignment)
    assert "counted by the system" in run(course, "hhlab", "doctor", course.assignment)

    points = {student: row[2][TEST][0] for student, row in entries(course).items()}
    assert points == {**dict.fromkeys(ATTACKS, 0), "honest": 2}
    for student in ATTACKS:
        graded = nbformat.read(course.autograded(student), 4).dict()
        # systemd removes the group of a cold kernel, and why it ended, with its last process
        assert (STOPPED if warm or cgroup._owned() else "died") in str(graded), student
        assert "the attack has succeeded" not in str(graded), student
    assert "8 of 8" in str(nbformat.read(course.autograded("honest"), 4).dict())
    around = cgroup._owned()
    assert not around or not list(around.glob(f"{cgroup.PREFIX}*"))
