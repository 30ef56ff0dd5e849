"""Photograph the pages that grading makes, for the documentation: needs Chromium.

    hhlab demo
    python tools/screenshots.py

The sample class is that of the demo; a class of 500 is invented for the occasion.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from bank.invented import invent  # noqa: E402
from browser import opened  # noqa: E402

from hhlab.grading.course import ASSIGNMENT, Course  # noqa: E402
from hhlab.grading.report import write_report  # noqa: E402

COLOURS = 64


def main() -> None:
    """Write three pictures into docs/figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", type=Path, default=ROOT / "demo", help="a graded demo")
    demo = Course(parser.parse_args().demo.resolve())
    figures = ROOT / "docs/figures"
    photograph(demo.feedback("goran"), figures / "feedback.png", 820, 1960)
    photograph(demo.root / f"report/{ASSIGNMENT}.html", figures / "report.png", 1140, 1960)
    with tempfile.TemporaryDirectory() as folder:
        large = Course.copy(ROOT, Path(folder) / "course")
        large.nbgrader("generate_assignment", ASSIGNMENT)
        invent(large, 500, hostile=False)
        page = write_report(large, ASSIGNMENT)[0]
        photograph(page, figures / "report-500.png", 1140, 1960)


def photograph(page: Path, picture: Path, width: int, height: int) -> None:
    """Take a picture of the top of a page, in few colours so that it stays small."""
    with opened(page, width, height) as shown:
        shown.screenshot(path=picture)
    Image.open(picture).convert("RGB").quantize(COLOURS).save(picture, optimize=True)
    print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
