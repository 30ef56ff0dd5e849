"""The invented classes that are graded: right in several ways, wrong, blank and slow."""

from pathlib import Path

import nbformat
from nbgrader.utils import is_solution

from hhlab.course.folder import Course
from hhlab.course.sample_class import BLANK, SAMPLE_CLASS, Submission, fill, instructors_answers

ROOT = Path(__file__).resolve().parents[1]
STOCK = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.Execute.timeout = 600
c.ClearMarkScheme.enforce_metadata = False
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError()"}
"""
WAITS = ["import time\ntime.sleep(1)"]
LEAST = "return least(lambda current: neuron.fires(current, width, **membrane), 0, 200, rounds=18)"
COUNTED = """
recording = neuron.record((0, 700, current), duration=700, start=start, **membrane)
last = [times[times > 300] for times in recording.spike_times()]
return np.array([1000 * (len(x) - 1) / (x[-1] - x[0]) if len(x) > 2 else 0.0 for x in last])
"""
CLASSES = {
    "hh-model": [
        *(SAMPLE_CLASS[name] for name in ("ada", "ben", "fatima", "goran", "ivan", "jun", "kofi")),
        Submission("the instructor's answer"),
        Submission("nothing is filled in", BLANK),
        Submission("slow", also=WAITS),
    ],
    "hh-explore": [
        Submission("the instructor's answer"),
        Submission("bisects with what the bench has for it", {4: LEAST}),
        Submission("counts longer, from first to last spike", {7: COUNTED}),
        Submission(
            "works with the rates themselves",
            {1: "a, b = reference.rates(V)[gate]\nreturn a / (a + b)"},
        ),
        Submission("a rate of all spikes, the first too", {7: COUNTED.replace("> 300", "> 0")}),
        Submission(
            "no temperature, and a long pulse that is short",
            {2: "a, b = reference.rates(V)[gate]\nreturn 1 / (a + b)", 5: "return threshold(3)"},
        ),
        Submission(
            "leaves the leak in, and V first",
            {
                16: "return neuron.clamp(V, **membrane).I, neuron.clamp(V, gNa=0, **membrane).I",
                18: "return together(V, m, h, n, current, dt)",
            },
        ),
        Submission("got as far as the thresholds", dict.fromkeys(range(7, 19))),
        Submission("nothing is filled in", dict.fromkeys(range(1, 19))),
        Submission("slow", {7: COUNTED.replace("700", "2000")}, also=WAITS),
    ],
}
"""One after the other, again and again."""


def prepared(folder: Path, assignment: str, count: int, *, stock: bool) -> Course:
    """Return a course in which a class has handed in, with or without our configuration."""
    course = Course.copy(ROOT, folder, assignment)
    if stock:
        (folder / "nbgrader_config.py").write_text(STOCK)
    course.nbgrader("generate_assignment", assignment)
    answers, release = instructors_answers(course.source), course.release
    if stock:  # its stubs do not name their TODO, so a filled-in copy of ours is handed in
        ours = nbformat.read(Course(ROOT, assignment).release, 4)
        theirs = nbformat.read(release, 4)
        for mine, other in zip(ours.cells, theirs.cells, strict=True):
            if is_solution(mine):
                other.source = mine.source
        release = folder / "filled.ipynb"
        nbformat.write(theirs, release)
    kinds = CLASSES[assignment]
    notebooks = [fill(release, answers, kind) for kind in kinds[:count]]
    course.submit({f"s{k:04d}": notebooks[k % len(notebooks)] for k in range(count)})
    return course
