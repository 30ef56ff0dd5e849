"""What docs/security.md says of files and in numbers is what the code has."""

import re

import pytest
from grading.jail.attacks import ALONE, TOGETHER
from shared import ROOT
from traitlets.config import Config

from hhlab.channel import wire
from hhlab.grading.examine.examine import Examine
from hhlab.grading.feedback import inert
from hhlab.grading.feedback.outputs import Allowance
from hhlab.grading.jail import connection, forker, limits
from hhlab.grading.jail.provisioner import JailProvisioner
from hhlab.grading.submissions import reading

PAGE = (ROOT / "docs/security.md").read_text()
MB, GB = 2**20, 2**30


@pytest.fixture(scope="module")
def course():
    """The settings of the course: what its configuration changes, and else the defaults."""
    config = Config()
    source = (ROOT / "nbgrader_config.py").read_text()
    exec(source, {"get_config": lambda: config, "__file__": str(ROOT / "nbgrader_config.py")})
    return {"Examine": Examine(config=config), "JailProvisioner": JailProvisioner(config=config)}


def test_each_limit_is_the_codes(course):
    examine, jail = course["Examine"], course["JailProvisioner"]
    assert dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \| `[\w./]+` \|$", PAGE, re.M)) == {
        "memory of all processes together (see below)": (f"{jail.memory_bytes / GB:g} GB"),
        "processes at one time": f"{jail.processes}",
        "threads at one time (by the system as well)": f"{jail.threads}",
        "CPU time of a process": f"{jail.cpu_seconds} s",
        "open files of a process": f"{jail.open_files}",
        "each of /tmp, /dev/shm and the home folder, in memory; and the largest file": (
            f"{jail.disk_bytes / MB:g} MB"
        ),
        "files and folders in each of them, of warm kernels": f"{forker.MOST_FILES:,}".replace(
            ",", " "
        ),
        "how often the first three, and the folder of the sockets, are looked at": (
            f"{jail.watch_seconds} s"
        ),
        "what the grader itself may grow by while it watches a kernel": (
            f"{limits.MOST_RECEIVED / MB:g} MB"
        ),
        "what the machine has to have left": f"{limits.LEAST_FREE / MB:g} MB",
        "a cell": f"{examine.timeout} s",
        "a question to the model": f"{examine.probe_timeout} s",
        "a notebook, tests and all": f"{examine.notebook_timeout} s",
        "output of a cell": f"{examine.output_limit / MB:g} MB",
        "output of a notebook": f"{examine.notebook_output_limit / MB:g} MB",
        "characters that an output of a notebook counts for at least, streams apart": (
            f"{inert.LEAST_OUTPUT:,}".replace(",", " ")
        ),
        "each part of a message from the kernel": f"{connection.LARGEST_MESSAGE / MB:g} MB",
        "each part of a message with outputs": f"{connection.LARGEST_OUTPUT / MB:g} MB",
        "messages that wait": f"{connection.MOST_MESSAGES}",
        "an answer to a question": f"{wire.LARGEST / MB:g} MB",
        "pixels of a picture": f"{inert.MOST_PIXELS / 1e6:g} million",
        "scans of a JPEG": f"{inert.MOST_SCANS}",
        "a submitted file": f"{reading.LARGEST / MB:g} MB",
        "its cells": f"{reading.MOST_CELLS}",
        "the text of its cells": f"{reading.MOST_TEXT / 1e6:g} million characters",
        "its lists and dictionaries": f"{reading.MOST_PARTS:,}".replace(",", " "),
    }


def test_each_number_in_a_sentence_is_the_codes(course):
    examine, jail = course["Examine"], course["JailProvisioner"]
    words = {10: "ten", 12: "twelve"}
    numbers = (
        f"{inert.MOST_PIXELS / 1e6:g} million pixels each and {Allowance(0, 0).pixels / 1e6:g}"
    )
    for sentence in (
        f"(up to {words[examine.restarts]} times)",
        f"looked at {words[round(1 / jail.watch_seconds)]} times a second",
        f"{numbers} million a page",
    ):
        assert sentence in " ".join(PAGE.split())


def test_each_count_of_attacks_is_the_banks():
    together = sum(map(len, TOGETHER.values()))
    assert f"has {len(ALONE) + together} attacks: {len(ALONE)} that are graded one by one" in PAGE
    assert f"and {together} that look, write or reach" in PAGE
    assert f"{sum(bool(each.victim) for each in ALONE.values())} of them are" in PAGE
    assert set(re.findall(r"\b(\d+) attacks", PAGE)) == {str(len(ALONE) + together)}


def test_each_file_that_is_named_is_there():
    named = re.findall(r"`((?:[\w-]+/)+[\w.-]*)`", PAGE)
    roots = (ROOT, ROOT / "hhlab", ROOT / "hhlab/grading")
    places = {name for name in named if not name.startswith(("submitted", "bin"))}
    assert [name for name in places if not any((root / name).exists() for root in roots)] == []
