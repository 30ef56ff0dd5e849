"""Photograph JupyterLab and the pages that grading makes, for the documentation.

Needs Chromium, and a graded demo (`make screenshots` sees to that).

JupyterLab is shown on the ways that tests/course/test_jupyterlab.py goes. The class on the pages is
that of the demo; a class of 500 is invented for the occasion.
"""

import argparse
import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from bank.invented import invent  # noqa: E402
from browser import opened  # noqa: E402
from frontend import lab  # noqa: E402
from ways import instructors_way, students_way  # noqa: E402

from hhlab.course.folder import ASSIGNMENT, Course  # noqa: E402
from hhlab.course.sample_class import SAMPLE_CLASS, fill, instructors_answers  # noqa: E402
from hhlab.grading.report import write_report  # noqa: E402

FIGURES = ROOT / "docs/figures"
COLOURS = 64


def main() -> None:
    """Write the pictures into docs/figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", type=Path, default=ROOT / "demo", help="a graded demo")
    demo = Course(parser.parse_args().demo.resolve())
    photograph(demo.feedback("goran"), "feedback", 820)
    photograph_mistake(demo.feedback("goran"))
    photograph(demo.root / f"report/{ASSIGNMENT}.html", "report", 1140)
    with tempfile.TemporaryDirectory() as folder:
        large = Course.copy(ROOT, Path(folder) / "large")
        large.nbgrader("generate_assignment", ASSIGNMENT)
        invent(large, 500, hostile=False)
        photograph(write_report(large.root, ASSIGNMENT)[0], "report-500", 1140)
        photograph_ways(Course.copy(ROOT, Path(folder) / "course"))


def photograph(page: Path, name: str, width: int) -> None:
    """Take a picture of the top of a page."""
    with opened(page, width, 1960) as shown:
        keep(name, shown)


def photograph_mistake(page: Path) -> None:
    """Put a wrong line, what a test says of it, and the two curves below one another."""
    parts = ("pre:has(.own) >> text=self.integral(", "#test-update", "#test-gates figure")
    with opened(page, 760, 1960) as shown:
        pictures = [Image.open(io.BytesIO(shown.locator(part).last.screenshot())) for part in parts]
    whole = Image.new("RGB", (760, sum(each.height + 12 for each in pictures)), "white")
    top = 0
    for each in pictures:
        whole.paste(each, (12, top))
        top += each.height + 12
    whole.quantize(COLOURS).save(FIGURES / "mistake.png", optimize=True)


def photograph_ways(course: Course) -> None:
    """Go a student's and an instructor's way through JupyterLab, and take pictures."""
    answers, release = instructors_answers(course.source), ROOT / f"release/{ASSIGNMENT}"
    notebook = release / f"{ASSIGNMENT}.ipynb"
    course.submit({"goran": fill(notebook, answers, SAMPLE_CLASS["goran"])})
    shutil.copy(notebook, course.root)
    with lab(course.root, course.root.parent / "jupyter") as open_page:
        students_way(open_page, answers, keep)
        instructors_way(open_page, keep)


def keep(name: str, shown) -> None:
    """Keep a picture of a page, or of a part of one, in few colours so that it stays small."""
    picture = FIGURES / f"{name}.png"
    shown.screenshot(path=picture)
    Image.open(picture).convert("RGB").quantize(COLOURS).save(picture, optimize=True)
    print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
