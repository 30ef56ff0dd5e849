"""What a rehearsal leaves: programs compiled by the answers, and what the tests have computed."""

import dataclasses
import json
import logging
from pathlib import Path

import nbformat
import pytest
from bank import KEY
from shared import beside
from traitlets.config import Config

from hhlab.course.sample_class import BLANK, Submission
from hhlab.course.unit import NAME
from hhlab.grading.examine import rehearsal as rehearsals
from hhlab.grading.examine.rehearsal import Rehearsal
from hhlab.grading.examine.settings import software
from hhlab.grading.submissions.reading import Own
from hhlab.grading.submissions.rebuild import note, rebuild
from hhlab.grading.unit import Unit
from hhlab.grading.workers.job import Job, grade_one

WRITES = """
from pathlib import Path
try: print("GOT", Path("/run/hhlab/compiled/hhlab-attack").touch())
except OSError as refused: print("REFUSED", refused)
"""
TRIALS = {"warm": {"threads": 500, "fills_cache": True}, "cold": {"warm": False}}


@pytest.mark.parametrize("trial", beside("attacks", TRIALS, {"warm"}))
def test_no_student_may_write_to_it(trial, undrawn, filled, monkeypatch, tmp_path):
    """Graded by the very job that has the cache filled, and by the next."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept = TRIALS[trial]
    settings = Config(
        {"JailProvisioner": kept, "Examine": {"course_key": KEY, "jail": True, "unit": NAME}}
    )
    before = json.dumps(settings, sort_keys=True)
    reference, attack = (
        _rebuilt(filled(each, undrawn), undrawn.master())
        for each in (
            Submission("the instructor's answers", also=[f"# {kept}"]),  # so each is to be filled
            Submission("", BLANK, also=[WRITES]),
        )
    )
    blank = _rebuilt(filled(Submission("", BLANK), undrawn), undrawn.master())
    rehearsal = Rehearsal((reference,), (blank,))
    job = Job("ada", "hh-model", attack, rehearsal, settings, software(settings))
    key = job.key
    for _ in range(2):
        notebook = nbformat.reads(grade_one(job).notebook, as_version=4)
        said = "".join(
            o.get("text", "") for cell in notebook.cells for o in cell.get("outputs", ())
        )
        assert "REFUSED [Errno 30]" in said
    assert json.dumps(settings, sort_keys=True) == before
    assert notebook.metadata["hhlab"]["key"] == key
    (folder,) = (path for path in (tmp_path / "hhlab/compiled").iterdir() if path.is_dir())
    files = {path.name for path in folder.iterdir()}
    assert "hhlab-attack" not in files
    assert any(name.endswith("-cache") for name in files)  # it was filled


def test_what_its_tests_computed_is_told_once_and_to_nobody_else(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    told, learnt = iter(["3.5"]), []  # a second time there is nothing to tell
    unit = dataclasses.replace(Unit(), tell=lambda: next(told), learn=learnt.append)
    monkeypatch.setattr(rehearsals, "load", lambda name: unit)
    settings = Config({"Examine": {"course_key": KEY, "jail": True}})
    nobody = Rehearsal((), ())
    for _ in range(2):
        folder = nobody.hold(settings, logging.getLogger())
    assert learnt == ["3.5", "3.5"]
    (kept,) = (path for path in (tmp_path / "hhlab/compiled").glob("*.*"))
    assert str(kept) == f"{folder}.rehearsed"  # beside the folder that kernels see, not in it
    assert kept.stat().st_mode & 0o777 == 0o600
    kept.write_bytes(b"\xff")
    nobody.hold(settings, logging.getLogger())
    assert len(learnt) == 2


def test_what_cannot_be_written_down_keeps_nobody_from_grading(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    settings = Config({"Examine": {"course_key": KEY, "jail": True}})
    nobody = Rehearsal((), ())
    folder = nobody.hold(settings, logging.getLogger())
    Path(f"{folder}.rehearsed").unlink()
    Path(f"{folder}.unfinished").mkdir()  # where it would be written
    assert nobody.hold(settings, logging.getLogger()) == folder
    assert not Path(f"{folder}.rehearsed").exists()


def _rebuilt(handed_in, master):
    cells = [
        Own(c.cell_type, c.source, c.metadata.get("nbgrader", {}).get("grade_id", ""), c.id)
        for c in handed_in.cells
    ]
    notebook, sentences = rebuild(cells, master)
    note(notebook, sentences)
    return nbformat.writes(notebook)
